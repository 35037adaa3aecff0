//! Keeps `ui/types/ipc.d.ts` in step with the Rust types.

use ts_rs::{Config, TS};

use super::*;

const HEADER: &str =
    "// Generated from the Rust types in src-tauri/core/src/messages by `cargo test types`; do not edit.\n";

/// After a change of the types, update the file with `UPDATE_TYPES=1 cargo test types`.
#[test]
fn the_types_of_the_page_match_those_of_rust() {
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
        ConnectionColor,
        Preferences,
        Language,
        Theme,
        Density,
        LockReason,
        MenuLabels,
        MenuChoice,
        PasteSource,
        KeptPaste,
        AccountHint,
        CredentialStorage,
        Connection,
        ProjectSummary,
        RowAccess,
        Row,
        TokenAge,
        Facets,
        SortKey,
        ListOrder,
        ZoomStep,
        View,
        AgeCounts,
        FacetCounts,
        Rows,
        PrefetchedList,
        FoundRows,
        ChangeKind,
        ListChange,
        ListChanges,
        LoadProgress,
        Loaded,
        NameMatch,
        FilterPaste,
        ExportFormat,
        Exported,
        FoundTokenState,
        FilePlace,
        FileSearch,
        PastedProjectToken,
        SearchEnd,
        SearchIn,
        SearchProgress,
        TokenInFiles,
        TokenLabel,
        ClipboardState,
        ConfirmProgress,
        CreateOutcome,
        ExpectedToken,
        ReplacedToken,
        Rotation,
        Rotations,
        UpdateOutcome,
        SnippetFormat,
        SnippetRequest,
        Snippet,
        Copied,
        Reauthenticated,
        ServerWait,
        ProxyChoice,
        RouteReason,
        RouteSummary,
        CertificatesSummary,
        CertificatesChange,
        NetworkStatus,
        ErrorCode,
        Problem,
    );
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/types/ipc.d.ts");
    if std::env::var_os("UPDATE_TYPES").is_some() {
        std::fs::write(file, &types).expect("written");
    }
    let on_disk = std::fs::read_to_string(file).expect("ui/types/ipc.d.ts");
    assert!(on_disk == types, "ui/types/ipc.d.ts is out of date; run UPDATE_TYPES=1 cargo test types");
}
