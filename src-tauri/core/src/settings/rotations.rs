//! Which token takes the place of which, while a person replaces one: the ids of both, and where they are. No names and no values.

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::contents::{Contents, field};

/// The most pairs that are kept. The oldest goes first.
const MAX_PAIRS: usize = 100;
/// An id is a UUID. A longer text is something else.
const MAX_ID_BYTES: usize = 100;

/// A token and its successor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct SavedRotation {
    /// The server's base URL, as in the connections to it.
    pub(crate) server: String,
    pub(crate) project: Uuid,
    pub(crate) old: String,
    pub(crate) new: String,
}

impl SavedRotation {
    /// `None` unless it names two tokens.
    fn read(value: Value) -> Option<Self> {
        let Value::Object(mut fields) = value else { return None };
        let read = Self {
            server: field(&mut fields, "server")?,
            project: field(&mut fields, "project")?,
            old: field(&mut fields, "old")?,
            new: field(&mut fields, "new")?,
        };
        read.is_valid().then_some(read)
    }

    pub(super) fn read_all(value: Option<Value>) -> Vec<Self> {
        let Some(Value::Array(values)) = value else { return Vec::new() };
        let mut pairs: Vec<_> = values.into_iter().filter_map(Self::read).collect();
        drop_oldest(&mut pairs);
        pairs
    }

    fn is_valid(&self) -> bool {
        let is_id = |id: &str| !id.is_empty() && id.len() <= MAX_ID_BYTES;
        is_id(&self.old) && is_id(&self.new) && self.old != self.new
    }

    fn is_at(&self, server: &str, project: Uuid) -> bool {
        self.server == server && self.project == project
    }

    fn shares_token(&self, other: &Self) -> bool {
        self.is_at(&other.server, other.project) && (self.old == other.old || self.new == other.new)
    }
}

impl Contents {
    /// A token has one successor: an earlier pair with either of the two is dropped.
    pub(super) fn add_rotation(&mut self, pair: SavedRotation) {
        if !pair.is_valid() {
            return;
        }
        self.rotations.retain(|known| !known.shares_token(&pair));
        self.rotations.push(pair);
        drop_oldest(&mut self.rotations);
    }

    /// Adds the pairs of a file before those of now, which count.
    pub(super) fn merge_rotations(&mut self, file: &[SavedRotation]) {
        let now = std::mem::replace(&mut self.rotations, file.to_vec());
        for pair in now {
            self.add_rotation(pair);
        }
    }

    /// Drops the pairs of servers to which there is no connection any more.
    pub(super) fn drop_stray_rotations(&mut self) {
        let Self { connections, rotations, .. } = self;
        rotations.retain(|pair| connections.iter().any(|connection| connection.server == pair.server));
    }

    pub(super) fn rotations_at(&self, server: &str, project: Uuid) -> Vec<SavedRotation> {
        self.rotations.iter().filter(|pair| pair.is_at(server, project)).cloned().collect()
    }
}

