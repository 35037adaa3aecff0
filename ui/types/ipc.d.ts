// Generated from the Rust types of src-tauri/app by `cargo test types`; not edited by hand.

export type Startup = { version: string, servers: Array<ServerChoice>, preset: string | null, saved: SavedConnection | null, notice: Problem | null, };
export type ServerChoice = { name: string, url: string, };
export type SavedConnection = { server: string, sample: boolean, };
export type BearerHint = { email: string | null, expiresAt: number | null, };
export type Storage = "keyring" | "session";
export type Connection = { server: string, host: string, sample: boolean, storage: Storage, account: BearerHint, projects: Array<Project>, project: string | null, };
export type Project = { id: string, name: string, agents: number | null, members: number | null, };
export type Access = { kind: "full", named: boolean, } | { kind: "some", permissions: Array<string>, } | { kind: "unreadable" };
export type Row = { id: string, name: string, access: Access, tail: string | null, createdAt: number | null, };
export type Facet = "all" | "full_access" | "can_delete" | "old";
export type SortKey = "name" | "created";
export type View = { filter: string, facet: Facet, sort: SortKey, descending: boolean, };
export type FacetCounts = { all: number, fullAccess: number, canDelete: number, old: number, };
export type Rows = { generation: number, matched: number, counts: FacetCounts, from: number, rows: Array<Row>, };
export type LoadProgress = { generation: number, total: number, };
export type Loaded = { generation: number, total: number, problem: Problem | null, };
export type Created = { row: Row, };
export type Copied = { clearsAfterSeconds: number, };
export type ErrorCode = "bad_server" | "bad_bearer" | "bearer_is_project_token" | "clipboard_empty" | "clipboard_unavailable" | "unauthenticated" | "permission_denied" | "not_found" | "name_taken" | "invalid_name" | "invalid_permission" | "nothing_ticked" | "rate_limited" | "server_error" | "unexpected_answer" | "not_the_api" | "redirected" | "unreachable" | "untrusted_certificate" | "timed_out" | "create_unknown" | "cancelled" | "keyring_unavailable" | "keyring_locked" | "keyring_timed_out" | "keyring_failed" | "signed_out" | "settings_unreadable" | "bug";
export type Problem = { code: ErrorCode, message: string, retryable: boolean, detail: string | null, };
