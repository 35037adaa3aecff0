//! What the app remembers between two starts: one small versioned file, written whole or not at all, without secrets.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::contract::ProxyChoice;

/// The version this app writes.
const VERSION: u32 = 1;
/// A settings file takes some hundred bytes. A larger one is something else.
const MAX_BYTES: u64 = 1024 * 1024;

/// The settings file and what is in it.
pub(crate) struct Settings {
    file: Option<PathBuf>,
    current: Mutex<Contents>,
    /// Whether a file was there that could not be read. It was kept under another name.
    pub(crate) unreadable: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Contents {
    version: u32,
    connection: Option<SavedConnection>,
    #[serde(default)]
    network: NetworkSettings,
}

/// How the network is to be used. A password of a proxy is not among it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NetworkSettings {
    pub(crate) proxy: ProxyChoice,
    pub(crate) certificates: Option<SavedCertificates>,
}

/// A copy of the file of extra certificates: the file itself may move or go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedCertificates {
    /// The name of the file they came from.
    pub(crate) file: String,
    pub(crate) pem: String,
}

/// The connection to go back to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedConnection {
    /// The server's base URL; the keyring's account. Empty for sample data.
    pub(crate) server: String,
    /// Where its credential is.
    pub(crate) credential: Credential,
    /// The project that was open.
    pub(crate) project: Option<Uuid>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Credential {
    /// In the keyring.
    Keyring,
    /// Nowhere: it was kept for the session only.
    Session,
    /// None is needed: the sample data inside the app.
    Sample,
}

impl Settings {
    /// Reads the settings in `folder`. Whatever is wrong with the file, the app starts.
    pub(crate) fn load(folder: Option<PathBuf>) -> Self {
        let file = folder.map(|folder| folder.join("settings.json"));
        let read = file.as_deref().map_or(Ok(None), read);
        let unreadable = read.is_err();
        if unreadable && let Some(file) = &file {
            // Kept aside for its owner; if even that fails, the next save reports it.
            let _ = fs::rename(file, file.with_extension("json.unreadable"));
        }
        let current = Mutex::new(read.ok().flatten().unwrap_or_default());
        Self { file, current, unreadable }
    }

    pub(crate) fn connection(&self) -> Option<SavedConnection> {
        self.current().connection.clone()
    }

    /// Remembers a connection, or that there is none.
    pub(crate) fn set_connection(&self, connection: Option<SavedConnection>) -> io::Result<()> {
        self.change(|contents| contents.connection = connection)
    }

    pub(crate) fn network(&self) -> NetworkSettings {
        self.current().network.clone()
    }

    pub(crate) fn set_network(&self, network: NetworkSettings) -> io::Result<()> {
        self.change(|contents| contents.network = network)
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
            Some(file) => write(file, &changed),
            None => Err(io::Error::new(io::ErrorKind::NotFound, "this account has no settings folder")),
        };
        *current = Contents { version: if written.is_ok() { VERSION } else { 0 }, ..changed };
        written
    }

    fn current(&self) -> MutexGuard<'_, Contents> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(file: &Path) -> io::Result<Option<Contents>> {
    use io::Read as _;

    let opened = match fs::File::open(file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut text = Vec::new();
    opened.take(MAX_BYTES).read_to_end(&mut text)?;
    let contents: Contents = serde_json::from_slice(&text)?;
    if contents.version != VERSION {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "settings of another version"));
    }
    Ok(Some(contents))
}

/// Writes beside the file, then moves the new one in its place: whoever reads sees the old or the new, never half.
fn write(file: &Path, contents: &Contents) -> io::Result<()> {
    use io::Write as _;

    let folder = file.parent().ok_or(io::ErrorKind::NotFound)?;
    fs::create_dir_all(folder)?;
    let mut beside = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer_pretty(&mut beside, contents)?;
    beside.write_all(b"\n")?;
    beside.as_file().sync_all()?;
    beside.persist(file).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved() -> SavedConnection {
        SavedConnection {
            server: "https://api.example.com".into(),
            credential: Credential::Keyring,
            project: Some(Uuid::from_u128(7)),
        }
    }

    #[test]
    fn a_connection_is_there_at_the_next_start_and_gone_after_signing_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("made on the way");
        Settings::load(Some(inner.clone())).set_connection(Some(saved())).expect("written");
        let settings = Settings::load(Some(inner.clone()));
        assert_eq!(settings.connection(), Some(saved()));
        settings.set_connection(None).expect("written");
        assert_eq!(Settings::load(Some(inner.clone())).connection(), None);
        let files = fs::read_dir(inner).expect("the folder").count();
        assert_eq!(files, 1, "nothing but the settings is left behind");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_kept_aside_and_told() {
        for bad in ["", "{", "[]", r#"{"version":99,"connection":null}"#] {
            let folder = tempfile::tempdir().expect("a folder");
            let file = folder.path().join("settings.json");
            fs::write(&file, bad).expect("written");
            let settings = Settings::load(Some(folder.path().into()));
            assert!(settings.unreadable, "{bad}");
            assert_eq!(settings.connection(), None);
            let aside = folder.path().join("settings.json.unreadable");
            assert_eq!(fs::read_to_string(aside).expect("kept"), bad);
            settings.set_connection(Some(saved())).expect("written");
            assert_eq!(Settings::load(Some(folder.path().into())).connection(), Some(saved()));
        }
    }

    #[test]
    fn n10_the_network_is_kept_beside_the_connection() {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = Settings::load(Some(folder.path().into()));
        assert_eq!(settings.network(), NetworkSettings::default());
        settings.set_connection(Some(saved())).expect("written");
        let network = NetworkSettings {
            proxy: ProxyChoice::Address { url: "http://proxy.corp:3128".into() },
            certificates: Some(SavedCertificates { file: "corp.pem".into(), pem: "-----".into() }),
        };
        settings.set_network(network.clone()).expect("written");
        let again = Settings::load(Some(folder.path().into()));
        assert_eq!((again.network(), again.connection()), (network, Some(saved())));
    }

    #[test]
    fn without_a_folder_the_app_works_and_says_that_nothing_is_kept() {
        let settings = Settings::load(None);
        assert!(!settings.unreadable);
        assert!(settings.set_connection(Some(saved())).is_err());
        assert_eq!(settings.connection(), Some(saved()));
    }
}
