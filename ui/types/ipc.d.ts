// Generated from the Rust types in src-tauri/core/src/messages by `cargo test types`; do not edit.

export type Startup = { version: string, servers: Array<ServerChoice>, 
/**
 * The server that the environment suggests.
 */
preset: string | null, 
/**
 * Whether the app was asked to open on the sample data.
 */
sample: boolean, 
/**
 * The language that the environment asks for in place of the system's, as a BCP 47 tag.
 */
language: string | null, 
/**
 * All saved connections.
 */
connections: Array<KnownConnection>, 
/**
 * The one used last.
 */
last: string | null, preferences: Preferences, order: ListOrder, 
/**
 * That the lists were last narrowed to.
 */
tokenAge: TokenAge, 
/**
 * The format of the last snippet.
 */
snippetFormat: SnippetFormat, 
/**
 * A problem to report at the start.
 */
notice: Problem | null, };

export type ServerChoice = { name: string, url: string, 
/**
 * Whether it serves the vendor's own work only, so that few look for it.
 */
internal: boolean, };

export type KnownConnection = { id: string, 
/**
 * The name its owner gave it.
 */
name: string, server: string, host: string, sample: boolean, 
/**
 * The e-mail address in its latest bearer token.
 */
account: string | null, 
/**
 * Whether it can be used without entering a bearer token.
 */
signedIn: boolean, 
/**
 * Whether its bearer token was kept for the session only, the last time.
 */
sessionOnly: boolean, 
/**
 * Whether the keyring may hold a bearer token for it. False only when that is certain.
 */
inKeyring: boolean, 
/**
 * The project that was open last.
 */
project: string | null, 
/**
 * Whether its owner has marked it as one that a lot depends on.
 */
production: boolean, color: ConnectionColor | null, };

export type ConnectionColor = "blue" | "teal" | "green" | "purple" | "pink";

export type Preferences = { language: Language, theme: Theme, density: Density, 
/**
 * How long a token stays on the clipboard.
 */
clipboardSeconds: number, 
/**
 * Minutes without a key press or pointer movement until the app locks. `None`: never.
 */
lockMinutes: number | null, 
/**
 * Whether to keep what each list was like, and show what has changed since the last look.
 */
showChanges: boolean, };

export type Language = "system" | "en" | "es";

export type Theme = "system" | "light" | "dark";

export type Density = "comfortable" | "compact";

export type LockReason = { "kind": "idle", minutes: number, } | { "kind": "desktop" } | { "kind": "sleep" };

export type MenuLabels = { about: string, unofficial: string, settings: string, services: string, hide: string, hideOthers: string, showAll: string, quit: string, file: string, newToken: string, closeWindow: string, edit: string, undo: string, redo: string, cut: string, copy: string, paste: string, selectAll: string, view: string, refresh: string, fullscreen: string, window: string, minimize: string, zoom: string, help: string, shortcuts: string, };

export type MenuChoice = "settings" | "new_token" | "refresh" | "shortcuts";

export type PasteSource = "clipboard" | "primary";

export type KeptPaste = { source: PasteSource, 
/**
 * Where a click pasted it, as parts of the window's width and height; `None` where the focus is.
 */
at: [number, number] | null, };

export type AccountHint = { email: string | null, expiresAt: number | null, };

export type CredentialStorage = "keyring" | "session";

export type Connection = { id: string, 
/**
 * The name its owner gave it.
 */
name: string, server: string, host: string, sample: boolean, 
/**
 * Whether its owner has marked it as one that a lot depends on.
 */
production: boolean, color: ConnectionColor | null, storage: CredentialStorage, account: AccountHint, projects: Array<ProjectSummary>, 
/**
 * The project that was open last, if it still exists.
 */
project: string | null, 
/**
 * The projects that were open last, the latest first.
 */
recent: Array<string>, 
/**
 * A problem to report: the connection works, but was not saved.
 */
notice: Problem | null, 
/**
 * That project's list in the saved order, if it arrived at once.
 */
list: PrefetchedList | null, };

export type ProjectSummary = { id: string, name: string, agents: number | null, members: number | null, };

export type RowAccess = { "kind": "full", named: boolean, others: Array<string>, } | { "kind": "some", permissions: Array<string>, } | { "kind": "unreadable" };

export type Row = { id: string, name: string, access: RowAccess, 
/**
 * The last six characters of the value, if the server lists values.
 */
suffix: string | null, createdAt: number | null, 
/**
 * Whether another token in the list has the same name, or one that looks the same, so that only the ids differ.
 */
duplicateName: boolean, };

export type TokenAge = "ninety_days" | "half_year" | "year";

export type Facets = { fullAccess: boolean, canDelete: boolean, olderThan: TokenAge | null, };

export type SortKey = "name" | "created";

export type ListOrder = { sort: SortKey, descending: boolean, };

export type ZoomStep = "in" | "out" | "reset";

export type View = { filter: string, facets: Facets, sort: SortKey, descending: boolean, };

export type AgeCounts = { ninety_days: number, half_year: number, year: number, };

export type FacetCounts = { all: number, fullAccess: number, canDelete: number, olderThan: AgeCounts, };

