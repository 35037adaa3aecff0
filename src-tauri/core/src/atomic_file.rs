//! Files that are written completely or not at all, readable by their owner only.

use std::{
    fs::{self, File},
    io,
    path::Path,
    time::Duration,
};

const SUFFIX: &str = ".tmp";
/// A write takes less time: an older temporary file was left by a process that was killed.
const ABANDONED_AFTER: Duration = Duration::from_secs(60);

/// Writes a temporary file whose name starts with `prefix`, then renames it if `fill` succeeds: a reader sees the old contents or
/// the new, never a part.
pub(crate) fn write(
    file: &Path,
    prefix: &str,
    fill: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    let folder = file.parent().ok_or(io::ErrorKind::NotFound)?;
    // The crate makes it readable by its owner only.
    let mut temporary = tempfile::Builder::new().prefix(prefix).suffix(SUFFIX).tempfile_in(folder)?;
    fill(temporary.as_file_mut())?;
    temporary.as_file().sync_all()?;
    temporary.persist(file).map_err(|error| error.error)?;
    Ok(())
}

/// Removes the temporary files that a process left behind when it was killed.
pub(crate) fn remove_abandoned(folder: &Path, prefix: &str) {
    remove_temporary(folder, prefix, ABANDONED_AFTER);
}

/// Removes temporary files that are at least this old.
pub(crate) fn remove_temporary(folder: &Path, prefix: &str, min_age: Duration) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| name.starts_with(prefix) && name.ends_with(SUFFIX));
        let age = entry.metadata().and_then(|metadata| metadata.modified()).map(|time| time.elapsed());
        if ours && age.is_ok_and(|age| age.is_ok_and(|age| age >= min_age)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
