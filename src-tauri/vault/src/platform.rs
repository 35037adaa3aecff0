//! What differs between the systems: which store keeps the entries, how they are marked, how much one holds, and what
//! the system's own errors mean.

use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;

use keyring::CredentialStore;

use crate::error::{Fault, Health, VaultError};

#[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "windows")))]
compile_error!("calyptia-vault knows the keyrings of Linux, macOS and Windows only");

/// What an entry is created with, by account.
pub(crate) type Modifiers = fn(&str) -> HashMap<&'static str, String>;

/// Opens the system's store. Blocks, and on Linux must not run inside an async runtime.
pub(crate) fn open() -> keyring::Result<Arc<CredentialStore>> {
    #[cfg(target_os = "linux")]
    let store = zbus_secret_service_keyring_store::Store::new()?;
    #[cfg(target_os = "macos")]
    let store = apple_native_keyring_store::keychain::Store::new()?;
    #[cfg(target_os = "windows")]
    let store = windows_native_keyring_store::Store::new()?;
    Ok(store)
}

/// How many bytes one entry holds: `CRED_MAX_CREDENTIAL_BLOB_SIZE` on Windows, no limit that matters elsewhere.
pub(crate) const LIMIT: Option<usize> = if cfg!(target_os = "windows") { Some(2560) } else { None };

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

