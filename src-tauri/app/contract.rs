//! The shapes that cross between Rust and the page, and the test that keeps `ui/types/ipc.d.ts` true to them.

use calyptia_api::{Access as ApiAccess, BearerToken, ListedToken, Permission};
use calyptia_catalog as catalog;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::problem::Problem;

/// What the page knows before anything is connected.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Startup {
    pub(crate) version: &'static str,
    pub(crate) servers: Vec<ServerChoice>,
    /// The server that the environment suggests.
    pub(crate) preset: Option<String>,
    /// Whether the app was asked to open on the sample data.
    pub(crate) sample: bool,
    /// The language that the environment asks for, as a tag of BCP 47; the system's without one.
    pub(crate) language: Option<String>,
    /// All connections that are known.
    pub(crate) connections: Vec<KnownConnection>,
    /// The one used last.
    pub(crate) last: Option<Uuid>,
    pub(crate) preferences: Preferences,
    /// Something to be told at the start.
    pub(crate) notice: Option<Problem>,
}

/// A server by its name.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct ServerChoice {
    pub(crate) name: &'static str,
    pub(crate) url: &'static str,
}

/// A connection from this run or an earlier one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct KnownConnection {
    pub(crate) id: Uuid,
    /// What its owner calls it.
    pub(crate) name: String,
    pub(crate) server: String,
    pub(crate) host: String,
    pub(crate) sample: bool,
    /// The e-mail address that its credential named last.
    pub(crate) account: Option<String>,
    /// Whether it can be used without entering a credential.
    pub(crate) signed_in: bool,
    /// Whether its credential was kept for the session only, the last time.
    pub(crate) session_only: bool,
}

/// How the app looks, and how long things stay where they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Preferences {
    pub(crate) theme: Theme,
    pub(crate) density: Density,
    /// How long a token stays on the clipboard.
    pub(crate) clipboard_seconds: u32,
    /// After how long without a key or the pointer the app locks itself. `None`: never.
    pub(crate) lock_minutes: Option<u32>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            density: Density::Comfortable,
            clipboard_seconds: 30,
            lock_minutes: None,
        }
    }
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum Theme {
    /// As the system says.
    System,
    Light,
    Dark,
}

/// How high a row of the table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum Density {
    Comfortable,
    Compact,
}

/// The words of the menu bar of macOS.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct MenuLabels {
    pub(crate) about: String,
    pub(crate) unofficial: String,
    pub(crate) settings: String,
    pub(crate) services: String,
    pub(crate) hide: String,
    pub(crate) hide_others: String,
    pub(crate) show_all: String,
    pub(crate) quit: String,
    pub(crate) file: String,
    pub(crate) new_token: String,
    pub(crate) close_window: String,
    pub(crate) edit: String,
    pub(crate) undo: String,
    pub(crate) redo: String,
    pub(crate) cut: String,
    pub(crate) copy: String,
    pub(crate) paste: String,
    pub(crate) select_all: String,
    pub(crate) view: String,
    pub(crate) refresh: String,
    pub(crate) fullscreen: String,
    pub(crate) window: String,
    pub(crate) minimize: String,
    pub(crate) zoom: String,
    pub(crate) help: String,
    pub(crate) shortcuts: String,
}

/// What was chosen in the menu bar, where the page has to do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum MenuChoice {
    Settings,
    NewToken,
    Refresh,
    Shortcuts,
}

/// What a credential says of itself. A hint, never a proof.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct BearerClaims {
    pub(crate) email: Option<String>,
    /// Milliseconds since 1970.
    pub(crate) expires_at: Option<i64>,
}

/// Where the credential is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum Storage {
    Keyring,
    Session,
}

/// A connection that works.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Connection {
    pub(crate) id: Uuid,
    /// What its owner calls it.
    pub(crate) name: String,
    pub(crate) server: String,
    pub(crate) host: String,
    pub(crate) sample: bool,
    pub(crate) storage: Storage,
    pub(crate) account: BearerClaims,
    pub(crate) projects: Vec<Project>,
    /// The project that was open last, if it is still there.
    pub(crate) project: Option<Uuid>,
    /// Something to be told: it works, but is not remembered.
    pub(crate) notice: Option<Problem>,
}

/// A project to choose.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Project {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) agents: Option<u64>,
    pub(crate) members: Option<u64>,
}

/// What a token may do.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum Access {
    /// `named` are the four known permissions, and `others` what stands beside them; otherwise the list is empty.
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
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) access: Access,
    pub(crate) suffix: Option<String>,
    /// Milliseconds since 1970.
    pub(crate) created_at: Option<i64>,
    /// Whether another token of the list has the same name, so that only the ids tell them apart.
    pub(crate) repeated_name: bool,
}

