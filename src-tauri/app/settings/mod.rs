//! What the app remembers between two starts: one small versioned file, written whole or not at all, without secrets.

mod file;
mod saved;
#[cfg(test)]
mod tests;

use std::{
    io,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use uuid::Uuid;

use crate::contract::Preferences;
use saved::{Contents, VERSION};
pub(crate) use saved::{Credential, NetworkSettings, SavedCertificates, SavedConnection, first_name};

/// The settings file and what is in it.
///
/// A change is in force even if it could not be written; the next change then writes both.
pub(crate) struct Settings {
    file: Option<PathBuf>,
    current: Mutex<Contents>,
    /// Whether a file was there that could not be read. It was kept under another name.
    pub(crate) unreadable: bool,
}

impl Settings {
    /// Reads the settings in `folder`. Whatever is wrong with the file, the app starts.
    pub(crate) fn load(folder: Option<PathBuf>) -> Self {
        let file = folder.map(|folder| folder.join("settings.json"));
        let read = file.as_deref().map_or(Ok(None), file::read);
        let unreadable = read.is_err();
        if let (Err(error), Some(file)) = (&read, &file) {
            tracing::warn!("the settings could not be read: {}", error.kind());
            file::keep_aside(file);
        }
        let current = Mutex::new(read.ok().flatten().unwrap_or_default());
        Self { file, current, unreadable }
    }

    /// The connections, in the order in which they were made.
    pub(crate) fn connections(&self) -> Vec<SavedConnection> {
        self.current().connections.clone()
    }

    pub(crate) fn connection(&self, id: Uuid) -> Option<SavedConnection> {
        self.current().connections.iter().find(|connection| connection.id == id).cloned()
    }

    /// The connection used last.
    pub(crate) fn last(&self) -> Option<SavedConnection> {
        let last = self.current().current?;
        self.connection(last)
    }

    /// Keeps a connection, in place of what was known of it, and that it is the one in use.
    pub(crate) fn use_connection(&self, connection: SavedConnection) -> io::Result<()> {
        self.change(|contents| {
            contents.current = Some(connection.id);
            match contents.connections.iter_mut().find(|known| known.id == connection.id) {
                Some(known) => *known = connection,
                None => contents.connections.push(connection),
            }
        })
    }

    /// Changes a connection, unless it was forgotten meanwhile.
    pub(crate) fn change_connection(
        &self,
        id: Uuid,
        change: impl FnOnce(&mut SavedConnection),
    ) -> io::Result<()> {
        self.change(|contents| {
            if let Some(connection) = contents.connections.iter_mut().find(|known| known.id == id) {
                change(connection);
            }
        })
    }

    pub(crate) fn forget_connection(&self, id: Uuid) -> io::Result<()> {
        self.change(|contents| {
            contents.connections.retain(|connection| connection.id != id);
            contents.current = contents.current.filter(|current| *current != id);
        })
    }

    pub(crate) fn network(&self) -> NetworkSettings {
        self.current().network.clone()
    }

    pub(crate) fn set_network(&self, network: NetworkSettings) -> io::Result<()> {
        self.change(|contents| contents.network = network)
    }

    pub(crate) fn preferences(&self) -> Preferences {
        self.current().preferences
    }

    pub(crate) fn set_preferences(&self, preferences: Preferences) -> io::Result<()> {
        self.change(|contents| contents.preferences = preferences)
    }

    /// In force either way, but counted as unchanged only once it is on disk: the next call tries again.
    fn change(&self, change: impl FnOnce(&mut Contents)) -> io::Result<()> {
        let mut current = self.current();
        let mut changed = Contents { version: VERSION, ..current.clone() };
        change(&mut changed);
        if *current == changed {
            return Ok(());
        }
        let written = match &self.file {
            Some(file) => file::write(file, &changed),
            None => Err(io::Error::new(io::ErrorKind::NotFound, "this account has no settings folder")),
        };
        *current = Contents { version: if written.is_ok() { VERSION } else { 0 }, ..changed };
        written
    }

    fn current(&self) -> MutexGuard<'_, Contents> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
