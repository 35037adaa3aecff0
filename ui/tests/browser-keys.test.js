/** Real keys in Chromium: layouts without Latin letters, and an input method that composes. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startChromium } from "./browser/chromium.js";
import { evaluate, show } from "./browser/screen.js";
import { startServer } from "./browser/server.js";

/** @import { Send } from "./browser/chromium.js" */

const CTRL = 2;

describe("keys", { concurrency: 1 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof startChromium>>} */
  let chromium;
  /** @type {Send} */
  let send;

  before(async () => {
    server = await startServer();
    chromium = await startChromium();
    send = await chromium.tab();
    await send("Emulation.setFocusEmulationEnabled", { enabled: true });
  });
  after(async () => {
    await chromium?.stop();
    server?.stop();
  });

  /**
   * @param {string} key
   * @param {string} code
   * @param {number} keyCode
   * @param {{ modifiers?: number, text?: string }} [how] `text` that the key types
   */
  async function press(key, code, keyCode, { modifiers = 0, text } = {}) {
    const event = { key, code, windowsVirtualKeyCode: keyCode, modifiers };
    await send("Input.dispatchKeyEvent", { type: text ? "keyDown" : "rawKeyDown", ...event, text });
    await send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
    await evaluate(send, "new Promise((done) => setTimeout(done, 100))");
  }
  const count = (/** @type {string} */ command) =>
    evaluate(send, `calls.filter(({ command }) => command === "${command}").length`);
  const value = () => evaluate(send, "document.activeElement.value");
  const dialogs = () => evaluate(send, `document.querySelectorAll("dialog[open]").length`);

  test("C40: with a Russian layout Ctrl+C copies the token, Ctrl+F goes to the filter and Ctrl+L locks", async () => {
    await show(send, server.address, "the table");
    await press("с", "KeyC", 67, { modifiers: CTRL });
    assert.equal(await count("copy_token"), 1);
    await press("а", "KeyF", 70, { modifiers: CTRL });
    assert.equal(await evaluate(send, "document.activeElement.type"), "search");
    await press("т", "KeyN", 78, { modifiers: CTRL });
    assert.equal(await dialogs(), 1);
    await press("Escape", "Escape", 27);
    assert.equal(await dialogs(), 0);
    await press("д", "KeyL", 76, { modifiers: CTRL });
    assert.equal(await count("lock"), 1);
  });

  test("C40: with a Hebrew layout Ctrl+Q quits, and a slash by the same key goes to the filter", async () => {
    await show(send, server.address, "the table");
    await press("/", "KeyQ", 81, { text: "/" });
    assert.equal(await evaluate(send, "document.activeElement.type"), "search");
    assert.equal(await value(), "");
    await press("/", "KeyQ", 81, { modifiers: CTRL });
    assert.equal(await count("quit"), 1);
  });

  test("C41: while the filter is composed, Enter, Esc, Tab and the arrows leave it as it is", async () => {
    await show(send, server.address, "the table");
    await press("f", "KeyF", 70, { modifiers: CTRL });
    await send("Input.imeSetComposition", { text: "とう", selectionStart: 2, selectionEnd: 2 });
    for (const [key, code] of /** @type {const} */ ([
      ["ArrowDown", 40],
      ["Escape", 27],
      ["Enter", 13],
      ["Tab", 9],
    ])) {
      await press(key, key, code);
      await press(key, key, 229);
      assert.equal(await value(), "とう", key);
      assert.equal(await evaluate(send, "document.activeElement.type"), "search", key);
    }
    await send("Input.insertText", { text: "東" });
    assert.equal(await value(), "東");
    assert.equal(
      await evaluate(send, `calls.findLast(({ command }) => command === "rows").args.view.filter`),
      "東",
    );
    await press("Escape", "Escape", 27);
    assert.equal(await value(), "");
  });

  test("C41: the Enter and the Esc of a composition neither create a token nor close the dialog", async () => {
    await show(send, server.address, "the table");
    await press("n", "KeyN", 78, { modifiers: CTRL });
    await send("Input.imeSetComposition", { text: "とう", selectionStart: 2, selectionEnd: 2 });
    await press("Enter", "Enter", 13, { text: "\r" });
    await press("Escape", "Escape", 27);
    await send("Input.insertText", { text: "東" });
    // WebKit sends the key that ended the composition once it has ended.
    await press("Enter", "Enter", 229, { text: "\r" });
    assert.equal(await value(), "東");
    assert.deepEqual([await count("create_token"), await dialogs()], [0, 1]);
    await press("Enter", "Enter", 13, { text: "\r" });
    assert.equal(await count("create_token"), 1);
  });
});