export type Rows = { 
/**
 * Identifies the list these rows are from.
 */
generation: number, matched: number, counts: FacetCounts, from: number, rows: Array<Row>, 
/**
 * Where the token that was asked about stands in the view, if it is in it.
 */
position: number | null, };

export type PrefetchedList = { loaded: Loaded, rows: Rows, };

export type FoundRows = { 
/**
 * Those that are in the list.
 */
rows: Array<Row>, 
/**
 * The ids of those that the view leaves out.
 */
hidden: Array<string>, };

export type ChangeKind = "raised" | "new" | "gone" | "lowered" | "renamed";

export type ListChange = { kind: ChangeKind, id: string, 
/**
 * Its name now, or the last one.
 */
name: string, 
/**
 * Whether another token in the list has the same name, or one that looks the same.
 */
duplicateName: boolean, 
/**
 * Its name before, if that was another.
 */
previousName: string | null, 
/**
 * What it could do, unless it is new. Only the four known permissions are kept.
 */
before: RowAccess | null, 
/**
 * Whether it had others beside them.
 */
hadOthers: boolean, 
/**
 * What it can do, unless it is gone.
 */
after: RowAccess | null, };

export type ListChanges = { 
/**
 * Which comparison of this session found them.
 */
number: number, 
/**
 * When that was, unless the clock has been set back since.
 */
since: number | null, raised: number, new: number, gone: number, lowered: number, renamed: number, 
/**
 * The changes, by kind, as far as they fit on a screen that people read.
 */
changes: Array<ListChange>, };

export type LoadProgress = { generation: number, total: number, };

export type Loaded = { generation: number, total: number, 
/**
 * Whether the rows on screen are a complete list: the one just loaded or, after a problem, the one before it.
 */
whole: boolean, 
/**
 * Rows left out because an earlier one with other contents has the same id.
 */
conflicting: number, 
/**
 * Rows left out because they are not tokens.
 */
unreadable: number, 
/**
 * Rows left out because the list takes as much memory as it can have.
 */
noRoom: number, 
/**
 * Rows whose name is so long that only its start is shown.
 */
shortened: number, 
/**
 * Why the load did not succeed. The rows that exist stay.
 */
problem: Problem | null, 
/**
 * How many seconds the server's clock is ahead of this computer's, if they differ by minutes.
 */
clockOffset: number | null, };

export type NameMatch = "none" | "same" | "looks_alike";

export type FilterPaste = { "kind": "text" } | { "kind": "token", 
/**
 * Which paste it was: what is asked about it names this, as another may have been pasted since.
 */
paste: number, id: string, 
/**
 * What a value says of itself. `None` if only an id was pasted, which does not say it.
 */
project: string | null, 
/**
 * Its row, if it is in the open list.
 */
row: Row | null, 
/**
 * Whether it belongs to another project than the open list's.
 */
elsewhere: boolean, } | { "kind": "other_token" };

export type ExportFormat = "csv" | "json";

export type Exported = { 
/**
 * The file's name, without its folder.
 */
file: string, tokens: number, };

export type FoundTokenState = { "state": "works", row: Row, } | { "state": "revoked" } | { "state": "not_accepted" } | { "state": "not_permitted" };

export type FilePlace = { 
/**
 * The file's path, from the folder that was chosen.
 */
file: string, 
/**
 * Counted from 1.
 */
line: number, 
/**
 * Whether it is in Base64 there.
 */
base64: boolean, };

export type FileSearch = { 
/**
 * The name of the folder that was chosen, if it was one.
 */
folder: string | null, end: SearchEnd, files: number, bytes: number, 
/**
 * Files and folders that could not be read, or not to their end.
 */
unreadable: number, 
/**
 * Files of which only the beginning was read.
 */
cut: number, 
/**
 * Folders that lie too deep.
 */
tooDeep: number, 
/**
 * Links, which are not followed.
 */
links: number, 
/**
 * Those of the open list first.
 */
tokens: Array<TokenInFiles>, 
/**
 * How many places there are of tokens besides these.
 */
more: number, };

export type PastedProjectToken = { 
/**
 * Which paste it was.
 */
paste: number, id: string, project: string, 
/**
 * The host of the server that it was pasted for.
 */
host: string, 
/**
 * Whether a connection to this server is marked as production.
 */
production: boolean, };

export type SearchEnd = "complete" | "stopped" | "too_many_files" | "too_much" | "too_long";

export type SearchIn = "files" | "folder";

export type SearchProgress = { files: number, bytes: number, 
/**
 * Different ones.
 */
tokens: number, };

export type TokenInFiles = { id: string, project: string, 
/**
 * Its row, if it is in the open list.
 */
row: Row | null, 
/**
 * Whether it belongs to another project than the open list's.
 */
elsewhere: boolean, places: Array<FilePlace>, 
/**
 * How many places there are besides these.
 */
more: number, };

export type TokenLabel = "name" | "id";

export type ClipboardState = "no_token" | "held" | "overdue";

export type ConfirmProgress = { 
/**
 * Counted from 1.
 */
attempt: number, maxAttempts: number, };

