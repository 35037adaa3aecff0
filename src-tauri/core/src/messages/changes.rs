//! What has changed in a list since somebody last looked at it.

use serde::Serialize;

use super::RowAccess;

/// How a token has changed. One that changed in several ways counts as the first of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ChangeKind {
    /// It can do something that it could not do.
    Raised,
    New,
    Gone,
    /// It can do less.
    Lowered,
    Renamed,
}

/// A token that has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ListChange {
    pub kind: ChangeKind,
    pub id: String,
    /// Its name now, or the last one.
    pub name: String,
    /// Whether another token in the list has the same name, or one that looks the same.
    pub duplicate_name: bool,
    /// Its name before, if that was another.
    pub previous_name: Option<String>,
    /// What it could do, unless it is new. Only the four known permissions are kept.
    pub before: Option<RowAccess>,
    /// Whether it had others beside them.
    pub had_others: bool,
    /// What it can do, unless it is gone.
    pub after: Option<RowAccess>,
}

/// What has changed since the last look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ListChanges {
    /// Which comparison of this session found them.
    pub number: u64,
    /// When that was, unless the clock has been set back since.
    pub since: Option<i64>,
    pub raised: usize,
    pub new: usize,
    pub gone: usize,
    pub lowered: usize,
    pub renamed: usize,
    /// The changes, by kind, as far as they fit on a screen that people read.
    pub changes: Vec<ListChange>,
}
