//! The shapes that cross between Rust and the page. `ui/types/ipc.d.ts` is generated from them by a test.
//!
//! Times are milliseconds since 1970 unless a name says otherwise.

#![allow(
    missing_docs,
    reason = "fields and variants are named for the page; those that need a comment have one"
)]

mod changes;
mod connections;
mod desktop;
mod facets;
mod file_search;
mod keyring_package;
mod lock;
mod network;
mod preferences;
mod problem;
mod tokens;
#[cfg(test)]
mod typescript;
mod view_state;

pub use changes::{ChangeKind, ListChange, ListChanges};
pub use connections::{
    AccountHint, Connection, ConnectionColor, CredentialStorage, KnownConnection, ProjectSummary,
    Reauthenticated, ServerChoice, Startup,
};
pub use desktop::{KeptPaste, MenuChoice, MenuLabels, PasteSource};
pub use facets::{AgeCounts, FacetCounts, Facets, TokenAge};
pub use file_search::{FilePlace, FileSearch, SearchEnd, SearchIn, SearchProgress, TokenInFiles};
pub use lock::LockReason;
pub use network::{
    CertificatesChange, CertificatesSummary, NetworkStatus, ProxyChoice, RouteReason, RouteSummary,
    ServerWait,
};
pub use preferences::{Density, Language, Preferences, Theme};
pub use problem::{ErrorCode, Problem};
pub use tokens::{
    ClipboardState, ConfirmProgress, Copied, CreateOutcome, ExpectedToken, ExportFormat, Exported,
    FilterPaste, FoundRows, FoundTokenState, LoadProgress, Loaded, NameMatch, PastedProjectToken,
    PrefetchedList, ReplacedToken, Rotation, Rotations, Row, RowAccess, Rows, Snippet, SnippetFormat,
    SnippetRequest, SortKey, TokenLabel, UpdateOutcome, View,
};
pub use view_state::{ListOrder, Zoom, ZoomStep};