/// A part of the list.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum Facet {
    All,
    FullAccess,
    CanDelete,
    Old,
}

/// An order.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum SortKey {
    Name,
    Created,
}

/// What to see of the list.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct View {
    pub(crate) filter: String,
    pub(crate) facet: Facet,
    pub(crate) sort: SortKey,
    pub(crate) descending: bool,
}

/// How many tokens each facet has.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct FacetCounts {
    pub(crate) all: usize,
    pub(crate) full_access: usize,
    pub(crate) can_delete: usize,
    pub(crate) old: usize,
}

/// A window of rows.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Rows {
    /// Which load they are from.
    pub(crate) generation: u64,
    pub(crate) matched: usize,
    pub(crate) counts: FacetCounts,
    pub(crate) from: usize,
    pub(crate) rows: Vec<Row>,
}

/// Sent while a list arrives.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct LoadProgress {
    pub(crate) generation: u64,
    pub(crate) total: usize,
}

/// How a load ended.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Loaded {
    pub(crate) generation: u64,
    pub(crate) total: usize,
    /// Whether the rows on screen are a whole list: the one just loaded or, after a problem, the one before.
    pub(crate) whole: bool,
    /// How many rows were left out because an earlier one with other contents has the same id.
    pub(crate) conflicting: usize,
    /// How many were left out because they are not tokens.
    pub(crate) unreadable: usize,
    /// Why the load did not end well. The rows that exist stay.
    pub(crate) problem: Option<Problem>,
    /// By how many seconds the server's clock is ahead of this computer's, if they differ by minutes.
    pub(crate) clock_offset: Option<i64>,
}

/// Sent when the answer to a create is lost, while the app looks for the token on the server.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Checking {
    /// Which look this is, from 1.
    pub(crate) look: usize,
    /// How many there will be at most.
    pub(crate) of: usize,
}

/// How a create ended, as far as it is known.
#[derive(Debug, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum CreateOutcome {
    /// The token exists.
    Created {
        row: Row,
        /// Whether the answer was lost and the token found by looking.
        found: bool,
    },
    /// The answer was lost and the token is not there. The server may still be working.
    NotFound,
    /// The answer was lost, and these tokens of that name were not there before.
    Several { rows: Vec<Row> },
    /// The answer was lost, and the server could not be asked whether the token exists.
    Unknown { problem: Problem },
}

/// How a change of a token ended.
#[derive(Debug, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum UpdateOutcome {
    /// As it is now.
    Updated { row: Row },
    /// Nothing was sent: someone changed the token since the page saw it. This is how it is now.
    ChangedElsewhere { row: Row },
}

/// Whose lines a token is handed over in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum HandoverForm {
    /// A command of the vendor's own CLI.
    Cli,
    /// The variables that the CLI reads.
    Environment,
    /// A request with curl.
    Curl,
    /// A manifest.
    KubernetesSecret,
    /// A section of its configuration.
    FluentBit,
}

/// What a token of a project is handed over in.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Handover {
    pub(crate) form: HandoverForm,
    pub(crate) project: Uuid,
    /// The token's name.
    pub(crate) name: String,
}

/// A text that holds a token's value, but for the value.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Snippet {
    pub(crate) before: String,
    pub(crate) after: String,
}

/// What the page saw of a token when its edit began.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Seen {
    pub(crate) name: String,
    pub(crate) permissions: Vec<String>,
}

/// A new credential for the connection in use was accepted.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Renewed {
    pub(crate) storage: Storage,
    pub(crate) account: BearerClaims,
}

/// The server asked for a pause, and the call goes on afterwards.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Waiting {
    pub(crate) seconds: u64,
}

/// Which way requests take.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum ProxyChoice {
    /// As the system says.
    #[default]
    System,
    /// Directly.
    None,
    /// Through the proxy at this address, without a password in it.
    Address { url: String },
}

/// The settings of the network, as the page shows them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Network {
    pub(crate) proxy: ProxyChoice,
    pub(crate) route: Route,
    pub(crate) certificates: Option<Certificates>,
}

/// Which way requests to the connected server take, whoever chose it.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum Route {
    /// No server is connected.
    Unknown,
    Direct,
    /// Host and port of the proxy.
    Proxy {
        name: String,
    },
}

/// The extra certificates that servers are checked against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Certificates {
    /// The name of the file they came from.
    pub(crate) file: String,
    pub(crate) count: usize,
}

