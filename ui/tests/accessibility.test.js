/** axe on each screen, and that whatever can be used has a name. Rules that need a layout are the window's. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterEach, test } from "node:test";
import { fireEvent } from "@testing-library/dom";
import {
  closePage,
  connection,
  created,
  loaded,
  networkSettings,
  openPage,
  problem,
  row,
  settled,
  startup,
  withTokens,
} from "./support/page.js";
import { press, pressEnter, type } from "./support/person.js";

afterEach(closePage);

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function checkScreen() {
  // A fresh axe for each window: it keeps the globals it was born with.
  const holder = { exports: /** @type {any} */ ({}) };
  new Function("module", "window", "document", source)(holder, window, document);
  const { violations } = await holder.exports.run(document.documentElement, {
    rules: { "color-contrast": { enabled: false }, "target-size": { enabled: false } },
  });
  assert.deepEqual(
    violations.map(
      (/** @type {any} */ one) => `${one.id}: ${one.nodes.map((/** @type {any} */ n) => n.html).join(" ")}`,
    ),
    [],
  );
  for (const control of document.querySelectorAll("button, input, select, [role=dialog], dialog")) {
    const labels = /** @type {HTMLInputElement} */ (control).labels;
    const by = document.getElementById(control.getAttribute("aria-labelledby") ?? "")?.textContent;
    const name = control.getAttribute("aria-label") ?? by ?? labels?.[0]?.textContent ?? control.textContent;
    assert.ok(name?.trim(), `no name: ${control.outerHTML}`);
  }
}

/** @type {[string, import("./support/page.js").Commands, (page: any) => void][]} */
const SCREENS = [
  ["welcome", { start: () => startup({ connections: [], last: null }) }, () => {}],
  [
    "welcome with a pasted bearer and an error",
    {
      start: () => startup({ connections: [], last: null, preset: "https://a.example" }),
      connect: () => Promise.reject(problem("keyring_locked")),
    },
    (page) => {
      fireEvent(page.getByLabelText("Your bearer"), new Event("paste", { bubbles: true, cancelable: true }));
    },
  ],
  ["connecting", { restore: () => new Promise(() => {}) }, () => {}],
  ["connecting failed", { restore: () => Promise.reject(problem("unreachable")) }, () => {}],
  ["choosing a project", { restore: () => connection({ project: null, projects: [] }) }, () => {}],
  ["the table", {}, (page) => fireEvent.click(page.getByText("ci-deploy"))],
  [
    "loading",
    { load_tokens: () => new Promise(() => {}), rows: withTokens([]).rows ?? (() => null) },
    () => {},
  ],
  ["empty", withTokens([]), () => {}],
  ["failed", { ...withTokens([]), load_tokens: () => Promise.reject(problem("server_error")) }, () => {}],
  [
    "incomplete",
    { load_tokens: () => loaded({ generation: 1, total: 2, problem: problem("timed_out") }) },
    () => {},
  ],
  ["the project picker", {}, (page) => fireEvent.click(page.getByRole("button", { name: /Project/ }))],
  ["the create dialog", {}, (page) => fireEvent.click(page.getByRole("button", { name: /New token/ }))],
  [
    "the result",
    {},
    (page) => {
      fireEvent.click(page.getByRole("button", { name: /New token/ }));
      type(page.getByRole("textbox", { name: "Name" }), "edge-agent-ap");
      pressEnter(page.getByRole("textbox", { name: "Name" }));
    },
  ],
  ...["not_found", "several", "unknown"].map(
    /** @returns {typeof SCREENS[number]} */
    (outcome) => [
      `a lost create: ${outcome}`,
      { create_token: () => ({ outcome, rows: [row("a"), row("b")], problem: problem("unreachable") }) },
      createOne,
    ],
  ),
  [
    "looking for a lost create",
    {
      create_token({ onChecking }) {
        onChecking.onmessage({ look: 1, of: 3 });
        return new Promise(() => {});
      },
    },
    createOne,
  ],
  ["a create that was found", { create_token: () => created(row("a"), true) }, createOne],
  ["signing in again", { load_tokens: () => Promise.reject(problem("unauthenticated")) }, () => {}],
  ["settings", {}, (page) => fireEvent.click(page.getByRole("button", { name: "Settings" }))],
  [
    "settings with a proxy and certificates",
    {
      network: () =>
        networkSettings({
          proxy: { kind: "address", url: "http://proxy:3128" },
          certificates: { file: "corp.pem", count: 2 },
        }),
    },
    (page) => fireEvent.click(page.getByRole("button", { name: "Settings" })),
  ],
  [
    "the menu of a row",
    withTokens([row("odd", { kind: "unreadable" })]),
    (page) => fireEvent.click(page.getByRole("button", { name: "More for odd" })),
  ],
  [
    "editing",
    withTokens([row("odd", { kind: "some", permissions: ["future:x"] })]),
    (page) => onRow(page, "odd", "Enter"),
  ],
  [
    "editing a token without a list",
    withTokens([row("odd", { kind: "full", named: false, others: [] })]),
    (page) => onRow(page, "odd", "Enter"),
  ],
  [
    "both versions",
    { update_token: () => ({ outcome: "changed_elsewhere", row: row("theirs") }) },
    (page) => {
      onRow(page, "ci-deploy", "Enter");
      type(page.getByRole("textbox", { name: "Name" }), "mine");
      pressEnter(page.getByRole("textbox", { name: "Name" }));
    },
  ],
  [
    "revoking, refused",
    { delete_token: () => Promise.reject(problem("permission_denied")) },
    (page) => {
      onRow(page, "ci-deploy", "Delete");
      fireEvent.click(page.getByRole("button", { name: "Revoke" }));
    },
  ],
  [
    "repeated names, rows left out and a pause",
    {
      ...withTokens([{ ...row("a"), repeatedName: true }]),
      load_tokens: () => loaded({ whole: true, conflicting: 2, problem: problem("proxy_refused", "p:1") }),
      follow_waits: ({ onWaiting }) => onWaiting.onmessage({ seconds: 3 }),
    },
    () => {},
  ],
];

/** @param {any} page */
function createOne(page) {
  fireEvent.click(page.getByRole("button", { name: /New token/ }));
  type(page.getByRole("textbox", { name: "Name" }), "a");
  pressEnter(page.getByRole("textbox", { name: "Name" }));
}

/** @param {any} page @param {string} name @param {string} key */
function onRow(page, name, key) {
  fireEvent.click(page.getByText(name));
  press(key);
}

for (const [name, commands, act] of SCREENS) {
  test(`axe finds nothing: ${name}`, async () => {
    const { page } = await openPage(commands);
    await settled();
    act(page);
    await settled();
    await checkScreen();
  });
}
