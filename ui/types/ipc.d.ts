// Generated from the Rust types of src-tauri/app by `cargo test types`; not edited by hand.

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
 * The language that the environment asks for, as a tag of BCP 47; the system's without one.
 */
language: string | null, 
/**
 * All connections that are known.
 */
connections: Array<KnownConnection>, 
/**
 * The one used last.
 */
last: string | null, preferences: Preferences, 
/**
 * Something to be told at the start.
 */
notice: Problem | null, };

export type ServerChoice = { name: string, url: string, };

export type KnownConnection = { id: string, 
/**
 * What its owner calls it.
 */
name: string, server: string, host: string, sample: boolean, 
/**
 * The e-mail address that its credential named last.
 */
account: string | null, 
/**
 * Whether it can be used without entering a credential.
 */
signedIn: boolean, 
/**
 * Whether its credential was kept for the session only, the last time.
 */
sessionOnly: boolean, };

export type Preferences = { theme: Theme, density: Density, 
/**
 * How long a token stays on the clipboard.
 */
clipboardSeconds: number, 
/**
 * After how long without a key or the pointer the app locks itself. `None`: never.
 */
lockMinutes: number | null, };

export type Theme = "system" | "light" | "dark";

export type Density = "comfortable" | "compact";

export type MenuLabels = { about: string, unofficial: string, settings: string, services: string, hide: string, hideOthers: string, showAll: string, quit: string, file: string, newToken: string, closeWindow: string, edit: string, undo: string, redo: string, cut: string, copy: string, paste: string, selectAll: string, view: string, refresh: string, fullscreen: string, window: string, minimize: string, zoom: string, help: string, shortcuts: string, };

export type MenuChoice = "settings" | "new_token" | "refresh" | "shortcuts";

export type BearerHint = { email: string | null, 
/**
 * Milliseconds since 1970.
 */
expiresAt: number | null, };

export type Storage = "keyring" | "session";

export type Connection = { id: string, 
/**
 * What its owner calls it.
 */
name: string, server: string, host: string, sample: boolean, storage: Storage, account: BearerHint, projects: Array<Project>, 
/**
 * The project that was open last, if it is still there.
 */
project: string | null, 
/**
 * Something to be told: it works, but is not remembered.
 */
notice: Problem | null, };

export type Project = { id: string, name: string, agents: number | null, members: number | null, };

export type Access = { "kind": "full", named: boolean, others: Array<string>, } | { "kind": "some", permissions: Array<string>, } | { "kind": "unreadable" };

export type Row = { id: string, name: string, access: Access, tail: string | null, 
/**
 * Milliseconds since 1970.
 */
createdAt: number | null, 
/**
 * Whether another token of the list has the same name, so that only the ids tell them apart.
 */
repeatedName: boolean, };

export type Facet = "all" | "full_access" | "can_delete" | "old";

export type SortKey = "name" | "created";

export type View = { filter: string, facet: Facet, sort: SortKey, descending: boolean, };

export type FacetCounts = { all: number, fullAccess: number, canDelete: number, old: number, };

export type Rows = { 
/**
 * Which load they are from.
 */
generation: number, matched: number, counts: FacetCounts, from: number, rows: Array<Row>, };

export type LoadProgress = { generation: number, total: number, };

export type Loaded = { generation: number, total: number, 
/**
 * Whether the rows on screen are a whole list: the one just loaded or, after a problem, the one before.
 */
whole: boolean, 
/**
 * How many rows were left out because an earlier one with other contents has the same id.
 */
conflicting: number, 
/**
 * How many were left out because they are not tokens.
 */
unreadable: number, 
/**
 * Why the load did not end well. The rows that exist stay.
 */
problem: Problem | null, 
/**
 * By how many seconds the server's clock is ahead of this computer's, if they differ by minutes.
 */
clockOffset: number | null, };

export type Checking = { 
/**
 * Which look this is, from 1.
 */
look: number, 
/**
 * How many there will be at most.
 */
of: number, };

export type CreateOutcome = { "outcome": "created", row: Row, 
/**
 * Whether the answer was lost and the token found by looking.
 */
found: boolean, } | { "outcome": "not_found" } | { "outcome": "several", rows: Array<Row>, } | { "outcome": "unknown", problem: Problem, };

export type Seen = { name: string, permissions: Array<string>, };

export type UpdateOutcome = { "outcome": "updated", row: Row, } | { "outcome": "changed_elsewhere", row: Row, };

export type HandoverForm = "cli" | "environment" | "curl" | "kubernetes_secret" | "fluent_bit";

export type Handover = { form: HandoverForm, project: string, 
/**
 * The token's name.
 */
name: string, };

export type Snippet = { before: string, after: string, };

export type Copied = { clearsAfterSeconds: number, };

export type Renewed = { storage: Storage, account: BearerHint, };

export type Waiting = { seconds: number, };

export type ProxyChoice = { "kind": "system" } | { "kind": "none" } | { "kind": "address", url: string, };

export type Route = { "kind": "unknown" } | { "kind": "direct" } | { "kind": "proxy", name: string, };

export type Certificates = { 
/**
 * The name of the file they came from.
 */
file: string, count: number, };

export type CertificatesChange = { "kind": "keep" } | { "kind": "remove" } | { "kind": "use", file: string, pem: string, };

export type Network = { proxy: ProxyChoice, route: Route, certificates: Certificates | null, };

export type ErrorCode = "bad_server" | "server_not_encrypted" | "server_with_password" | "server_with_query" | "bad_bearer" | "bearer_is_project_token" | "clipboard_empty" | "clipboard_unavailable" | "unauthenticated" | "permission_denied" | "not_found" | "name_taken" | "invalid_name" | "invalid_permission" | "nothing_ticked" | "rate_limited" | "server_error" | "unexpected_answer" | "too_large" | "list_incomplete" | "not_the_api" | "redirected" | "unreachable" | "server_not_found" | "connection_refused" | "proxy_unreachable" | "proxy_refused" | "untrusted_certificate" | "certificate_expired" | "certificate_wrong_host" | "certificate_unknown_issuer" | "old_tls" | "timed_out" | "change_unknown" | "value_hidden" | "value_not_plain" | "server_path_impossible" | "bad_proxy" | "proxy_with_password" | "proxy_with_path" | "no_certificates" | "bad_certificates" | "settings_not_saved" | "cancelled" | "keyring_no_bus" | "keyring_no_provider" | "keyring_no_collection" | "keyring_locked" | "keyring_dismissed" | "keyring_timed_out" | "keyring_ambiguous" | "keyring_unrecognised" | "keyring_not_deleted" | "keyring_failed" | "bad_connection_name" | "signed_out" | "settings_unreadable" | "bug";

export type Problem = { 
/**
 * Which words to show.
 */
code: ErrorCode, 
/**
 * The technical cause, in English.
 */
message: string, 
/**
 * Whether trying again may help.
 */
retryable: boolean, 
/**
 * What the other side said of it: the server's own short message, or which package to install.
 */
detail: string | null, 
/**
 * Seconds to wait before another try, where the server said so.
 */
retryAfter: number | null, };