/// What to do with the extra certificates.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum CertificatesChange {
    Keep,
    Remove,
    /// The text of a PEM file.
    Use {
        file: String,
        pem: String,
    },
}

/// A token is on the clipboard now.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Copied {
    pub(crate) clears_after_seconds: u32,
}

impl From<&BearerToken> for BearerClaims {
    fn from(bearer: &BearerToken) -> Self {
        let hint = bearer.claims();
        Self { email: hint.email, expires_at: hint.expires_at.map(jiff::Timestamp::as_millisecond) }
    }
}

impl From<calyptia_api::Project> for Project {
    fn from(project: calyptia_api::Project) -> Self {
        let calyptia_api::Project { id, name, members_count, agents_count, .. } = project;
        Self { id, name, agents: agents_count, members: members_count }
    }
}

impl From<catalog::Row> for Row {
    fn from(row: catalog::Row) -> Self {
        let catalog::Row { token, repeated_name } = row;
        let texts = |list: &[Permission]| list.iter().map(ToString::to_string).collect();
        let access = match ApiAccess::of(token.permissions.as_deref()) {
            ApiAccess::Full { named } => {
                let mut others = token.permissions.clone().unwrap_or_default();
                others.retain(|permission| matches!(permission, Permission::Other(_)));
                Access::Full { named, others: texts(&others) }
            }
            ApiAccess::Some(list) => Access::Some { permissions: texts(list) },
            ApiAccess::Unreadable => Access::Unreadable,
        };
        Self {
            id: token.id.to_string(),
            access,
            suffix: token.suffix.map(|suffix| suffix.as_str().to_owned()),
            created_at: token.created_at.map(jiff::Timestamp::as_millisecond),
            name: token.name,
            repeated_name,
        }
    }
}

impl From<ListedToken> for Row {
    fn from(token: ListedToken) -> Self {
        catalog::Row { token, repeated_name: false }.into()
    }
}

impl From<View> for catalog::View {
    fn from(view: View) -> Self {
        let facet = match view.facet {
            Facet::All => catalog::Facet::All,
            Facet::FullAccess => catalog::Facet::FullAccess,
            Facet::CanDelete => catalog::Facet::CanDelete,
            Facet::Old => catalog::Facet::Old,
        };
        let sort = match view.sort {
            SortKey::Name => catalog::SortKey::Name,
            SortKey::Created => catalog::SortKey::Created,
        };
        Self { filter: view.filter.trim().to_owned(), facet, sort, descending: view.descending }
    }
}

impl From<catalog::FacetCounts> for FacetCounts {
    fn from(counts: catalog::FacetCounts) -> Self {
        let catalog::FacetCounts { all, full_access, can_delete, old } = counts;
        Self { all, full_access, can_delete, old }
    }
}

#[cfg(test)]
mod tests {
    use ts_rs::{Config, TS};

    use super::*;
    use crate::problem::ErrorCode;

    const HEADER: &str =
        "// Generated from the Rust types of src-tauri/app by `cargo test types`; not edited by hand.\n";

    /// To renew the file after a change of the types: `UPDATE_TYPES=1 cargo test types`.
    #[test]
    fn the_pages_types_are_those_of_rust() {
        // Numbers that cross are counts and milliseconds, far below 2⁵³.
        let config = Config::new().with_large_int("number");
        let mut types = HEADER.to_owned();
        macro_rules! declare {
            ($($type:ty),* $(,)?) => {$(
                types += &format!("\nexport {}\n", <$type>::decl(&config).trim_end());
            )*};
        }
        declare!(
            Startup,
            ServerChoice,
            KnownConnection,
            Preferences,
            Theme,
            Density,
            MenuLabels,
            MenuChoice,
            BearerClaims,
            Storage,
            Connection,
            Project,
            Access,
            Row,
            Facet,
            SortKey,
            View,
            FacetCounts,
            Rows,
            LoadProgress,
            Loaded,
            Checking,
            CreateOutcome,
            Seen,
            UpdateOutcome,
            HandoverForm,
            Handover,
            Snippet,
            Copied,
            Renewed,
            Waiting,
            ProxyChoice,
            Route,
            Certificates,
            CertificatesChange,
            Network,
            ErrorCode,
            Problem,
        );
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/types/ipc.d.ts");
        if std::env::var_os("UPDATE_TYPES").is_some() {
            std::fs::write(file, &types).expect("written");
        }
        let on_disk = std::fs::read_to_string(file).expect("ui/types/ipc.d.ts");
        assert!(
            on_disk == types,
            "ui/types/ipc.d.ts is stale; renew it with UPDATE_TYPES=1 cargo test types"
        );
    }
}
