/**
 * The commands of the Rust side: one function for each, in the only file that calls Tauri. Every function rejects with a
 * Problem and nothing else. Times in answers are milliseconds since 1970.
 *
 * A command that works on a session names the connection it means. The caller passes the id of the connection it was
 * made for, so that Rust refuses a call that comes late, after a switch or a lock.
 */
/**
 * @import {
 *   AccountHint, CertificatesChange, CertificatesSummary, ClipboardState, ConfirmProgress, Connection, ConnectionColor, Copied, CreateOutcome, ExpectedToken, ExportFormat, Exported, FileSearch, FilterPaste, FoundRows, FoundTokenState, KeptPaste, KnownConnection, ListChanges, ListOrder, LoadProgress, Loaded, LockReason, MenuChoice, MenuLabels, NameMatch, NetworkStatus, PasteSource, PastedProjectToken, Preferences, Problem, ProjectSummary, ProxyChoice, Reauthenticated, ReplacedToken, Rotations, RouteSummary, Rows, SearchIn, SearchProgress, ServerWait, Snippet, SnippetFormat, SnippetRequest, Startup, TokenAge, TokenLabel, UpdateOutcome, View, ZoomStep
 * } from "../types/ipc"
 */
import { asProblem } from "./shared/errors.js";

/**
 * @typedef {{ onmessage: (message: any) => void }} Channel
 * @typedef {{
 *   core: {
 *     invoke: (command: string, args?: Record<string, unknown>) => Promise<unknown>,
 *     Channel: new () => Channel,
 *   },
 * }} Tauri
 */

/** @returns {Tauri["core"]} */
const core = () =>
  /** @type {Window & { __TAURI__: Tauri }} */ (/** @type {unknown} */ (window)).__TAURI__.core;

/**
 * @param {string} command
 * @param {Record<string, unknown>} [args]
 * @returns {Promise<any>}
 */
async function call(command, args) {
  try {
    return await core().invoke(command, args);
  } catch (reason) {
    throw asProblem(reason);
  }
}

/**
 * Receives messages while a command runs.
 * @template T
 * @param {(message: T) => void} onMessage
 */
function channel(onMessage) {
  const made = new (core().Channel)();
  made.onmessage = onMessage;
  return made;
}

/** The first call: what is known without the keyring and the network. @returns {Promise<Startup>} */
export const start = () => call("start");

/** The saved connections, oldest first. @returns {Promise<KnownConnection[]>} */
export const listConnections = () => call("list_connections");

/**
 * Signs in to what is in use at the start, which Rust has prepared while the web view started; null if that is nothing. May
 * wait for a keyring prompt.
 * @returns {Promise<Connection | null>}
 */
export const openLast = () => call("open_last");

/**
 * Signs in with a connection's saved bearer token. May wait for a keyring prompt.
 * @param {{ connection: string }} args
 * @returns {Promise<Connection>}
 */
export const restore = (args) => call("restore", args);

/**
 * Verifies the bearer token and keeps it as asked.
 * @param {{ connection: string | null, server: string, bearerToken: string | null, sessionOnly: boolean }} args the
 *   saved connection it is for, if there is one; a null bearer token means the pasted one
 * @returns {Promise<Connection>}
 */
export const connect = (args) => call("connect", args);

/**
 * Verifies another bearer token for an open session, which continues with it; the list stays.
 * @param {{ connection: string, bearerToken: string | null, sessionOnly: boolean }} args a null bearer token means the
 *   pasted one
 * @returns {Promise<Reauthenticated>}
 */
export const reauthenticate = (args) => call("reauthenticate", args);

/**
 * Stops `connect`, `restore`, `openLast`, `trySample` or `reauthenticate`, which then rejects with "cancelled".
 * @returns {Promise<void>}
 */
export const cancelConnect = () => call("cancel_connect");

/**
 * Rust reads the clipboard and keeps the bearer token on its side, for this server and for two minutes.
 * @param {{ server: string, source: PasteSource }} args
 * @returns {Promise<AccountHint>}
 */
export const pasteBearerToken = (args) => call("paste_bearer_token", args);

/**
 * What the project token that was pasted in place of a bearer token says of itself. Resolves with null if it is no longer kept.
 * @returns {Promise<PastedProjectToken | null>}
 */
export const pastedProjectToken = () => call("pasted_project_token");

/** Clears the bearer token that was pasted from the clipboard, if it is still there. @returns {Promise<void>} */
export const clearPasted = () => call("clear_pasted");

/** Forgets the pasted bearer token. @returns {Promise<void>} */
export const discardBearerToken = () => call("discard_bearer_token");

/** Connects to the sample data inside the app. @returns {Promise<Connection>} */
export const trySample = () => call("try_sample");

