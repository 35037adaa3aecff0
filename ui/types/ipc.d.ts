// Generated from the Rust types of src-tauri/app by `cargo test types`; not edited by hand.

export type Startup = { version: string, servers: Array<ServerChoice>, 
/**
 * The server to suggest: from the environment, or the one used last.
 */
preset: string | null, 
/**
 * A connection that can be restored.
 */
saved: SavedConnection | null, 
/**
 * Something to be told at the start.
 */
notice: Problem | null, };

export type ServerChoice = { name: string, url: string, };

export type SavedConnection = { server: string, sample: boolean, };

export type BearerHint = { email: string | null, 
/**
 * Milliseconds since 1970.
 */
expiresAt: number | null, };

export type Storage = "keyring" | "session";

export type Connection = { server: string, host: string, sample: boolean, storage: Storage, account: BearerHint, projects: Array<Project>, 
/**
 * The project that was open last, if it is still there.
 */
project: string | null, };

export type Project = { id: string, name: string, agents: number | null, members: number | null, };

export type Access = { "kind": "full", named: boolean, } | { "kind": "some", permissions: Array<string>, } | { "kind": "unreadable" };

export type Row = { id: string, name: string, access: Access, tail: string | null, 
/**
 * Milliseconds since 1970.
 */
createdAt: number | null, };

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
 * Why the list is not whole. The rows that exist stay.
 */
problem: Problem | null, };

export type Created = { row: Row, };

export type Copied = { clearsAfterSeconds: number, };

export type ErrorCode = "bad_server" | "bad_bearer" | "bearer_is_project_token" | "clipboard_empty" | "clipboard_unavailable" | "unauthenticated" | "permission_denied" | "not_found" | "name_taken" | "invalid_name" | "invalid_permission" | "nothing_ticked" | "rate_limited" | "server_error" | "unexpected_answer" | "not_the_api" | "redirected" | "unreachable" | "untrusted_certificate" | "timed_out" | "create_unknown" | "cancelled" | "keyring_unavailable" | "keyring_locked" | "keyring_timed_out" | "keyring_failed" | "signed_out" | "settings_unreadable" | "bug";

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
detail: string | null, };
