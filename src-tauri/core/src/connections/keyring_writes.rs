//! Which keyring entries may hold a bearer token. A saved connection says so before the first write to its entry and until
//! a deletion is proven, so whatever becomes of a write, signing out will look for it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use calyptia_vault::{Vault, VaultError};
use uuid::Uuid;

use super::Connections;
use crate::{
    Settings,
    lock::lock,
    settings::{Credential, SavedConnection},
};

/// How often each entry has been written to, or may have been.
#[derive(Clone, Default)]
pub(super) struct KeyringWrites(Arc<Mutex<HashMap<String, u64>>>);

impl KeyringWrites {
    fn begin(&self, entry: &str) -> u64 {
        let mut writes = lock(&self.0);
        let count = writes.entry(entry.to_owned()).or_default();
        *count += 1;
        *count
    }

    pub(super) fn count(&self, entry: &str) -> u64 {
        lock(&self.0).get(entry).copied().unwrap_or_default()
    }
}

/// A write to the entry of a connection. For a new one, dropping this before [`Self::keep`] deletes the entry and forgets
/// the connection, unless it has been written to again.
pub(super) struct AnnouncedWrite {
    new: Option<NewConnection>,
}

struct NewConnection {
    id: Uuid,
    entry: String,
    number: u64,
    writes: KeyringWrites,
    vault: Vault,
    settings: Settings,
}

impl Connections {
    /// Saves that the keyring may hold a bearer token for this connection, before anything is written.
    pub(super) async fn announce_write(&self, connection: &SavedConnection) -> AnnouncedWrite {
        let number = self.keyring_writes.begin(&connection.entry);
        let known = self.settings.connection(connection.id);
        let new = known.is_none().then(|| NewConnection {
            id: connection.id,
            entry: connection.entry.clone(),
            number,
            writes: self.keyring_writes.clone(),
            vault: self.vault.clone(),
            settings: self.settings.clone(),
        });
        if known.is_none_or(|known| !known.in_keyring) {
            self.settings.announce(SavedConnection { in_keyring: true, ..connection.clone() });
            // A connection that cannot be saved is reported once it works.
            let _ = self.save().await;
        }
        AnnouncedWrite { new }
    }
}

impl AnnouncedWrite {
    /// The connection is in use now.
    pub(super) fn keep(mut self) {
        self.new = None;
    }

    /// The write failed.
    pub(super) fn failed(mut self, error: &VaultError) {
        // Then nothing was written, and asking the keyring again could prompt again.
        let certain = matches!(
            error,
            VaultError::NoBus
                | VaultError::NoProvider
                | VaultError::NoCollection
                | VaultError::Locked
                | VaultError::Dismissed
        );
        if certain && let Some(new) = self.new.take() {
            new.forget();
        }
    }
}

impl Drop for AnnouncedWrite {
    fn drop(&mut self) {
        let Some(new) = self.new.take() else { return };
        // Without a runtime the app quits; then the connection stays known, and so does what the keyring may hold.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if new.vault.delete(&new.entry).await.is_ok() {
                    new.forget();
                    let _ = new.settings.save().await;
                }
            });
        }
    }
}

impl NewConnection {
    fn forget(&self) {
        let is_latest = self.writes.count(&self.entry) == self.number;
        let known = self.settings.connection(self.id);
        if is_latest && known.is_some_and(|known| known.credential == Credential::SignedOut) {
            self.settings.forget_connection(self.id);
        }
    }
}
