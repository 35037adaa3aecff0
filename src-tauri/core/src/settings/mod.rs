//! What the app remembers between two starts: one small versioned file, written completely or not at all, without
//! secrets.
//!
//! Changes are made in memory at once and saved separately, so that nobody waits for the disk who only reads, and saves
//! that overlap write the latest state once.

mod contents;
mod file;
mod rotations;
#[cfg(test)]
mod tests;

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Duration,
};

use uuid::Uuid;

pub(crate) use contents::{Credential, NetworkSettings, SavedCertificates, SavedConnection, default_name};
pub(crate) use rotations::SavedRotation;

use crate::{
    lock::lock,
    messages::{ErrorCode, ListOrder, Preferences, Problem, SnippetFormat, TokenAge, Zoom, ZoomStep},
};
use contents::Contents;

/// The settings file and its contents. Cheap to clone; clones share both.
#[derive(Clone)]
pub struct Settings {
    shared: Arc<Shared>,
}

struct Shared {
    file: Option<PathBuf>,
    current: Mutex<Contents>,
    /// Held while the file is read or written.
    disk: Mutex<Disk>,
    notice: Option<Problem>,
    unread: Mutex<Option<Problem>>,
}

/// How the file and the memory differ.
#[derive(Debug)]
enum Disk {
    /// The file holds this.
    Saved(Contents),
    /// The file could not be read, for a reason that may pass. It must not be overwritten unread.
    Unread,
}

