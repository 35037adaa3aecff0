//! The settings file on disk: read with suspicion, written completely or not at all.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use super::contents::Contents;

/// A settings file takes some kilobytes, most of it certificates, which can be 4 MiB. A larger one is something else.
const MAX_BYTES: u64 = 8 * 1024 * 1024;
/// Prefix and suffix of the file that becomes the next settings file.
const TEMPORARY: (&str, &str) = (".settings-", ".tmp");
/// A write takes less time: an older temporary file was left by a process that was killed.
const ABANDONED_AFTER: Duration = Duration::from_secs(60);

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

/// Writes a temporary file, then renames it: a reader sees the old contents or the new, never a part.
pub(super) fn write(file: &Path, contents: &Contents) -> io::Result<()> {
    let file = resolved(file);
    let folder = file.parent().ok_or(io::ErrorKind::NotFound)?;
    fs::create_dir_all(folder)?;
    remove_abandoned(folder);
    let (prefix, suffix) = TEMPORARY;
    // The crate makes it readable by its owner only.
    let mut temporary = tempfile::Builder::new().prefix(prefix).suffix(suffix).tempfile_in(folder)?;
    temporary.write_all(&contents.to_json()?)?;
    temporary.as_file().sync_all()?;
    temporary.persist(&file).map_err(|error| error.error)?;
    Ok(())
}

/// The file behind a symbolic link: people link their settings to a folder they back up.
fn resolved(file: &Path) -> PathBuf {
    fs::canonicalize(file).unwrap_or_else(|_| file.to_owned())
}

fn remove_abandoned(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let (prefix, suffix) = TEMPORARY;
        let ours = name.to_str().is_some_and(|name| name.starts_with(prefix) && name.ends_with(suffix));
        let age = entry.metadata().and_then(|metadata| metadata.modified()).map(|time| time.elapsed());
        if ours && age.is_ok_and(|age| age.is_ok_and(|age| age > ABANDONED_AFTER)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
