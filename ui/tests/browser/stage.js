/**
 * In the browser: brings the page to one of its screens, over the tests' Rust side. The address says which screen, and
 * in which language; the document's title says once it stands.
 */
import { within } from "@testing-library/dom";
import { settled } from "../support/person.js";
import { fakeTauri, startup, usualCommands } from "../support/rust.js";
import { SCREENS } from "../support/screens.js";

const wanted = new URLSearchParams(location.search);
const screen = SCREENS.find(([name]) => name === wanted.get("screen"));
if (!screen) throw new TypeError("there is no such screen");
const [, commands, act] = screen;
const language = wanted.get("language");

Object.assign(window, { setImmediate: (/** @type {() => void} */ run) => setTimeout(run) });
const start = commands.start ?? (() => startup());
/** What the page has asked Rust for. @type {import("../support/rust.js").Call[]} */
const calls = [];
/** What Rust answers; a test may replace it. @type {import("../support/rust.js").Commands} */
const answers = {
  ...usualCommands(),
  ...commands,
  start: (args) => ({ ...Object(start(args)), language }),
};
Object.assign(window, { calls, answers, __TAURI__: fakeTauri(answers, calls) });

await import("../../src/main.js");
await settled();
await act(within(document.body));
await settled();
document.title = `${screen[0]} stands`;
