/** In Chromium: a dialog's upper edge stays where it is while it is used, and the dialogs fit the window that the app opens. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { evaluate, show } from "./browser/screen.js";
import { openTab } from "./browser/tab.js";

const CONF = JSON.parse(readFileSync(new URL("../../tauri.conf.json", import.meta.url), "utf8"));
const [WINDOW] = CONF.app.windows;

const FAILED = `Promise.reject({ code: "server_error", operation: null, detail: null, status: 500, retryAfter: null })`;
const NAME = `(() => {
  const field = document.querySelector("dialog[open] input.text");
  field.value = "something-else";
  field.dispatchEvent(new Event("input", { bubbles: true }));
})()`;
const MAIN = `[...document.querySelectorAll("dialog[open] .dialog-actions .button")].at(-1).click()`;
const submit = (/** @type {string} */ command, /** @type {string} */ answer) =>
  `answers.${command} = () => ${answer}; ${MAIN}`;

/**
 * A screen, whether something must be done before its dialog is open, and what is done then, step by step.
 * @type {[string, string, string[]][]}
 */
const USES = [
  [
    "the create dialog",
    "",
    [
      MAIN,
      NAME,
      submit("create_token", `new Promise((_, fail) => { window.fail = fail; })`),
      `${FAILED}.catch((reason) => window.fail(reason))`,
      submit(
        "create_token",
        `({ token: { id: "new", name: "something-else", access: { kind: "some", permissions: ["read:*"] },
          suffix: "x0E61U", createdAt: Date.now(), duplicateName: false }, found: false })`,
      ),
    ],
  ],
  ["editing", "", [NAME, submit("update_token", `new Promise((_, fail) => { window.fail = fail; })`)]],
  ["editing", "", [NAME, submit("update_token", FAILED)]],
  [
    "the table",
    `document.querySelector(".rows .name").click();
     document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "Delete", bubbles: true }))`,
    [
      submit("delete_token", `new Promise((_, fail) => { window.fail = fail; })`),
      `${FAILED}.catch(window.fail)`,
    ],
  ],
  [
    "copying a token as something",
    "",
    [
      `(() => {
        const choice = document.querySelector("dialog[open] select");
        choice.value = "kubernetes_secret";
        choice.dispatchEvent(new Event("change", { bubbles: true }));
      })()`,
      submit("copy_token", FAILED),
    ],
  ],
];

describe("dialogs", { concurrency: 1 }, () => {
  const { send, address } = openTab();

  /** @param {number} width @param {number} height */
  const resize = (width, height) =>
    send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });

  /** The dialog's upper edge, how much of it can be seen, and what it says. */
  const dialog = () =>
    evaluate(
      send,
      `new Promise((done) => setTimeout(done, 300)).then(() => {
        const dialog = document.querySelector("dialog[open]");
        const { top, bottom } = dialog.getBoundingClientRect();
        return { top, bottom, hidden: dialog.scrollHeight - dialog.clientHeight, text: dialog.innerHTML };
      })`,
    );

  for (const [width, height] of [
    [WINDOW.width, WINDOW.height],
    [1080, 1000],
    [480, 420],
  ]) {
    for (const [screen, opening, steps] of USES) {
      test(`${screen} stays where it is in a window of ${width} × ${height}: ${steps.length} steps`, async () => {
        await resize(width, height);
        await show(send, address(), screen);
        if (opening) await evaluate(send, opening);
        let { top, text } = await dialog();
        assert.ok(top >= 0);
        for (const step of steps) {
          // What it evaluates to is waited for only where it is the dialog's own.
          await evaluate(send, `void (${JSON.stringify(step)}, (0, eval)(${JSON.stringify(step)}))`);
          const now = await dialog();
          assert.equal(now.top, top, step);
          assert.ok(now.bottom <= height, step);
          assert.notEqual(now.text, text, `nothing happened: ${step}`);
          text = now.text;
        }
      });
    }
  }

  for (const screen of [
    "the create dialog",
    "the result",
    "a result in the lines of something else",
    "editing",
  ]) {
    test(`${screen} shows in the window that the app opens without scrolling`, async () => {
      await resize(WINDOW.width, WINDOW.height);
      await show(send, address(), screen);
      const { hidden, top, bottom } = await dialog();
      assert.ok(hidden <= 0, `${hidden} pixels are hidden of ${bottom - top}`);
    });
  }

  test("a toast is beneath a dialog that leaves room for it, and within the window beside one that does not", async () => {
    const toast = () =>
      evaluate(
        send,
        `new Promise((done) => setTimeout(done, 300)).then(() => {
          const { top, bottom } = document.querySelector(".toast").getBoundingClientRect();
          return { top, bottom };
        })`,
      );
    for (const [height, isBeneath] of /** @type {const} */ ([
      [WINDOW.height, true],
      [420, false],
    ])) {
      await resize(WINDOW.width, height);
      await show(send, address(), "a toast in a dialog");
      const [{ top, bottom }, covered] = [await toast(), await dialog()];
      assert.equal(top >= covered.bottom, isBeneath, JSON.stringify({ top, covered: covered.bottom }));
      assert.ok(top >= 0 && bottom <= height);
    }
  });
});
