/**
 * What the page may ask of Rust: one function a command, and the only file that touches Tauri. Every function
 * rejects with a Problem and nothing else. Times in answers are milliseconds since 1970.
 */
/**
 * @import {
 *   BearerHint, CertificatesChange, Checking, Connection, Copied, CreateOutcome, Handover,
 *   KnownConnection, Loaded, LoadProgress, MenuChoice, MenuLabels, Network, Preferences, Project, ProxyChoice,
 *   Renewed, Row, Rows, Seen, Snippet, Startup, UpdateOutcome, View, Waiting
 * } from "../types/ipc"
 */
import { asProblem } from "./errors.js";

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
 * What Rust tells while a command is under way.
 * @template T
 * @param {(message: T) => void} onMessage
 */
function channel(onMessage) {
  const made = new (core().Channel)();
  made.onmessage = onMessage;
  return made;
}

/** The first call: what is known without the keyring or the network. @returns {Promise<Startup>} */
export const start = () => call("start");

/** The connections that are known, in the order they were made. @returns {Promise<KnownConnection[]>} */
export const listConnections = () => call("list_connections");

/**
 * Reads a connection's saved bearer and connects with it. May wait for a keyring prompt.
 * @param {{ connection: string }} args
 * @returns {Promise<Connection>}
 */
export const restore = (args) => call("restore", args);

/**
 * Tests the bearer and keeps it as asked.
 * @param {{ connection: string | null, server: string, bearer: string | null, sessionOnly: boolean }} args the known
 *   connection it is for, if there is one; a null bearer means the pasted one
 * @returns {Promise<Connection>}
 */
export const connect = (args) => call("connect", args);

/**
 * Another bearer for the connection in use; the open list stays.
 * @param {{ bearer: string | null, sessionOnly: boolean }} args a null bearer means the pasted one
 * @returns {Promise<Renewed>}
 */
export const renew = (args) => call("renew", args);

/** Stops `connect`, `restore` or `renew`, which then reject with "cancelled". @returns {Promise<void>} */
export const cancelConnect = () => call("cancel_connect");

/** Rust reads the clipboard and keeps the bearer on its side. @returns {Promise<BearerHint>} */
export const pasteBearer = () => call("paste_bearer");

/** Forgets the pasted bearer. @returns {Promise<void>} */
export const discardBearer = () => call("discard_bearer");

/** Connects to the sample data inside the app. @returns {Promise<Connection>} */
export const trySample = () => call("try_sample");

/**
 * @param {{ connection: string, name: string }} args
 * @returns {Promise<void>}
 */
export const renameConnection = (args) => call("rename_connection", args);

/**
 * Removes a connection's bearer from where it is kept. The connection stays known.
 * @param {{ connection: string }} args
 * @returns {Promise<void>}
 */
export const signOut = (args) => call("sign_out", args);

/**
 * Removes its bearer and the connection itself.
 * @param {{ connection: string }} args
 * @returns {Promise<void>}
 */
export const forgetConnection = (args) => call("forget_connection", args);

/** Drops all that Rust has in memory; the next `restore` reads the keyring again. @returns {Promise<void>} */
export const lock = () => call("lock");

/** @returns {Promise<Preferences>} */
export const preferences = () => call("preferences");

/**
 * @param {{ preferences: Preferences }} args
 * @returns {Promise<void>}
 */
export const setPreferences = (args) => call("set_preferences", args);

/** @returns {Promise<Project[]>} */
export const listProjects = () => call("list_projects");

/**
 * Opens a project, or loads its list afresh.
 * @param {{ project: string }} args
 * @param {(progress: LoadProgress) => void} onProgress called while rows arrive
 * @returns {Promise<Loaded>}
 */
export const loadTokens = (args, onProgress) =>
  call("load_tokens", { ...args, onProgress: channel(onProgress) });

/** Stops `load_tokens`; the rows it has stay. @returns {Promise<void>} */
export const cancelLoad = () => call("cancel_load");

