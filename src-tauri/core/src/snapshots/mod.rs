//! What the app remembers of the last look at each project, to say what has changed since: one file for each project of a
//! connection, in the app's own folder, readable by its owner only. Whatever is wrong with a file, it is replaced by the next look.
//!
//! All functions wait for the disk: call them in a thread that may. A connection that was forgotten, and a person who does not want
//! to be shown changes, leave nothing behind: both are checked while `disk` is held, before anything is written.

mod format;
#[cfg(test)]
mod tests;

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard},
    time::{Duration, SystemTime},
};

use jiff::Timestamp;
use uuid::Uuid;

pub(crate) use format::{SeenToken, Subject, changed, gone, push_token};

use crate::{Settings, atomic_file, lock::lock};

/// The folder beside the settings.
const FOLDER: &str = "snapshots";
const EXTENSION: &str = "snapshot";
/// How the name of the file starts that becomes the next snapshot.
const PREFIX: &str = ".snapshot-";
/// The most snapshots: the one that was used longest ago makes room.
pub(crate) const MAX_SNAPSHOTS: usize = 64;

/// How many bytes are written at once.
const BUFFER: usize = 64 * 1024;

/// The snapshots of all connections.
pub(crate) struct Snapshots {
    settings: Settings,
    /// Held while files are read, written or deleted.
    disk: Mutex<()>,
}

/// The file of one project, while nobody else can read or write any.
pub(crate) struct Snapshot<'s> {
    path: PathBuf,
    subject: Subject<'s>,
    _disk: MutexGuard<'s, ()>,
}

/// A snapshot that is being read.
pub(crate) struct Reading(format::Reader);

impl Snapshots {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings, disk: Mutex::new(()) }
    }

    fn folder(&self) -> Option<PathBuf> {
        self.settings.folder().map(|folder| folder.join(FOLDER))
    }

    /// The snapshot of a project. `None` if nothing may be kept: the person does not want that, the connection is not saved or has
    /// been forgotten, or there is no folder.
    pub(crate) fn of<'s>(&'s self, connection: Uuid, subject: Subject<'s>) -> Option<Snapshot<'s>> {
        let disk = lock(&self.disk);
        let wanted = self.settings.preferences().show_changes;
        self.settings.connection(connection).filter(|_| wanted)?;
        let name = format!("{}.{}", connection.simple(), subject.project.simple());
        let path = self.folder()?.join(name).with_added_extension(EXTENSION);
        Some(Snapshot { path, subject, _disk: disk })
    }

    /// Deletes what is known of a connection's projects.
    ///
    /// # Errors
    /// If a file cannot be deleted.
    pub(crate) fn forget(&self, connection: Uuid) -> io::Result<()> {
        let start = format!("{}.", connection.simple());
        self.delete(|name| name.starts_with(&start))
    }

    /// Deletes all snapshots.
    ///
    /// # Errors
    /// If a file cannot be deleted.
    pub(crate) fn clear(&self) -> io::Result<()> {
        self.delete(|_| true)?;
        // Unless there is something else in it.
        let _ = self.folder().map(fs::remove_dir);
        Ok(())
    }

    /// Deletes what an earlier run of the app could not delete: everything if the person does not want to be shown changes,
    /// otherwise what belongs to connections that are no longer saved.
    ///
    /// # Errors
    /// If a file cannot be deleted.
    pub(crate) fn delete_leftovers(&self) -> io::Result<()> {
        // Settings that cannot be read name no connection, and may come back.
        if self.settings.unread().is_some() {
            return Ok(());
        }
        if !self.settings.preferences().show_changes {
            return self.clear();
        }
        self.delete(|name| {
            let connection = name.split_once('.').and_then(|(id, _)| Uuid::try_parse(id).ok());
            connection.is_none_or(|id| self.settings.connection(id).is_none())
        })
    }

    fn delete(&self, is_meant: impl Fn(&str) -> bool) -> io::Result<()> {
        let _disk = lock(&self.disk);
        let Some(folder) = self.folder() else { return Ok(()) };
        // Nobody is writing one: the lock is held.
        atomic_file::remove_temporary(&folder, PREFIX, Duration::ZERO);
        let paths: Vec<_> = match snapshots_in(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            paths => paths?.filter(|path| name_of(path).is_some_and(&is_meant)).collect(),
        };
        // All of them, whatever becomes of one.
        paths.into_iter().map(fs::remove_file).fold(Ok(()), Result::and)
    }
}

