//! Which keyring entries may hold a bearer token. A saved connection says so before the first write to its entry and until
//! a deletion is proven, so signing out looks for it however a write ends.

use std::{
    collections::{HashMap, HashSet},
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

/// The writes to keyring entries since the app started. Cheap to clone; clones share the record.
#[derive(Clone, Default)]
pub(super) struct KeyringWrites(Arc<Mutex<Writes>>);

#[derive(Default)]
struct Writes {
    /// How often each entry has been written to, or may have been.
    counts: HashMap<String, u64>,
    /// Connections that were saved for a write and have not been in use yet.
    unused: HashSet<Uuid>,
}

impl KeyringWrites {
    fn begin(&self, entry: &str) -> u64 {
        let mut writes = lock(&self.0);
        let count = writes.counts.entry(entry.to_owned()).or_default();
        *count += 1;
        *count
    }

    pub(super) fn count(&self, entry: &str) -> u64 {
        lock(&self.0).counts.get(entry).copied().unwrap_or_default()
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
        let is_new = {
            let unused = &mut lock(&self.keyring_writes.0).unused;
            known.is_none().then(|| unused.insert(connection.id));
            unused.contains(&connection.id)
        };
        let new = is_new.then(|| NewConnection {
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
        if let Some(new) = self.new.take() {
            lock(&new.writes.0).unused.remove(&new.id);
        }
    }

    /// The write failed.
    pub(super) fn failed(mut self, error: &VaultError) {
        // Then usually nothing was written, and asking the keyring again could prompt again.
        let is_refusal = matches!(
            error,
            VaultError::NoBus
                | VaultError::NoProvider
                | VaultError::NoCollection
                | VaultError::Locked
                | VaultError::Dismissed
                | VaultError::CreationDismissed
        );
        if let Some(new) = self.new.take_if(|new| is_refusal && !new.vault.has_abandoned_write(&new.entry)) {
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
                if new.is_latest() && new.vault.delete(&new.entry).await.is_ok() {
                    new.forget();
                    let _ = new.settings.save().await;
                }
            });
        }
    }
}

impl NewConnection {
    fn is_latest(&self) -> bool {
        self.writes.count(&self.entry) == self.number
    }

    fn forget(&self) {
        let known = self.settings.connection(self.id);
        if self.is_latest() && known.is_some_and(|known| known.credential == Credential::SignedOut) {
            self.settings.forget_connection(self.id);
        }
    }
}