fn drop_oldest(pairs: &mut Vec<SavedRotation>) {
    pairs.drain(..pairs.len().saturating_sub(MAX_PAIRS));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Credential, SavedConnection, Settings};

    const SERVER: &str = "https://api.example.com";
    const PROJECT: Uuid = Uuid::from_u128(7);

    fn pair(old: &str, new: &str) -> SavedRotation {
        SavedRotation { server: SERVER.into(), project: PROJECT, old: old.into(), new: new.into() }
    }

    fn connection(number: u128) -> SavedConnection {
        SavedConnection {
            id: Uuid::from_u128(number),
            name: "Acme".into(),
            server: SERVER.into(),
            entry: SERVER.into(),
            credential: Credential::Keyring,
            in_keyring: true,
            account: None,
            project: None,
            production: false,
            color: None,
            recent_projects: Vec::new(),
        }
    }

    fn read(rotations: &str) -> Vec<SavedRotation> {
        let json = format!(r#"{{"version":2,"connections":[],"rotations":{rotations}}}"#);
        Contents::parse(json.as_bytes()).expect("settings").rotations
    }

    #[test]
    fn pairs_are_there_at_the_next_start_each_for_its_server_and_project() {
        let folder = tempfile::tempdir().expect("a folder");
        let load = || Settings::load(Some(folder.path().to_owned()));
        let settings = load();
        let elsewhere = SavedRotation { project: Uuid::from_u128(8), ..pair("a", "b") };
        for pair in [pair("a", "b"), pair("c", "d"), elsewhere] {
            settings.add_rotation(pair);
        }
        settings.save_now().expect("written");
        let settings = load();
        assert_eq!(settings.rotations(SERVER, PROJECT), [pair("a", "b"), pair("c", "d")]);
        assert_eq!(settings.rotations("https://other.example.com", PROJECT), []);
        settings.end_rotation(&pair("a", "b"));
        settings.save_now().expect("written");
        assert_eq!(load().rotations(SERVER, PROJECT), [pair("c", "d")]);
        assert_eq!(load().rotations(SERVER, Uuid::from_u128(8)).len(), 1);
    }

    #[test]
    fn bad_entries_are_left_out_and_a_file_without_any_is_read() {
        assert_eq!(read("7"), []);
        assert_eq!(Contents::parse(br#"{"version":1}"#).expect("settings").rotations, []);
        let project = PROJECT.to_string();
        let entry = |old: &str, new: &str| {
            format!(r#"{{"server":"{SERVER}","project":"{project}","old":{old},"new":{new}}}"#)
        };
        let long = format!("\"{}\"", "x".repeat(MAX_ID_BYTES + 1));
        let entries = [
            "null".to_owned(),
            entry("\"a\"", "\"b\""),
            entry("\"a\"", "\"a\""),
            entry("\"\"", "\"b\""),
            entry("1", "\"b\""),
            entry(&long, "\"b\""),
            format!(r#"{{"server":"{SERVER}","project":"p","old":"a","new":"b"}}"#),
            format!(r#"{{"project":"{project}","old":"a","new":"b"}}"#),
        ];
        assert_eq!(read(&format!("[{}]", entries.join(","))), [pair("a", "b")]);
    }

    #[test]
    fn they_are_few_and_a_token_is_in_one_only() {
        let mut contents = Contents::default();
        for number in 0..MAX_PAIRS + 20 {
            contents.add_rotation(pair(&format!("old {number}"), &format!("new {number}")));
        }
        assert_eq!(contents.rotations.len(), MAX_PAIRS);
        assert_eq!(contents.rotations[0], pair("old 20", "new 20"));
        contents.add_rotation(pair("old 30", "another"));
        contents.add_rotation(pair("a", "a"));
        assert_eq!(contents.rotations.len(), MAX_PAIRS);
        assert!(!contents.rotations.contains(&pair("old 30", "new 30")));
        assert_eq!(contents.rotations.last(), Some(&pair("old 30", "another")));

        let mut json = contents.to_json().expect("JSON");
        assert_eq!(Contents::parse(&json).expect("settings").rotations, contents.rotations);
        // Somebody has added some by hand.
        let entry = r#"{"server":"","project":"00000000-0000-0000-0000-000000000007","old":"x","new":"y"},"#;
        let text = String::from_utf8(json).expect("UTF-8");
        json = text.replacen("\"rotations\": [", &format!("\"rotations\": [{}", entry.repeat(500)), 1).into();
        assert_eq!(Contents::parse(&json).expect("settings").rotations, contents.rotations);
    }

    #[test]
    fn they_are_forgotten_with_the_last_connection_to_their_server() {
        let settings = Settings::load(None);
        settings.use_connection(connection(1));
        settings.use_connection(connection(2));
        settings.add_rotation(pair("a", "b"));
        settings.forget_connection(Uuid::from_u128(1));
        assert_eq!(settings.rotations(SERVER, PROJECT).len(), 1, "another account's connection is left");
        settings.forget_connection(Uuid::from_u128(2));
        assert_eq!(settings.rotations(SERVER, PROJECT), []);
    }

    #[test]
    fn those_of_a_file_that_could_not_be_read_at_first_are_added() {
        let mut now = Contents::default();
        now.add_rotation(pair("c", "d"));
        let mut file = Contents::default();
        file.add_rotation(pair("a", "b"));
        file.add_rotation(pair("c", "x"));
        now.merge(&file);
        assert_eq!(now.rotations, [pair("a", "b"), pair("c", "d")]);
    }
}