/// Says what a platform's error means. `no_access` tells that the store itself called it a lack of access.
pub(crate) fn diagnose(cause: &(dyn Error + Send + Sync + 'static), no_access: bool) -> Fault {
    known(cause, no_access).unwrap_or_else(|| {
        // Not even its text: nothing is known about what a foreign error prints.
        let error =
            if no_access { VaultError::Locked } else { VaultError::failed("unknown platform failure") };
        Fault::new(error, Health::Rebuild)
    })
}

#[cfg(target_os = "linux")]
fn known(cause: &(dyn Error + Send + Sync + 'static), _: bool) -> Option<Fault> {
    if let Some(error) = cause.downcast_ref::<secret_service::Error>() {
        return Some(secret_service::diagnose(error));
    }
    if let Some(error) = cause.downcast_ref::<zbus::Error>() {
        return Some(bus::diagnose(error));
    }
    cause.downcast_ref::<zbus::fdo::Error>().map(bus::diagnose_standard)
}

#[cfg(target_os = "linux")]
mod secret_service {
    pub(super) use ::secret_service::Error;

    use super::{Fault, Health, VaultError, bus};

    pub(super) fn diagnose(error: &Error) -> Fault {
        match error {
            Error::Zbus(error) => bus::diagnose(error),
            Error::ZbusFdo(error) => bus::diagnose_standard(error),
            Error::Locked => Fault::new(VaultError::Locked, Health::Sound),
            Error::Prompt => Fault::new(VaultError::Dismissed, Health::Sound),
            // Only the look-up of the default collection ends like this: searches come back empty instead.
            Error::NoResult => Fault::new(VaultError::NoCollection, Health::Sound),
            // Only made of a failed connection to the bus, in spite of its name.
            Error::Unavailable => Fault::new(VaultError::NoBus, Health::Rebuild),
            // A person may have answered it: asking again by ourselves would be a surprise.
            Error::PromptDisconnected => Fault::new(VaultError::Dismissed, Health::Rebuild),
            Error::Crypto(_) => Fault::new(VaultError::failed("undecryptable answer"), Health::Stale),
            Error::Zvariant(_) => Fault::new(VaultError::failed("malformed answer"), Health::Rebuild),
            _ => Fault::new(VaultError::failed("unknown Secret Service failure"), Health::Rebuild),
        }
    }
}

#[cfg(target_os = "linux")]
mod bus {
    use std::borrow::Cow;

    use zbus::{DBusError, Error, fdo};

    use super::{Fault, Health, VaultError};

    pub(super) fn diagnose(error: &Error) -> Fault {
        match error {
            Error::Connection(..) | Error::InputOutput(_) | Error::Handshake(_) | Error::Address(_) => {
                Fault::new(VaultError::NoBus, Health::Stale)
            }
            Error::MethodError(name, ..) => diagnose_name(name.as_str()),
            Error::FDO(error) => diagnose_standard(error),
            Error::InterfaceNotFound => Fault::new(VaultError::NoProvider, Health::Stale),
            _ => Fault::new(VaultError::failed("D-Bus failure"), Health::Rebuild),
        }
    }

    pub(super) fn diagnose_standard(error: &fdo::Error) -> Fault {
        match error {
            fdo::Error::ZBus(error) => diagnose(error),
            error => diagnose_name(error.name().as_str()),
        }
    }

    /// Goes by the error's name alone: its text is the provider's and may say anything.
    fn diagnose_name(name: &str) -> Fault {
        let short = name
            .strip_prefix("org.freedesktop.DBus.Error.")
            .or_else(|| name.strip_prefix("org.freedesktop.Secret.Error."))
            .or_else(|| name.strip_prefix("org.freedesktop.zbus."))
            .unwrap_or(name);
        let named = |health| {
            let kind: String = short.chars().take(80).collect();
            Fault::new(VaultError::Failed { kind: Cow::Owned(kind) }, health)
        };
        match short {
            "ServiceUnknown" | "NameHasNoOwner" => Fault::new(VaultError::NoProvider, Health::Stale),
            // The bus gave up starting the provider, which takes it up to two minutes: not worth a second wait.
            "TimedOut" => Fault::new(VaultError::NoProvider, Health::Rebuild),
            _ if short.starts_with("Spawn.") => Fault::new(VaultError::NoProvider, Health::Rebuild),
            "NoServer" => Fault::new(VaultError::NoBus, Health::Stale),
            "IsLocked" => Fault::new(VaultError::Locked, Health::Sound),
            // A restarted provider knows neither our session nor the paths it handed out before.
            "NoSession" | "NoSuchObject" | "UnknownObject" | "UnknownMethod" | "UnknownInterface"
            | "NoReply" | "Disconnected" => named(Health::Stale),
            _ => named(Health::Rebuild),
        }
    }
}

#[cfg(target_os = "macos")]
fn known(cause: &(dyn Error + Send + Sync + 'static), _: bool) -> Option<Fault> {
    use std::borrow::Cow;

    let code = cause.downcast_ref::<security_framework::base::Error>()?.code();
    Some(match code {
        // errSecUserCanceled
        -128 => Fault::new(VaultError::Dismissed, Health::Sound),
        // errSecAuthFailed, errSecInteractionNotAllowed, errSecInteractionRequired
        -25293 | -25308 | -25315 => Fault::new(VaultError::Locked, Health::Rebuild),
        // errSecNotAvailable
        -25291 => Fault::new(VaultError::NoProvider, Health::Rebuild),
        // errSecNoSuchKeychain, errSecInvalidKeychain, errSecNoDefaultKeychain
        -25294 | -25295 | -25307 => Fault::new(VaultError::NoCollection, Health::Rebuild),
        code => {
            Fault::new(VaultError::Failed { kind: Cow::Owned(format!("OSStatus {code}")) }, Health::Rebuild)
        }
    })
}

#[cfg(target_os = "windows")]
fn known(cause: &(dyn Error + Send + Sync + 'static), no_access: bool) -> Option<Fault> {
    use std::borrow::Cow;

    if no_access {
        // Always ERROR_NO_SUCH_LOGON_SESSION: this log-on, often a remote one, has no Credential Manager.
        return Some(Fault::new(VaultError::NoProvider, Health::Rebuild));
    }
    // The store keeps its error type to itself. Its text is a code and nothing else; one that is not is not ours.
    let text = cause.to_string();
    let code = text.strip_prefix("Windows ")?;
    let plain =
        code.len() <= 60 && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" _".contains(&byte));
    plain.then(|| Fault::new(VaultError::Failed { kind: Cow::Owned(text) }, Health::Rebuild))
}
