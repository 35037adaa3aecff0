//! Where tokens are in the files of this computer. Values are not part of it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Row;

/// What a person chooses to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum SearchIn {
    Files,
    Folder,
}

/// Sent while files are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SearchProgress {
    pub files: u64,
    pub bytes: u64,
    /// Different ones.
    pub tokens: usize,
}

/// Why a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum SearchEnd {
    /// Everything has been read.
    Complete,
    /// The person stopped it.
    Stopped,
    TooManyFiles,
    /// So many bytes in all are not read.
    TooMuch,
    TooLong,
}

/// Where a token stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FilePlace {
    /// The file's path, from the folder that was chosen.
    pub file: String,
    /// Counted from 1.
    pub line: u64,
    /// Whether it is in Base64 there.
    pub base64: bool,
}

/// A token that was found in files.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TokenInFiles {
    pub id: String,
    pub project: Uuid,
    /// Its row, if it is in the open list.
    pub row: Option<Box<Row>>,
    /// Whether it belongs to another project than the open list's.
    pub elsewhere: bool,
    pub places: Vec<FilePlace>,
    /// How many places there are besides these.
    pub more: u64,
}

/// What was found in the files that a person chose.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FileSearch {
    /// The name of the folder that was chosen, if it was one.
    pub folder: Option<String>,
    pub end: SearchEnd,
    pub files: u64,
    pub bytes: u64,
    /// Files and folders that could not be read, or not to their end.
    pub unreadable: u64,
    /// Files of which only the beginning was read.
    pub cut: u64,
    /// Folders that lie too deep.
    pub too_deep: u64,
    /// Links, which are not followed.
    pub links: u64,
    /// Those of the open list first.
    pub tokens: Vec<TokenInFiles>,
    /// How many places there are of tokens besides these.
    pub more: u64,
}
