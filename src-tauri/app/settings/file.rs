//! The settings file on disk: read with suspicion, written whole or not at all.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use super::saved::Contents;

/// A settings file takes some kilobytes, most of it certificates. A larger one is something else.
const MAX_BYTES: u64 = 4 * 1024 * 1024;
/// How the file that becomes the next settings begins and ends.
const BESIDE: (&str, &str) = (".settings-", ".tmp");
/// A write takes no longer: what is older was left by a process that was killed.
const LEFT_OVER: Duration = Duration::from_secs(60);

/// What the file holds; `None` where there is no file.
pub(super) fn read(file: &Path) -> io::Result<Option<Contents>> {
    match fs::metadata(file) {
        // Opening a pipe would wait for its other end.
        Ok(metadata) if !metadata.is_file() => return Err(io::ErrorKind::InvalidData.into()),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut json = Vec::new();
    fs::File::open(file)?.take(MAX_BYTES + 1).read_to_end(&mut json)?;
    if json.len() as u64 > MAX_BYTES {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Contents::parse(&json).map(Some)
}

/// Keeps a file that cannot be read under another name, without replacing one that was kept before.
pub(super) fn keep_aside(file: &Path) {
    let free = (1..100)
        .map(|number| file.with_extension(format!("json.unreadable-{number}")))
        .find(|aside| fs::symlink_metadata(aside).is_err());
    if let Some(aside) = free
        && let Err(error) = fs::rename(file, aside)
    {
        tracing::warn!("the unreadable settings could not be kept aside: {}", error.kind());
    }
}

/// Writes beside the file, then moves the new one in its place: whoever reads sees the old or the new, never half.
pub(super) fn write(file: &Path, contents: &Contents) -> io::Result<()> {
    let file = followed(file);
    let folder = file.parent().ok_or(io::ErrorKind::NotFound)?;
    fs::create_dir_all(folder)?;
    remove_left_overs(folder);
    let (prefix, suffix) = BESIDE;
    // For its owner only, as the crate makes them.
    let mut beside = tempfile::Builder::new().prefix(prefix).suffix(suffix).tempfile_in(folder)?;
    serde_json::to_writer_pretty(&mut beside, contents)?;
    beside.write_all(b"\n")?;
    beside.as_file().sync_all()?;
    beside.persist(&file).map_err(|error| error.error)?;
    Ok(())
}

/// Where the file really is: people link their settings to a folder they keep.
fn followed(file: &Path) -> PathBuf {
    fs::canonicalize(file).unwrap_or_else(|_| file.to_owned())
}

fn remove_left_overs(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| name.starts_with(BESIDE.0) && name.ends_with(BESIDE.1));
        let age = entry.metadata().and_then(|metadata| metadata.modified()).map(|time| time.elapsed());
        if ours && age.is_ok_and(|age| age.is_ok_and(|age| age > LEFT_OVER)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