/**
 * @param {{ connection: string, name: string }} args
 * @returns {Promise<void>}
 */
export const renameConnection = (args) => call("rename_connection", args);

/**
 * Revoking a token of a connection that is marked takes an extra step.
 * @param {{ connection: string, production: boolean }} args
 * @returns {Promise<void>}
 */
export const markProduction = (args) => call("mark_production", args);

/**
 * @param {{ connection: string, color: ConnectionColor | null }} args
 * @returns {Promise<void>}
 */
export const setConnectionColor = (args) => call("set_connection_color", args);

/**
 * Deletes a connection's bearer token. The connection stays known. Resolves with a problem to report, or null.
 * @param {{ connection: string }} args
 * @returns {Promise<Problem | null>}
 */
export const signOut = (args) => call("sign_out", args);

/**
 * Stops `signOut` or `forgetConnection`, which then rejects with "cancelled".
 * @param {{ connection: string }} args
 * @returns {Promise<void>}
 */
export const cancelSignOut = (args) => call("cancel_sign_out", args);

/**
 * Tells whether Rust has been waiting for the keyring for two seconds. Resolves only when another page follows.
 * @param {(waiting: boolean) => void} onWaiting
 * @returns {Promise<void>}
 */
export const followKeyring = (onWaiting) => call("follow_keyring", { onWaiting: channel(onWaiting) });

/**
 * Deletes a connection's bearer token and the connection. Resolves with a problem to report, or null.
 * @param {{ connection: string }} args
 * @returns {Promise<Problem | null>}
 */
export const forgetConnection = (args) => call("forget_connection", args);

/** Drops everything that Rust has in memory; the next `restore` reads the keyring. @returns {Promise<void>} */
export const lock = () => call("lock");

/** Somebody uses the app. @returns {Promise<void>} */
export const reportActivity = () => call("report_activity");

/**
 * Reports each time Rust has locked without being asked. Never settles.
 * @param {(reason: LockReason | null) => void} onLock
 * @returns {Promise<void>}
 */
export const followLocks = (onLock) => call("follow_locks", { onLock: channel(onLock) });

/** @returns {Promise<Preferences>} */
export const preferences = () => call("preferences");

/**
 * @param {{ preferences: Preferences }} args
 * @returns {Promise<void>}
 */
export const setPreferences = (args) => call("set_preferences", args);

/**
 * Rust knows the bounds, and remembers.
 * @param {{ step: ZoomStep }} args
 * @returns {Promise<void>}
 */
export const changeZoom = (args) => call("change_zoom", args);

/**
 * @param {{ order: ListOrder }} args
 * @returns {Promise<void>}
 */
export const setOrder = (args) => call("set_order", args);

/**
 * @param {{ age: TokenAge }} args
 * @returns {Promise<void>}
 */
export const setTokenAge = (args) => call("set_token_age", args);

/**
 * @param {{ format: SnippetFormat }} args
 * @returns {Promise<void>}
 */
export const setSnippetFormat = (args) => call("set_snippet_format", args);

/**
 * @param {{ connection: string }} args
 * @returns {Promise<ProjectSummary[]>}
 */
export const listProjects = (args) => call("list_projects", args);

/**
 * Opens a project, or loads its list again.
 * @param {{ connection: string, project: string }} args
 * @param {(progress: LoadProgress) => void} onProgress called while rows arrive
 * @returns {Promise<Loaded>}
 */
export const loadTokens = (args, onProgress) =>
  call("load_tokens", { ...args, onProgress: channel(onProgress) });

/**
 * Stops `loadTokens`; the rows that have arrived stay.
 * @param {{ connection: string }} args
 * @returns {Promise<void>}
 */
export const cancelLoad = (args) => call("cancel_load", args);

/**
 * A window of rows, from memory, and the place of one token in the view.
 * @param {{ connection: string, view: View, from: number, count: number, token: string | null }} args
 * @returns {Promise<Rows>}
 */
export const rows = (args) => call("rows", args);

/**
 * Rust reads the clipboard. The value of a token stays on its side.
 * @param {{ connection: string, source: PasteSource }} args
 * @returns {Promise<FilterPaste>}
 */
export const pasteIntoFilter = (args) => call("paste_into_filter", args);

/**
 * Asks the server about the project token that was pasted, with the token itself. Without a connection it is the one that was
 * pasted in place of a bearer token.
 * @param {{ connection: string | null, paste: number }} args
 * @returns {Promise<FoundTokenState>}
 */
export const checkFoundToken = (args) => call("check_found_token", args);

/**
 * Deletes it, with the token itself.
 * @param {{ connection: string | null, paste: number }} args
 * @returns {Promise<FoundTokenState>}
 */
