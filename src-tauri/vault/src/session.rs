//! Credentials that a person chose to keep for this session only: in memory, until the app ends.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use secrecy::SecretString;

/// Where a credential is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// In the operating system's keyring.
    Keyring,
    /// In this process's memory only.
    Session,
}

/// Credentials in memory, by account.
#[derive(Default)]
pub struct SessionStore {
    kept: Mutex<HashMap<String, SecretString>>,
}

impl SessionStore {
    /// Keeps `secret` for `account` and drops the one kept before.
    pub fn remember(&self, account: &str, secret: SecretString) {
        self.kept().insert(account.to_owned(), secret);
    }

    /// What is kept for `account`.
    #[must_use]
    pub fn recall(&self, account: &str) -> Option<SecretString> {
        self.kept().get(account).cloned()
    }

    /// Whether anything is kept for `account`.
    #[must_use]
    pub fn holds(&self, account: &str) -> bool {
        self.kept().contains_key(account)
    }

    /// Forgets what is kept for `account`. Returns whether there was anything.
    pub fn forget(&self, account: &str) -> bool {
        self.kept().remove(account).is_some()
    }

    /// Forgets everything.
    pub fn forget_all(&self) {
        self.kept().clear();
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<String, SecretString>> {
        // A panic cannot leave the map half-changed, so a poisoned lock is safe to use.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for SessionStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionStore").field("kept", &self.kept().len()).finish()
    }
}
