//! What differs between the systems: which store keeps the entries, which attributes an entry is created with, and how
//! many bytes it holds. What the systems' errors mean is in `diagnosis`.

use std::collections::HashMap;
use std::sync::Arc;

use keyring::CredentialStore;

#[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "windows")))]
compile_error!("calyptia-vault supports the keyrings of Linux, macOS and Windows only");

/// The attributes that an account's entry is created with.
pub(crate) type Modifiers = fn(&str) -> HashMap<&'static str, String>;

/// Opens the system's store. Blocks, and on Linux must not run inside an async runtime.
pub(crate) fn open() -> keyring::Result<Arc<CredentialStore>> {
    #[cfg(target_os = "linux")]
    let store = crate::secret_service::Store::open()?;
    #[cfg(target_os = "macos")]
    let store = apple_native_keyring_store::keychain::Store::new()?;
    #[cfg(target_os = "windows")]
    let store = windows_native_keyring_store::Store::new()?;
    Ok(store)
}

/// How many bytes one entry holds: `CRED_MAX_CREDENTIAL_BLOB_SIZE` on Windows; elsewhere no limit that matters.
pub(crate) const MAX_ENTRY_BYTES: Option<usize> = if cfg!(target_os = "windows") { Some(2560) } else { None };

/// The modifiers of the system's store.
pub(crate) fn modifiers(account: &str) -> HashMap<&'static str, String> {
    if cfg!(target_os = "linux") {
        HashMap::from([("label", format!("Calyptia Tokens: {account}"))])
    } else if cfg!(target_os = "windows") {
        // The default, Enterprise, would let the credential roam to other machines.
        HashMap::from([("persistence", "Local".to_owned())])
    } else {
        let _ = account;
        HashMap::new()
    }
}
