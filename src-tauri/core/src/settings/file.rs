//! The settings file on disk: read with suspicion, written completely or not at all.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use super::contents::Contents;
use crate::atomic_file;

/// A settings file takes some kilobytes, most of it certificates, which can be 4 MiB. A larger one is something else.
const MAX_BYTES: u64 = 8 * 1024 * 1024;
/// How the name of the file starts that becomes the next settings file.
const PREFIX: &str = ".settings-";

/// The file's contents; `None` if there is no file.
///
/// # Errors
/// `InvalidData` if it is no settings file; any other kind if it cannot be read, perhaps only now.
pub(super) fn read(file: &Path) -> io::Result<Option<Contents>> {
    match fs::metadata(file) {
        // Opening a pipe would wait for its other end.
        Ok(metadata) if !metadata.is_file() => return Err(io::ErrorKind::InvalidData.into()),
        Ok(_) => {}
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    }
    let mut json = Vec::new();
    fs::File::open(file)?.take(MAX_BYTES + 1).read_to_end(&mut json)?;
    if json.len() as u64 > MAX_BYTES {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Contents::parse(&json).map(Some)
}

/// Renames a file that is no settings file, without replacing one that was set aside before. Says whether that worked.
pub(super) fn set_aside(file: &Path) -> bool {
    free_name(file, "unreadable").is_some_and(|aside| fs::rename(file, aside).is_ok())
}

/// Keeps a copy of a newer version's file, which this version is going to rewrite.
pub(super) fn keep_copy(file: &Path) {
    if let Some(copy) = free_name(file, "newer")
        && let Err(error) = fs::copy(file, copy)
    {
        tracing::warn!("the newer settings could not be copied: {}", error.kind());
    }
}

fn free_name(file: &Path, why: &str) -> Option<PathBuf> {
    (1..100)
        .map(|number| file.with_extension(format!("json.{why}-{number}")))
        .find(|aside| fs::symlink_metadata(aside).is_err())
}

/// Writes the file completely or not at all.
pub(super) fn write(file: &Path, contents: &Contents) -> io::Result<()> {
    let file = resolved(file);
    let folder = file.parent().ok_or(io::ErrorKind::NotFound)?;
    fs::create_dir_all(folder)?;
    atomic_file::remove_abandoned(folder, PREFIX);
    let json = contents.to_json()?;
    atomic_file::write(&file, PREFIX, |temporary| temporary.write_all(&json))
}

/// The file behind a symbolic link: people link their settings to a folder they back up.
fn resolved(file: &Path) -> PathBuf {
    fs::canonicalize(file).unwrap_or_else(|_| file.to_owned())
}
