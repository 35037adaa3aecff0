/**
 * Opens the real page in a DOM library, over a fake Rust side: every command is a function a test may replace,
 * and every call is written down. Each test gets a window of its own.
 */
import { readFileSync } from "node:fs";
import { fireEvent, within } from "@testing-library/dom";
import { Window } from "happy-dom";
import { closeAll } from "../../src/shared/modal.js";
// The page reads other languages on demand, which takes a while that no test waits for.
import "../../src/words/es.js";
import "../../src/words/pseudo.js";
import { settled } from "./person.js";
import { fakeTauri, usualCommands, withTokens } from "./rust.js";

/** @import { Row } from "../../types/ipc" */
/** @import { Call, Commands } from "./rust.js" */

const html = readFileSync(new URL("../../src/index.html", import.meta.url), "utf8");
const body = /<body>([\s\S]*)<\/body>/.exec(html)?.[1] ?? "";

/** What the modules of the page expect to find in the air. */
const GLOBALS = [
  ...[
    "window",
    "document",
    "navigator",
    "Node",
    "Element",
    "HTMLElement",
    "HTMLInputElement",
    "HTMLButtonElement",
  ],
  ...["HTMLDialogElement", "Event", "CustomEvent", "KeyboardEvent", "MutationObserver", "ResizeObserver"],
  ...["requestAnimationFrame", "cancelAnimationFrame", "getComputedStyle"],
];

let opened = 0;
/** @type {Window | null} */
let current = null;

/**
 * @param {Commands} [commands]
 * @param {() => void} [prepare] done once there is a window, before the page's first script
 */
export async function openPage(commands = {}, prepare = () => {}) {
  await closePage();
  const view = new Window({ url: "http://tauri.localhost/", width: 1080, height: 680 });
  current = view;
  for (const name of GLOBALS) {
    const found = /** @type {any} */ (view)[name];
    const value = /^(request|cancel|get)/.test(name) ? found.bind(view) : found;
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  document.documentElement.lang = "en";
  document.title = "Calyptia Tokens";
  document.body.innerHTML = body;

  /** @type {Call[]} */
  const calls = [];
  /** @type {Commands} */
  const table = { ...usualCommands(), ...commands };
  Object.assign(view, {
    __TAURI__: fakeTauri(table, calls),
  });

  prepare();
  opened += 1;
  await import(`../../src/main.js?page=${opened}`);
  return {
    page: within(document.body),
    calls,
    commands: table,
    /** @param {string} command */
    callsTo: (command) => calls.filter((call) => call.command === command),
  };
}

/** @param {any} page @param {string} name @param {RegExp} entry */
export async function chooseInRow(page, name, entry) {
  fireEvent.click(page.getByRole("button", { name: `More actions for ${name}` }));
  fireEvent.click(page.getByRole("menuitem", { name: entry }));
  await settled();
}

/**
 * The dialog for a new token that an entry in the menu of the first of these opens.
 * @param {Row[]} tokens
 * @param {RegExp} entry
 * @param {Commands} [commands]
 */
export async function openFromRow(tokens, entry, commands) {
  const opened = await openPage({
    ...withTokens(tokens),
    match_name: ({ name }) => (tokens.some((one) => one.name === name) ? "same" : "none"),
    ...commands,
  });
  await settled();
  await chooseInRow(opened.page, tokens[0]?.name ?? "", entry);
  const dialog = within(opened.page.getByRole("dialog"));
  return {
    ...opened,
    dialog,
    name: /** @type {HTMLInputElement} */ (dialog.getByRole("textbox", { name: "Name" })),
    submit: dialog.getByRole("button", { name: "Create token" }),
  };
}

export async function closePage() {
  // All pages of a test file share the modules, and with them which dialogs are open.
  if (current) {
    closeAll();
    await new Promise((done) => setImmediate(done));
  }
  await current?.happyDOM.close();
  current = null;
}
