/**
 * What the page may ask of Rust: one function a command, and the only file that touches Tauri. Every function
 * rejects with a Problem and nothing else. Times in answers are milliseconds since 1970.
 */
/**
 * @import {
 *   BearerHint, Connection, Copied, Created, Loaded, LoadProgress, Project, Rows, Startup, View
 * } from "../types/ipc"
 */
import { asProblem } from "./errors.js";

/**
 * @typedef {{ onmessage: (message: LoadProgress) => void }} Channel
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

/** The first call: what is known without the keyring or the network. @returns {Promise<Startup>} */
export const start = () => call("start");

/** Reads the saved credential and connects with it. May wait for a keyring prompt. @returns {Promise<Connection>} */
export const restore = () => call("restore");

/**
 * Tests the credential and keeps it as asked.
 * @param {{ server: string, bearer: string | null, sessionOnly: boolean }} args a null bearer means the pasted one
 * @returns {Promise<Connection>}
 */
export const connect = (args) => call("connect", args);

/** Stops `connect` or `restore`, which then reject with "cancelled". @returns {Promise<void>} */
export const cancelConnect = () => call("cancel_connect");

/** Rust reads the clipboard and keeps the bearer on its side. @returns {Promise<BearerHint>} */
export const pasteBearer = () => call("paste_bearer");

/** Forgets the pasted bearer. @returns {Promise<void>} */
export const discardBearer = () => call("discard_bearer");

/** Connects to the sample data inside the app. @returns {Promise<Connection>} */
export const trySample = () => call("try_sample");

/** Removes the credential from the keyring and forgets the list. @returns {Promise<void>} */
export const signOut = () => call("sign_out");

/** @returns {Promise<Project[]>} */
export const listProjects = () => call("list_projects");

/**
 * Opens a project, or loads its list afresh.
 * @param {{ project: string }} args
 * @param {(progress: LoadProgress) => void} onProgress called while rows arrive
 * @returns {Promise<Loaded>}
 */
export function loadTokens(args, onProgress) {
  const channel = new (core().Channel)();
  channel.onmessage = onProgress;
  return call("load_tokens", { ...args, onProgress: channel });
}

/** Stops `load_tokens`; the rows it has stay. @returns {Promise<void>} */
export const cancelLoad = () => call("cancel_load");

/**
 * A window of rows, from memory.
 * @param {{ view: View, from: number, count: number }} args
 * @returns {Promise<Rows>}
 */
export const rows = (args) => call("rows", args);

/**
 * @param {{ name: string }} args
 * @returns {Promise<boolean>}
 */
export const nameExists = (args) => call("name_exists", args);

/**
 * Sent once, never repeated.
 * @param {{ project: string, name: string, permissions: string[] }} args
 * @returns {Promise<Created>}
 */
export const createToken = (args) => call("create_token", args);

/**
 * Rust puts the token's value on the clipboard; the page never sees it.
 * @param {{ id: string }} args
 * @returns {Promise<Copied>}
 */
export const copyToken = (args) => call("copy_token", args);

/** The result dialog has closed: the new token's value need not be kept at hand. @returns {Promise<void>} */
export const forgetCreated = () => call("forget_created");
