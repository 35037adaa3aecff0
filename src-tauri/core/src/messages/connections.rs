//! Connections, as the page sees them: no credential is part of any shape.

use calyptia_api::BearerToken;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ListOrder, Preferences, PrefetchedList, Problem, SnippetFormat, TokenAge};

/// What the page knows before anything is connected.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Startup {
    pub version: &'static str,
    pub servers: Vec<ServerChoice>,
    /// The server that the environment suggests.
    pub preset: Option<String>,
    /// Whether the app was asked to open on the sample data.
    pub sample: bool,
    /// The language that the environment asks for in place of the system's, as a BCP 47 tag.
    pub language: Option<String>,
    /// All saved connections.
    pub connections: Vec<KnownConnection>,
    /// The one used last.
    pub last: Option<Uuid>,
    pub preferences: Preferences,
    pub order: ListOrder,
    /// That the lists were last narrowed to.
    pub token_age: TokenAge,
    /// The format of the last snippet.
    pub snippet_format: SnippetFormat,
    /// A problem to report at the start.
    pub notice: Option<Problem>,
}

/// One of the vendor's servers.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ServerChoice {
    pub name: &'static str,
    pub url: &'static str,
    /// Whether it serves the vendor's own work only, so that few look for it.
    pub internal: bool,
}

/// A saved connection.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct KnownConnection {
    pub id: Uuid,
    /// The name its owner gave it.
    pub name: String,
    pub server: String,
    pub host: String,
    pub sample: bool,
    /// The e-mail address in its latest bearer token.
    pub account: Option<String>,
    /// Whether it can be used without entering a bearer token.
    pub signed_in: bool,
    /// Whether its bearer token was kept for the session only, the last time.
    pub session_only: bool,
    /// Whether the keyring may hold a bearer token for it. False only when that is certain.
    pub in_keyring: bool,
    /// The project that was open last.
    pub project: Option<Uuid>,
    /// Whether its owner has marked it as one that a lot depends on.
    pub production: bool,
    pub color: Option<ConnectionColor>,
}

/// A color that tells a connection from others. Red and amber are not among them: in the window they mean something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ConnectionColor {
    Blue,
    Teal,
    Green,
    Purple,
    Pink,
}

/// What a bearer token says about its owner. Unverified.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AccountHint {
    pub email: Option<String>,
    pub expires_at: Option<i64>,
}

/// Where the bearer token is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum CredentialStorage {
    Keyring,
    Session,
}

/// A connection that is signed in.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Connection {
    pub id: Uuid,
    /// The name its owner gave it.
    pub name: String,
    pub server: String,
    pub host: String,
    pub sample: bool,
    /// Whether its owner has marked it as one that a lot depends on.
    pub production: bool,
    pub color: Option<ConnectionColor>,
    pub storage: CredentialStorage,
    pub account: AccountHint,
    pub projects: Vec<ProjectSummary>,
    /// The project that was open last, if it still exists.
    pub project: Option<Uuid>,
    /// The projects that were open last, the latest first.
    pub recent: Vec<Uuid>,
    /// A problem to report: the connection works, but was not saved.
    pub notice: Option<Problem>,
    /// That project's list in the saved order, if it arrived at once.
    pub list: Option<PrefetchedList>,
}

/// A project to choose.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ProjectSummary {
    pub id: Uuid,
    pub name: String,
    pub agents: Option<u64>,
    pub members: Option<u64>,
}

/// The server accepted a new bearer token for the current session.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Reauthenticated {
    pub storage: CredentialStorage,
    pub account: AccountHint,
}

impl From<&BearerToken> for AccountHint {
    fn from(token: &BearerToken) -> Self {
        let claims = token.claims();
        Self { email: claims.email, expires_at: claims.expires_at.map(jiff::Timestamp::as_millisecond) }
    }
}

impl From<calyptia_api::Project> for ProjectSummary {
    fn from(project: calyptia_api::Project) -> Self {
        let calyptia_api::Project { id, name, members_count, agents_count, .. } = project;
        Self { id, name, agents: agents_count, members: members_count }
    }
}
