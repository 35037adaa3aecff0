/**
 * Opens the real page in a DOM library, over a fake Rust side: every command is a function a test may replace,
 * and every call is written down. Each test gets a window of its own.
 */
import { readFileSync } from "node:fs";
import { within } from "@testing-library/dom";
import { Window } from "happy-dom";
import { closeAll } from "../../src/shared/modal.js";
// The page reads other languages on demand, which takes a while that no test waits for.
import "../../src/words/es.js";
import "../../src/words/pseudo.js";
import { fakeTauri, usualCommands } from "./rust.js";

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

export async function closePage() {
  // All pages of a test file share the modules, and with them which dialogs are open.
  if (current) {
    closeAll();
    await new Promise((done) => setImmediate(done));
  }
  await current?.happyDOM.close();
  current = null;
}