impl Settings {
    /// Reads the settings in `folder`. Whatever is wrong with the file, the app starts.
    #[must_use]
    pub fn load(folder: Option<PathBuf>) -> Self {
        let file = folder.map(|folder| folder.join("settings.json"));
        let read = file.as_deref().map_or(Ok(None), file::read);
        let mut had_private_key = false;
        let (disk, notice) = match read {
            Ok(contents) => {
                let mut contents = contents.unwrap_or_default();
                had_private_key = contents.remove_private_keys();
                if let Some(file) = file.as_deref().filter(|_| contents.is_newer()) {
                    file::keep_copy(file);
                }
                (Disk::Saved(contents), None)
            }
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                tracing::warn!("the settings could not be read and are set aside");
                if file.as_deref().is_none_or(file::set_aside) {
                    let message = "settings.json could not be read and was set aside";
                    let problem = Problem::new(ErrorCode::SettingsUnreadable, message);
                    (Disk::Saved(Contents::default()), Some(problem))
                } else {
                    (Disk::Unread, Some(unavailable("it could not be set aside")))
                }
            }
            Err(error) => {
                tracing::warn!("the settings cannot be read: {}", error.kind());
                (Disk::Unread, Some(unavailable(&error.kind().to_string())))
            }
        };
        let current = match &disk {
            Disk::Saved(contents) => contents.clone(),
            Disk::Unread => Contents::default(),
        };
        let unread = Mutex::new(notice.clone().filter(|_| matches!(disk, Disk::Unread)));
        // Then the file differs, and is written anew.
        let disk = if had_private_key { Disk::Saved(Contents::default()) } else { disk };
        let (current, disk) = (Mutex::new(current), Mutex::new(disk));
        let settings = Self { shared: Arc::new(Shared { file, current, disk, notice, unread }) };
        if had_private_key && let Err(error) = settings.save_now() {
            tracing::warn!("a private key is still in the settings: {}", error.kind());
        }
        settings
    }

    /// As [`Self::load`], but waits only this long: a home folder on a network may hang. What has not been read by then
    /// counts as unreadable for now.
    #[must_use]
    pub fn load_within(folder: Option<PathBuf>, time: Duration) -> Self {
        let (loaded, result) = mpsc::channel();
        let in_background = folder.clone();
        let started = thread::Builder::new().name("settings".into()).spawn(move || {
            // Fails if nobody waits any more.
            let _ = loaded.send(Self::load(in_background));
        });
        if started.is_ok()
            && let Ok(settings) = result.recv_timeout(time)
        {
            return settings;
        }
        tracing::warn!("the settings could not be read in time");
        let problem = unavailable("the disk does not respond");
        let shared = Shared {
            file: folder.map(|folder| folder.join("settings.json")),
            current: Mutex::default(),
            disk: Mutex::new(Disk::Unread),
            notice: Some(problem.clone()),
            unread: Mutex::new(Some(problem)),
        };
        Self { shared: Arc::new(shared) }
    }

    /// The folder of the settings file, for what else the app keeps.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.shared.file.as_deref()?.parent()
    }

    /// Why the file could not be read yet, if it could not.
    pub(crate) fn unread(&self) -> Option<Problem> {
        let unread = lock(&self.shared.unread);
        unread.clone()
    }

    /// What to report about the file at the start.
    pub(crate) fn notice(&self) -> Option<Problem> {
        self.shared.notice.clone()
    }

    /// The connections, in the order they were created.
    pub(crate) fn connections(&self) -> Vec<SavedConnection> {
        lock(&self.shared.current).connections.clone()
    }

    pub(crate) fn connection(&self, id: Uuid) -> Option<SavedConnection> {
        lock(&self.shared.current).connections.iter().find(|connection| connection.id == id).cloned()
    }

    /// The connection used last.
    pub(crate) fn last(&self) -> Option<SavedConnection> {
        let last = lock(&self.shared.current).current?;
        self.connection(last)
    }

    /// Adds a connection or replaces the saved one, and makes it the one used last.
    pub(crate) fn use_connection(&self, connection: SavedConnection) {
        let mut contents = lock(&self.shared.current);
        contents.current = Some(connection.id);
        match contents.connections.iter_mut().find(|known| known.id == connection.id) {
            Some(known) => *known = connection,
            None => contents.connections.push(connection),
        }
    }

    /// Adds a connection, or notes that the keyring may hold something for it. The one used last stays the same.
    pub(crate) fn announce(&self, connection: SavedConnection) {
        let mut contents = lock(&self.shared.current);
        match contents.connections.iter_mut().find(|known| known.id == connection.id) {
            Some(known) => known.in_keyring |= connection.in_keyring,
            None => contents.connections.push(connection),
        }
    }

    /// Changes a connection. False if it has been forgotten meanwhile.
    pub(crate) fn change_connection(&self, id: Uuid, change: impl FnOnce(&mut SavedConnection)) -> bool {
        let mut contents = lock(&self.shared.current);
        let found = contents.connections.iter_mut().find(|known| known.id == id);
        found.map(change).is_some()
    }

    pub(crate) fn forget_connection(&self, id: Uuid) {
        let mut contents = lock(&self.shared.current);
        contents.connections.retain(|connection| connection.id != id);
        contents.current = contents.current.filter(|current| *current != id);
        contents.drop_stray_rotations();
    }

    /// The pairs of a project's tokens that a person is replacing, oldest first.
    pub(crate) fn rotations(&self, server: &str, project: Uuid) -> Vec<SavedRotation> {
        lock(&self.shared.current).rotations_at(server, project)
    }

    pub(crate) fn add_rotation(&self, pair: SavedRotation) {
        lock(&self.shared.current).add_rotation(pair);
    }

    pub(crate) fn end_rotation(&self, pair: &SavedRotation) {
        lock(&self.shared.current).rotations.retain(|known| known != pair);
    }

    pub(crate) fn network(&self) -> NetworkSettings {
        lock(&self.shared.current).network.clone()
    }

    pub(crate) fn set_network(&self, network: NetworkSettings) {
        lock(&self.shared.current).network = network;
    }

    /// The preferences.
    #[must_use]
    pub fn preferences(&self) -> Preferences {
        lock(&self.shared.current).preferences
    }

    pub(crate) fn set_preferences(&self, preferences: Preferences) {
        lock(&self.shared.current).preferences = preferences;
    }

    pub(crate) fn zoom(&self) -> Zoom {
        lock(&self.shared.current).zoom
    }

    pub(crate) fn change_zoom(&self, step: ZoomStep) {
        let mut contents = lock(&self.shared.current);
        contents.zoom = contents.zoom.step(step);
    }

    pub(crate) fn order(&self) -> ListOrder {
        lock(&self.shared.current).order
    }

    pub(crate) fn set_order(&self, order: ListOrder) {
        lock(&self.shared.current).order = order;
    }

    pub(crate) fn token_age(&self) -> TokenAge {
        lock(&self.shared.current).token_age
    }

    pub(crate) fn set_token_age(&self, age: TokenAge) {
        lock(&self.shared.current).token_age = age;
    }

    pub(crate) fn snippet_format(&self) -> SnippetFormat {
        lock(&self.shared.current).snippet_format
    }

    pub(crate) fn set_snippet_format(&self, format: SnippetFormat) {
        lock(&self.shared.current).snippet_format = format;
    }

    /// Saves the changes made so far, in a thread that may wait for the disk.
    ///
    /// # Errors
    /// If the file cannot be written. The changes stay in force, and the next save tries again.
    pub(crate) async fn save(&self) -> io::Result<()> {
        let settings = self.clone();
        let saved = tokio::task::spawn_blocking(move || settings.save_now()).await;
        saved.unwrap_or_else(|_| Err(io::Error::other("the write stopped")))
    }

    pub(crate) fn save_now(&self) -> io::Result<()> {
        let mut disk = lock(&self.shared.disk);
        let Some(file) = &self.shared.file else {
            return Err(io::Error::new(io::ErrorKind::NotFound, "this account has no settings folder"));
        };
        if let Disk::Unread = &*disk {
            let found = file::read(file)?.unwrap_or_default();
            lock(&self.shared.current).merge(&found);
            *disk = Disk::Saved(found);
            *lock(&self.shared.unread) = None;
        }
        let current = lock(&self.shared.current).clone();
        if !matches!(&*disk, Disk::Saved(saved) if *saved == current) {
            file::write(file, &current)?;
            *disk = Disk::Saved(current);
        }
        Ok(())
    }
}

fn unavailable(why: &str) -> Problem {
    Problem { detail: Some(why.to_owned()), ..Problem::new(ErrorCode::SettingsUnavailable, why) }
}