export const revokeFoundToken = (args) => call("revoke_found_token", args);

/** @param {{ connection: string | null, paste: number }} args @returns {Promise<void>} */
export const forgetFoundToken = (args) => call("forget_found_token", args);

/**
 * Saves the rows of a view in a file, which a dialog of the desktop asks for. Resolves with null if the person chose none.
 * @param {{ connection: string, project: string, name: string, view: View, format: ExportFormat }} args `name` is the project's
 * @returns {Promise<Exported | null>}
 */
export const exportTokens = (args) => call("export_tokens", args);

/**
 * Looks for project tokens in files, or a folder, which a dialog of the desktop asks for. Resolves with null if the person chose none.
 * @param {{ connection: string, what: SearchIn }} args
 * @param {(progress: SearchProgress) => void} onProgress called while files are read, not while they are chosen
 * @returns {Promise<FileSearch | null>}
 */
export const searchFiles = (args, onProgress) =>
  call("search_files", { ...args, onProgress: channel(onProgress) });

/**
 * Stops `searchFiles`, which then resolves with what it has found so far.
 * @param {{ connection: string }} args
 * @returns {Promise<void>}
 */
export const cancelSearch = (args) => call("cancel_search", args);

/**
 * What has changed in the open list since the last look at it. Null if nothing has, or if that is not known or not wanted.
 * @param {{ connection: string, project: string }} args
 * @returns {Promise<ListChanges | null>}
 */
export const whatChanged = (args) => call("what_changed", args);

/**
 * The changes that `whatChanged` returned with this number have been seen. False if there may be others to show: a newer comparison
 * has replaced that one, or not all of its changes could be marked.
 * @param {{ connection: string, project: string, number: number }} args
 * @returns {Promise<boolean>}
 */
export const markChangesSeen = (args) => call("mark_changes_seen", args);

/**
 * Who created a token, if the server says so.
 * @param {{ connection: string, project: string, id: string }} args
 * @returns {Promise<string | null>}
 */
export const createdBy = (args) => call("created_by", args);

/** Stops `createdBy`. @param {{ connection: string }} args @returns {Promise<void>} */
export const cancelCreatedBy = (args) => call("cancel_created_by", args);

/**
 * Those of these tokens that are in the open list, and which of them a view leaves out.
 * @param {{ connection: string, ids: string[], view: View }} args
 * @returns {Promise<FoundRows>}
 */
export const findRows = (args) => call("find_rows", args);

/**
 * Whether the open list has a name, or one that looks the same.
 * @param {{ connection: string, project: string, name: string, except: string | null }} args the token that is to be renamed
 *   is excepted
 * @returns {Promise<NameMatch>}
 */
export const matchName = (args) => call("match_name", args);

/**
 * The tokens of the open list that somebody is replacing.
 * @param {{ connection: string, project: string }} args
 * @returns {Promise<Rotations>}
 */
export const rotations = (args) => call("rotations", args);

/**
 * Forgets that one token replaces the other; both stay.
 * @param {{ connection: string, project: string, old: string, new: string }} args
 * @returns {Promise<void>}
 */
export const endRotation = (args) => call("end_rotation", args);

/**
 * Sent once, never repeated. If the response is lost, Rust looks on the server and reports each attempt.
 * @param {{ connection: string, project: string, name: string, permissions: string[], replaces?: ReplacedToken }} args
 *   nothing is sent if the token that it `replaces` is no longer as expected
 * @param {(checking: ConfirmProgress) => void} onChecking
 * @returns {Promise<CreateOutcome>}
 */
export const createToken = (args, onChecking) =>
  call("create_token", { ...args, onChecking: channel(onChecking) });

/**
 * Looks again for the token of an unconfirmed create.
 * @param {{ connection: string }} args
 * @param {(checking: ConfirmProgress) => void} onChecking
 * @returns {Promise<CreateOutcome>}
 */
export const checkCreate = (args, onChecking) =>
  call("check_create", { ...args, onChecking: channel(onChecking) });

/**
 * Stops `createToken` or `checkCreate`.
 * @param {{ connection: string }} args
 * @returns {Promise<void>}
 */
export const cancelCreate = (args) => call("cancel_create", args);

/**
 * Null leaves a part unchanged. Nothing is sent if the token is no longer as expected.
 * @param {{
 *   connection: string,
 *   id: string,
 *   name: string | null,
 *   permissions: string[] | null,
 *   expected: ExpectedToken,
 * }} args
 * @returns {Promise<UpdateOutcome>}
 */
export const updateToken = (args) => call("update_token", args);

/**
 * Resolves only if the token no longer exists: Rust decides which responses say so.
 * @param {{ connection: string, id: string }} args
 * @returns {Promise<void>}
 */
