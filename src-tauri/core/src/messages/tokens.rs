//! Tokens: rows of the table, what a person asked to see, and how changes ended.

use calyptia_api::{Access, ListedToken, Permission};
use calyptia_catalog as catalog;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{FacetCounts, Facets, Problem};

/// What a token can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum RowAccess {
    /// Everything. If `named`, all four known permissions are listed, and `others` are listed beside them; otherwise the
    /// list is empty.
    Full {
        named: bool,
        others: Vec<String>,
    },
    Some {
        permissions: Vec<String>,
    },
    Unreadable,
}

/// A row of the table.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Row {
    pub id: String,
    pub name: String,
    pub access: RowAccess,
    /// The last six characters of the value, if the server lists values.
    pub suffix: Option<String>,
    pub created_at: Option<i64>,
    /// Whether another token in the list has the same name, or one that looks the same, so that only the ids differ.
    pub duplicate_name: bool,
}

/// A sort order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum SortKey {
    Name,
    Created,
}

/// Which tokens to show, and in which order.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct View {
    pub filter: String,
    pub facets: Facets,
    pub sort: SortKey,
    pub descending: bool,
}

/// A window of rows.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Rows {
    /// Identifies the list these rows are from.
    pub generation: u64,
    pub matched: usize,
    pub counts: FacetCounts,
    pub from: usize,
    pub rows: Vec<Row>,
    /// Where the token that was asked about stands in the view, if it is in it.
    pub position: Option<usize>,
}

/// Tokens that were asked for by id.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FoundRows {
    /// Those that are in the list.
    pub rows: Vec<Row>,
    /// The ids of those that the view leaves out.
    pub hidden: Vec<String>,
}

/// A list that was loaded while its connection was signed in to, and its first rows.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PrefetchedList {
    pub loaded: Loaded,
    pub rows: Rows,
}

/// Whether the list has a name already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum NameMatch {
    None,
    Same,
    /// It has a name that a person cannot tell from this one.
    LooksAlike,
}

/// Sent while a list loads.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LoadProgress {
    pub generation: u64,
    pub total: usize,
}

/// How a load ended.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Loaded {
    pub generation: u64,
    pub total: usize,
    /// Whether the rows on screen are a complete list: the one just loaded or, after a problem, the one before it.
    pub whole: bool,
    /// Rows left out because an earlier one with other contents has the same id.
    pub conflicting: usize,
    /// Rows left out because they are not tokens.
    pub unreadable: usize,
    /// Rows left out because the list takes as much memory as it can have.
    pub no_room: usize,
    /// Rows whose name is so long that only its start is shown.
    pub shortened: usize,
    /// Why the load did not succeed. The rows that exist stay.
    pub problem: Option<Problem>,
    /// How many seconds the server's clock is ahead of this computer's, if they differ by minutes.
    pub clock_offset: Option<i64>,
}

/// Sent while the app looks on the server for a token whose create was not answered.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ConfirmProgress {
    /// Counted from 1.
    pub attempt: usize,
    pub max_attempts: usize,
}

/// How a create ended, as far as it is known.
#[derive(Debug, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum CreateOutcome {
    /// The token exists.
    Created {
        row: Row,
        /// Whether the response was lost and the token was found on the server.
        found: bool,
    },
    /// The response was lost and the token is not there. The server may still be working. The problem is how the create
    /// failed, if it was sent just now.
    NotFound { problem: Option<Problem> },
    /// The response was lost, and these tokens of that name did not exist before.
    Several { rows: Vec<Row> },
    /// The response was lost, and the server could not be asked whether the token exists.
    Unknown { problem: Problem },
}

/// How a change of a token ended.
#[derive(Debug, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum UpdateOutcome {
    /// The token as it is now.
    Updated { row: Row },
    /// Nothing was sent: someone changed the token since the page read it. The token as it is now.
    ChangedElsewhere { row: Row },
}

/// The format of a snippet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum SnippetFormat {
    /// A Fluent Bit configuration in YAML.
    #[default]
    FluentBit,
    /// A section of Fluent Bit's classic configuration.
    FluentBitClassic,
    /// A Kubernetes manifest with the Secret that the core instance's Helm chart takes.
    CoreInstance,
    /// Commands of the vendor's CLI.
    Cli,
    /// The environment variables that the CLI reads.
    Environment,
    /// A request with curl.
    Curl,
    /// A Kubernetes manifest of a Secret with the variables that the CLI reads.
    KubernetesSecret,
    /// A secret of a GitHub repository, set with its CLI.
    GithubActions,
    /// A secret in `HashiCorp` Vault, set with its CLI.
    Vault,
}

/// Which snippet to make for a token.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SnippetRequest {
    pub format: SnippetFormat,
    pub project: Uuid,
    /// The token's name.
    pub name: String,
    /// The fleet of an agent, for a format that has one. `None` leaves a placeholder.
    pub fleet: Option<String>,
}