export type CreateOutcome = { "outcome": "created", row: Row, 
/**
 * Whether the response was lost and the token was found on the server.
 */
found: boolean, } | { "outcome": "not_found", problem: Problem | null, } | { "outcome": "several", rows: Array<Row>, } | { "outcome": "unknown", problem: Problem, };

export type ExpectedToken = { name: string, permissions: Array<string>, };

export type ReplacedToken = { id: string, expected: ExpectedToken, };

export type Rotation = { oldId: string, 
/**
 * `None` once it is certain that it no longer exists.
 */
old: Row | null, new: Row, 
/**
 * The name that the successor gets once the old token is gone. `None` if its own name does not say which.
 */
renameTo: string | null, };

export type Rotations = { pairs: Array<Rotation>, 
/**
 * Why they are not saved, if they are not.
 */
problem: Problem | null, };

export type UpdateOutcome = { "outcome": "updated", row: Row, } | { "outcome": "changed_elsewhere", row: Row, };

export type SnippetFormat = "fluent_bit" | "fluent_bit_classic" | "core_instance" | "cli" | "environment" | "curl" | "kubernetes_secret" | "github_actions" | "vault";

export type SnippetRequest = { format: SnippetFormat, project: string, 
/**
 * The token's name.
 */
name: string, 
/**
 * The fleet of an agent, for a format that has one. `None` leaves a placeholder.
 */
fleet: string | null, };

export type Snippet = { before: string, after: string, };

export type Copied = { clearsAfterSeconds: number, };

export type Reauthenticated = { storage: CredentialStorage, account: AccountHint, };

export type ServerWait = { seconds: number, };

export type ProxyChoice = { "kind": "system" } | { "kind": "none" } | { "kind": "address", url: string, };

export type RouteReason = { "kind": "this_computer" } | { "kind": "settings" } | { "kind": "variable", name: string, } | { "kind": "system" } | { "kind": "system_exception" } | { "kind": "not_configured" };

export type RouteSummary = { "kind": "direct", reason: RouteReason, } | { "kind": "proxy", 
/**
 * Its host and port.
 */
name: string, reason: RouteReason, } | { "kind": "unusable", problem: Problem, reason: RouteReason | null, };

export type CertificatesSummary = { 
/**
 * The name of the file they came from.
 */
file: string, count: number, };

export type CertificatesChange = { "kind": "keep" } | { "kind": "remove" } | { "kind": "use_chosen" };

export type NetworkStatus = { proxy: ProxyChoice, 
/**
 * The route of the current session.
 */
route: RouteSummary | null, certificates: CertificatesSummary | null, };

export type ErrorCode = "bad_server" | "server_not_encrypted" | "server_with_password" | "server_with_query" | "invalid_bearer_token" | "project_token_given" | "several_bearer_tokens" | "clipboard_empty" | "clipboard_unavailable" | "unauthenticated" | "email_not_verified" | "permission_denied" | "blocked" | "not_found" | "not_found_elsewhere" | "name_taken" | "conflict" | "invalid_name" | "invalid_permission" | "no_permissions" | "rate_limited" | "server_error" | "unexpected_answer" | "too_large" | "list_incomplete" | "not_the_api" | "redirected" | "unreachable" | "server_not_found" | "connection_refused" | "proxy_unreachable" | "proxy_refused" | "unreachable_behind_proxy" | "proxy_unusable" | "proxy_script" | "untrusted_certificate" | "certificate_expired" | "certificate_wrong_host" | "certificate_unknown_issuer" | "certificate_store" | "old_tls" | "client_certificate" | "not_tls" | "timed_out" | "change_unknown" | "value_hidden" | "value_not_plain" | "server_path_impossible" | "server_host_impossible" | "bad_proxy" | "proxy_with_password" | "proxy_with_path" | "no_certificates" | "bad_certificates" | "certificates_with_key" | "certificates_other_format" | "certificates_unreadable" | "found_token_expired" | "original_changed" | "list_changed" | "file_not_written" | "files_not_read" | "snapshots_not_deleted" | "not_allowed" | "entry_of_another_server" | "paste_expired" | "pasted_for_another_server" | "settings_not_saved" | "settings_unreadable" | "settings_unavailable" | "cancelled" | "superseded" | "busy" | "keyring_no_bus" | "keyring_no_provider" | "keyring_no_collection" | "keyring_locked" | "keyring_dismissed" | "keyring_not_created" | "keyring_timed_out" | "keyring_ambiguous" | "keyring_unrecognized" | "keyring_not_deleted" | "keyring_failed" | "bad_connection_name" | "signed_out" | "internal";

export type Problem = { 
/**
 * Selects the words to show.
 */
code: ErrorCode, 
/**
 * The technical cause, in English.
 */
message: string, 
/**
 * The API call that failed, in English, if it was one.
 */
operation: string | null, 
/**
 * The HTTP status, if there was a response.
 */
status: number | null, 
/**
 * Whether trying again may help.
 */
retryable: boolean, 
/**
 * What the message is about: the server's own short words, a proxy, a variable, or the package to install.
 */
detail: string | null, 
/**
 * Seconds to wait before trying again, if the server said so.
 */
retryAfter: number | null, };