export const deleteToken = (args) => call("delete_token", args);

/**
 * Stops `updateToken` or `deleteToken`.
 * @param {{ connection: string }} args
 * @returns {Promise<void>}
 */
export const cancelChange = (args) => call("cancel_change", args);

/**
 * The names of a project's fleets, if the server knows them.
 * @param {{ connection: string, project: string }} args
 * @returns {Promise<string[]>}
 */
export const listFleets = (args) => call("list_fleets", args);

/**
 * Stops `listFleets`.
 * @param {{ connection: string }} args
 * @returns {Promise<void>}
 */
export const cancelFleets = (args) => call("cancel_fleets", args);

/**
 * The text that `copyToken` would put around a token's value.
 * @param {{ connection: string, request: SnippetRequest }} args
 * @returns {Promise<Snippet>}
 */
export const snippet = (args) => call("snippet", args);

/**
 * Rust puts the token's value on the clipboard, alone or in a snippet; the page never sees it.
 * @param {{ connection: string, id: string, snippet?: SnippetRequest | null }} args
 * @returns {Promise<Copied>}
 */
export const copyToken = (args) => call("copy_token", args);

/**
 * Puts the name or the id of a token on the clipboard, where it stays. Without a connection it is the token that was pasted in place
 * of a bearer token.
 * @param {{ connection: string | null, id: string, label: TokenLabel }} args
 * @returns {Promise<void>}
 */
export const copyLabel = (args) => call("copy_label", args);

/**
 * The create dialog has closed: neither the new token's value nor an unconfirmed create is needed any more.
 * @param {{ connection: string }} args
 * @returns {Promise<void>}
 */
export const forgetCreated = (args) => call("forget_created", args);

/**
 * One small request: does the server respond?
 * @param {{ connection: string }} args
 * @returns {Promise<boolean>}
 */
export const isReachable = (args) => call("is_reachable", args);

/**
 * Reports each wait that a server asks for, and null when the request continues. Never settles.
 * @param {(waiting: ServerWait | null) => void} onWaiting
 * @returns {Promise<void>}
 */
export const followWaits = (onWaiting) => call("follow_waits", { onWaiting: channel(onWaiting) });

/**
 * Reports when a token is on the clipboard, when it stays there past its time because clearing it keeps failing, and when it is
 * gone. Never settles.
 * @param {(state: ClipboardState) => void} onChange
 * @returns {Promise<void>}
 */
export const followClipboard = (onChange) => call("follow_clipboard", { onChange: channel(onChange) });

/**
 * Puts the details of a problem on the clipboard, where they stay. Rejects if they hold a token.
 * @param {{ text: string }} args
 * @returns {Promise<void>}
 */
export const copyProblemDetails = (args) => call("copy_problem_details", args);

/**
 * The route that requests to a server would take. Nothing is sent. Fails if this is not the address of a server.
 * @param {{ server: string }} args
 * @returns {Promise<RouteSummary>}
 */
export const routeTo = (args) => call("route_to", args);

/** @returns {Promise<NetworkStatus>} */
export const network = () => call("network");

/**
 * A proxy or certificates that are new are in force only once the person has agreed in a dialog of the desktop.
 * @param {{ proxy: ProxyChoice, certificates: CertificatesChange }} args
 * @returns {Promise<NetworkStatus>}
 */
export const setNetwork = (args) => call("set_network", args);

/**
 * Lets the person choose a file of certificates in a dialog of the desktop; Rust reads it. Null if they chose none.
 * @returns {Promise<CertificatesSummary | null>}
 */
export const chooseCertificates = () => call("choose_certificates");

/**
 * Shows the menu bar, on macOS; elsewhere there is none.
 * @param {MenuLabels} labels
 * @param {(choice: MenuChoice) => void} onChoice
 * @returns {Promise<void>}
 */
export const showMenu = (labels, onChoice) => call("show_menu", { labels, onChoice: channel(onChoice) });

/**
 * Reports that somebody wants to quit while a new token has not been copied; the next request quits.
 * @param {() => void} onQuitRequest
 * @returns {Promise<void>}
 */
export const followQuitRequests = (onQuitRequest) =>
  call("follow_quit_requests", { onQuitRequest: channel(onQuitRequest) });

/**
 * Reports that a token was pasted with the keyboard, the menu or a middle click. It was kept away from the page.
 * @param {(kept: KeptPaste) => void} onPaste
 * @returns {Promise<void>}
 */
export const followPastes = (onPaste) => call("follow_pastes", { onPaste: channel(onPaste) });

/** Quits without asking. @returns {Promise<void>} */
export const quit = () => call("quit");