/// The text around a token's value.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Snippet {
    pub before: String,
    pub after: String,
}

/// What the page showed when an edit began.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ExpectedToken {
    pub name: String,
    pub permissions: Vec<String>,
}

/// The token that a new one is to replace, as the page showed it.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ReplacedToken {
    pub id: String,
    pub expected: ExpectedToken,
}

/// A token and its successor, while a person replaces one with the other.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Rotation {
    pub old_id: String,
    /// `None` once it is certain that it no longer exists.
    pub old: Option<Row>,
    pub new: Row,
    /// The name that the successor gets once the old token is gone. `None` if its own name does not say which.
    pub rename_to: Option<String>,
}

/// The pairs of the open list.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Rotations {
    pub pairs: Vec<Rotation>,
    /// Why they are not saved, if they are not.
    pub problem: Option<Problem>,
}

/// A token is on the clipboard.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Copied {
    pub clears_after_seconds: u32,
}

/// The format of an exported list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ExportFormat {
    Csv,
    Json,
}

/// A list has been exported.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Exported {
    /// The file's name, without its folder.
    pub file: String,
    pub tokens: usize,
}

/// What was pasted into the filter.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum FilterPaste {
    /// Other text. The page has it from its own paste event: no command hands out what is on the clipboard.
    Text,
    /// The value of a project token, or the id of a token.
    Token {
        /// Which paste it was: what is asked about it names this, as another may have been pasted since.
        paste: u64,
        id: String,
        /// What a value says of itself. `None` if only an id was pasted, which does not say it.
        project: Option<Uuid>,
        /// Its row, if it is in the open list.
        row: Option<Box<Row>>,
        /// Whether it belongs to another project than the open list's.
        elsewhere: bool,
    },
    /// A bearer token, several tokens, or part of one.
    OtherToken,
}

/// What of a token is copied that is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum TokenLabel {
    Name,
    Id,
}

/// How a token that the app has put on the clipboard stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ClipboardState {
    /// None is there: it was cleared, or something else has taken its place.
    NoToken,
    /// It is there, and is cleared when its time is over.
    Held,
    /// It stays past its time, because clearing it keeps failing.
    Overdue,
}

/// A project token that was pasted where a bearer token belongs.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PastedProjectToken {
    /// Which paste it was.
    pub paste: u64,
    pub id: String,
    pub project: Uuid,
    /// The host of the server that it was pasted for.
    pub host: String,
    /// Whether a connection to this server is marked as production.
    pub production: bool,
}

/// What the server says of a project token when it is asked with the token itself.
#[derive(Debug, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum FoundTokenState {
    /// It works. The token as it is now.
    Works { row: Box<Row> },
    /// It has been revoked just now.
    Revoked,
    /// This server knows no such token: it was revoked before, or is another server's.
    NotAccepted,
    /// The token does not have the permission that this needs.
    NotPermitted,
}

impl From<catalog::Row> for Row {
    fn from(row: catalog::Row) -> Self {
        let catalog::Row { token, duplicate_name } = row;
        let texts = |list: &[Permission]| list.iter().map(ToString::to_string).collect();
        let access = match Access::of(token.permissions.as_deref()) {
            Access::Full { named } => {
                let mut others = token.permissions.clone().unwrap_or_default();
                others.retain(|permission| matches!(permission, Permission::Other(_)));
                RowAccess::Full { named, others: texts(&others) }
            }
            Access::Some(list) => RowAccess::Some { permissions: texts(list) },
            Access::Unreadable => RowAccess::Unreadable,
        };
        Self {
            id: token.id.to_string(),
            access,
            suffix: token.suffix.map(|suffix| suffix.as_str().to_owned()),
            created_at: token.created_at.map(jiff::Timestamp::as_millisecond),
            name: token.name,
            duplicate_name,
        }
    }
}

impl From<ListedToken> for Row {
    fn from(token: ListedToken) -> Self {
        catalog::Row { token, duplicate_name: false }.into()
    }
}

impl From<catalog::NameMatch> for NameMatch {
    fn from(name_match: catalog::NameMatch) -> Self {
        match name_match {
            catalog::NameMatch::None => Self::None,
            catalog::NameMatch::Same => Self::Same,
            catalog::NameMatch::LooksAlike => Self::LooksAlike,
        }
    }
}

impl From<View> for catalog::View {
    fn from(view: View) -> Self {
        let sort = match view.sort {
            SortKey::Name => catalog::SortKey::Name,
            SortKey::Created => catalog::SortKey::Created,
        };
        Self {
            filter: view.filter.trim().to_owned(),
            facets: view.facets.into(),
            sort,
            descending: view.descending,
        }
    }
}
