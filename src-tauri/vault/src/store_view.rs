//! The store as one request sees it: operations by account, each of which first checks whether its caller is still
//! there.

use std::collections::HashMap;

use keyring::{CredentialStore, Entry, Error};
use zeroize::Zeroizing;

use crate::SERVICE;
use crate::error::{StoreError, VaultError};
use crate::platform::Modifiers;

/// Secret bytes, wiped when dropped.
pub(crate) type SecretBytes = Zeroizing<Vec<u8>>;

/// One store, for the duration of one request.
pub(crate) struct StoreView<'a> {
    pub store: &'a CredentialStore,
    pub max_entry_bytes: Option<usize>,
    pub modifiers: Modifiers,
    pub cancelled: &'a dyn Fn() -> bool,
}

impl StoreView<'_> {
    fn entry(&self, account: &str) -> Result<Entry, StoreError> {
        if (self.cancelled)() {
            return Err(StoreError::cancelled());
        }
        let modifiers = (self.modifiers)(account);
        let modifiers: HashMap<&str, &str> =
            modifiers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let modifiers = (!modifiers.is_empty()).then_some(&modifiers);
        Ok(self.store.build(SERVICE, account, modifiers)?)
    }

    /// The content of the entry; `None` if there is no entry.
    pub fn get(&self, account: &str) -> Result<Option<SecretBytes>, StoreError> {
        match self.entry(account)?.get_secret() {
            Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// As [`StoreView::get`], but an entry that the store cannot decode is reported as an empty one. For work that
    /// replaces or deletes the entry and does not need to understand it.
    pub fn get_lenient(&self, account: &str) -> Result<Option<SecretBytes>, StoreError> {
        match self.get(account) {
            Err(failure) if failure.error == VaultError::Unrecognized => Ok(Some(SecretBytes::default())),
            found => found,
        }
    }

    pub fn set(&self, account: &str, bytes: &[u8]) -> Result<(), StoreError> {
        Ok(self.entry(account)?.set_secret(bytes)?)
    }

    /// Deletes the entry. It is no error if there is none.
    pub fn delete(&self, account: &str) -> Result<(), StoreError> {
        match self.entry(account)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