/**
 * A window of rows, from memory.
 * @param {{ view: View, from: number, count: number }} args
 * @returns {Promise<Rows>}
 */
export const rows = (args) => call("rows", args);

/**
 * Those of these tokens that the open list has.
 * @param {{ ids: string[] }} args
 * @returns {Promise<Row[]>}
 */
export const findRows = (args) => call("find_rows", args);

/**
 * @param {{ name: string }} args
 * @returns {Promise<boolean>}
 */
export const nameExists = (args) => call("name_exists", args);

/**
 * Sent once, never repeated. When the answer is lost, Rust looks on the server and tells of each look.
 * @param {{ project: string, name: string, permissions: string[] }} args
 * @param {(checking: Checking) => void} onChecking
 * @returns {Promise<CreateOutcome>}
 */
export const createToken = (args, onChecking) =>
  call("create_token", { ...args, onChecking: channel(onChecking) });

/**
 * Looks again for the token whose answer was lost.
 * @param {(checking: Checking) => void} onChecking
 * @returns {Promise<CreateOutcome>}
 */
export const checkCreate = (onChecking) => call("check_create", { onChecking: channel(onChecking) });

/** Stops `createToken` or `checkCreate`. @returns {Promise<void>} */
export const cancelCreate = () => call("cancel_create");

/**
 * Null leaves as it is. Nothing is sent when the token is no longer as it was seen.
 * @param {{ id: string, name: string | null, permissions: string[] | null, seen: Seen }} args
 * @returns {Promise<UpdateOutcome>}
 */
export const updateToken = (args) => call("update_token", args);

/**
 * A token that is gone already counts as deleted.
 * @param {{ id: string }} args
 * @returns {Promise<void>}
 */
export const deleteToken = (args) => call("delete_token", args);

/** Stops `updateToken` or `deleteToken`. @returns {Promise<void>} */
export const cancelChange = () => call("cancel_change");

/**
 * What `copyToken` would put around a token's value.
 * @param {{ handover: Handover }} args
 * @returns {Promise<Snippet>}
 */
export const snippet = (args) => call("snippet", args);

/**
 * Rust puts the token's value on the clipboard, by itself or in what it is handed over in; the page never sees it.
 * @param {{ id: string, handover?: Handover | null }} args
 * @returns {Promise<Copied>}
 */
export const copyToken = (args) => call("copy_token", args);

/** The create dialog has closed: neither the new token's value nor a lost create is needed. @returns {Promise<void>} */
export const forgetCreated = () => call("forget_created");

/** One small request: does the server answer? @returns {Promise<boolean>} */
export const isReachable = () => call("is_reachable");

/**
 * Tells whenever a call pauses because the server asked for it, and null when it goes on. Never settles.
 * @param {(waiting: Waiting | null) => void} onWaiting
 * @returns {Promise<void>}
 */
export const followWaits = (onWaiting) => call("follow_waits", { onWaiting: channel(onWaiting) });

/** @returns {Promise<Network>} */
export const network = () => call("network");

/**
 * @param {{ proxy: ProxyChoice, certificates: CertificatesChange }} args
 * @returns {Promise<Network>}
 */
export const setNetwork = (args) => call("set_network", args);

/**
 * Gives the app its menu bar, on macOS; elsewhere it has none.
 * @param {MenuLabels} labels
 * @param {(choice: MenuChoice) => void} onChoice
 * @returns {Promise<void>}
 */
export const showMenu = (labels, onChoice) => call("show_menu", { labels, onChoice: channel(onChoice) });

/**
 * Tells when somebody wants the app to end while a token it made is not copied; the next such wish ends it.
 * @param {() => void} onClosing
 * @returns {Promise<void>}
 */
export const followClosing = (onClosing) => call("follow_closing", { onClosing: channel(onClosing) });

/** Ends the app in good order. @returns {Promise<void>} */
export const quit = () => call("quit");