impl Snapshot<'_> {
    /// Opens it; `None` if there is none that can be used.
    pub(crate) fn read(&self) -> Option<Reading> {
        match format::Reader::open(&self.path, self.subject) {
            Ok(reader) => Some(Reading(reader)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                tracing::warn!("a snapshot cannot be used: {}", error.kind());
                None
            }
        }
    }

    /// Replaces it. `more` adds tokens to an empty buffer with [`push_token`] until it returns false; if it fails, nothing changes.
    pub(crate) fn write(&self, more: impl FnMut(&mut Vec<u8>) -> io::Result<bool>) -> io::Result<()> {
        let folder = self.path.parent().ok_or(io::ErrorKind::NotFound)?;
        create_folder(folder)?;
        atomic_file::remove_abandoned(folder, PREFIX);
        atomic_file::write(&self.path, PREFIX, |file| format::write(file, self.subject, now(), more))?;
        drop_oldest(folder, MAX_SNAPSHOTS);
        Ok(())
    }

    /// Notes what has become of single tokens, if there is a snapshot.
    pub(crate) fn append<'c>(&self, changes: impl IntoIterator<Item = &'c Vec<u8>>) -> io::Result<()> {
        let changes: Vec<_> = changes.into_iter().collect();
        match format::append(&self.path, &changes) {
            Ok(true) => Ok(()),
            Ok(false) => self.rewrite(&changes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Writes it anew, with its changes and these in the body.
    fn rewrite(&self, changes: &[&Vec<u8>]) -> io::Result<()> {
        let mut reader = format::Reader::open(&self.path, self.subject)?;
        reader.apply(changes)?;
        let time = reader.time();
        let more = |buffer: &mut Vec<u8>| {
            while buffer.len() < BUFFER {
                let Some(token) = reader.next()? else { return Ok(false) };
                push_token(buffer, &token.id, &token.name, token.access);
            }
            Ok(true)
        };
        atomic_file::write(&self.path, PREFIX, |file| format::write(file, self.subject, time, more))
    }

    /// Notes that somebody has looked just now.
    pub(crate) fn touch(&self) -> io::Result<()> {
        format::set_time(&self.path, now())
    }
}

impl Reading {
    /// When somebody last looked, in milliseconds since 1970. `None` if the computer's clock is behind that.
    pub(crate) fn time(&self) -> Option<i64> {
        Some(self.0.time()).filter(|time| *time <= now())
    }

    /// Up to this many tokens, as they were then; fewer only at the end.
    pub(crate) fn next(&mut self, count: usize) -> io::Result<Vec<SeenToken>> {
        let mut tokens = Vec::with_capacity(count);
        while tokens.len() < count
            && let Some(token) = self.0.next()?
        {
            tokens.push(token);
        }
        Ok(tokens)
    }
}

fn now() -> i64 {
    Timestamp::now().as_millisecond()
}

fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn snapshots_in(folder: &Path) -> io::Result<impl Iterator<Item = PathBuf>> {
    let paths = fs::read_dir(folder)?.flatten().map(|entry| entry.path());
    Ok(paths.filter(|path| path.extension().is_some_and(|extension| extension == EXTENSION)))
}

fn name_of(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()
}

fn drop_oldest(folder: &Path, max: usize) {
    let Ok(paths) = snapshots_in(folder) else { return };
    let time = |path: &PathBuf| fs::metadata(path).and_then(|file| file.modified());
    let mut all: Vec<_> = paths.map(|path| (time(&path).unwrap_or(SystemTime::UNIX_EPOCH), path)).collect();
    all.sort();
    let excess = all.len().saturating_sub(max);
    for (_, path) in all.into_iter().take(excess) {
        let _ = fs::remove_file(path);
    }
}
