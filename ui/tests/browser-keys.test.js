/**
 * Real keys in Chromium: layouts without Latin letters, an input method that composes, and where the focus is after the list has
 * changed.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { evaluate, show } from "./browser/screen.js";
import { openTab } from "./browser/tab.js";

const CTRL = 2;
const SHIFT = 8;

describe("keys", { concurrency: 1 }, () => {
  const { send, address } = openTab();

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
  /** @param {number} x @param {number} y */
  async function click(x, y) {
    const at = { x, y, button: "left", clickCount: 1 };
    await send("Input.dispatchMouseEvent", { type: "mousePressed", ...at });
    await send("Input.dispatchMouseEvent", { type: "mouseReleased", ...at });
    await evaluate(send, "new Promise((done) => setTimeout(done, 100))");
  }
  const count = (/** @type {string} */ command) =>
    evaluate(send, `calls.filter(({ command }) => command === "${command}").length`);
  /** Shows a list of a thousand that a test can exchange as `names`. */
  async function showThousand() {
    await show(send, address(), "the table");
    await evaluate(send, `(${thousand})()`);
    await refresh();
    await press("Home", "Home", 36);
  }
  const refresh = () => press("r", "KeyR", 82, { modifiers: CTRL });
  /** The name in the current row, and whether the focus is in it. */
  const current = () =>
    evaluate(
      send,
      `(() => {
        const row = document.querySelector(".rows [aria-current=true]");
        return row && [row.querySelector(".name").textContent, row.contains(document.activeElement)];
      })()`,
    );
  const copied = () =>
    evaluate(send, `calls.filter(({ command }) => command === "copy_token").map(({ args }) => args.id)`);
  const selected = () =>
    evaluate(
      send,
      `[...document.querySelectorAll(".rows [aria-selected=true] .name")].map((name) => name.textContent)`,
    );
  const value = () => evaluate(send, "document.activeElement.value");
  const dialogs = () => evaluate(send, `document.querySelectorAll("dialog[open]").length`);

  test("C40: with a Russian layout Ctrl+C copies the token, Ctrl+F goes to the filter and Ctrl+L locks", async () => {
    await show(send, address(), "the table");
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
    await show(send, address(), "the table");
    await press("/", "KeyQ", 81, { text: "/" });
    assert.equal(await evaluate(send, "document.activeElement.type"), "search");
    assert.equal(await value(), "");
    await press("/", "KeyQ", 81, { modifiers: CTRL });
    assert.equal(await count("quit"), 1);
  });

  test("C41: while the filter is composed, Enter, Esc, Tab and the arrows leave it as it is", async () => {
    await show(send, address(), "the table");
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
    await show(send, address(), "the table");
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

  test("C61: a dialog gives the focus back to the token it was opened from, wherever that is by now", async () => {
    await showThousand();
    await press("ArrowDown", "ArrowDown", 40);
    assert.deepEqual(await current(), ["t-1", true]);
    await press("Enter", "Enter", 13, { text: "\r" });
    assert.equal(await dialogs(), 1);
    await evaluate(send, `names.unshift(...Array.from({ length: 50 }, (_, at) => "new-" + at))`);
    await evaluate(send, `document.querySelector(".refresh").click()`);
    await press("Escape", "Escape", 27);
    assert.equal(await dialogs(), 0);
    assert.deepEqual(await current(), ["t-1", true]);
    await press("c", "KeyC", 67, { modifiers: CTRL });
    assert.deepEqual(await copied(), ["id of t-1"]);
    await press("ArrowDown", "ArrowDown", 40);
    assert.deepEqual(await current(), ["t-2", true]);
  });

  test("C62: after another order, the keys go on from where the current token stands", async () => {
    await showThousand();
    for (let at = 0; at < 2; at += 1) await press("ArrowDown", "ArrowDown", 40);
    assert.deepEqual(await current(), ["t-2", true]);
    await evaluate(send, "names.reverse()");
    await refresh();
    assert.deepEqual(await current(), ["t-2", true], "out of the window that was known");
    await press("ArrowUp", "ArrowUp", 38);
    assert.deepEqual(await current(), ["t-3", true]);
    await press("c", "KeyC", 67, { modifiers: CTRL });
    assert.deepEqual(await copied(), ["id of t-3"]);
  });

  test("C78: Shift and the arrows select from where they began, and give back what they leave", async () => {
    await showThousand();
    for (let at = 0; at < 2; at += 1) await press("ArrowDown", "ArrowDown", 40);
    for (let at = 0; at < 2; at += 1) await press("ArrowDown", "ArrowDown", 40, { modifiers: SHIFT });
    assert.deepEqual(await selected(), ["t-2", "t-3", "t-4"]);
    for (let at = 0; at < 3; at += 1) await press("ArrowUp", "ArrowUp", 38, { modifiers: SHIFT });
    assert.deepEqual(await selected(), ["t-1", "t-2"]);
    assert.deepEqual(await current(), ["t-1", true]);
    await press(" ", "Space", 32, { text: " " });
    assert.deepEqual(await selected(), ["t-2"]);
    await press("Escape", "Escape", 27);
    assert.deepEqual(await selected(), []);
  });

  test("a press beside a dialog closes it, one on its own edge does not, and Esc does also the second time", async () => {
    await show(send, address(), "the table");
    await press("?", "Slash", 191, { modifiers: SHIFT, text: "?" });
    const { right, top, bottom } = await evaluate(
      send,
      `document.querySelector("dialog").getBoundingClientRect().toJSON()`,
    );
    await click(right - 3, (top + bottom) / 2);
    assert.equal(await dialogs(), 1, "where its scroll bar is");
    await click(5, 5);
    assert.equal(await dialogs(), 0);
    // What has not been copied yet is asked about once.
    await show(send, address(), "the result");
    for (const left of [1, 0]) {
      await press("Escape", "Escape", 27);
      assert.equal(await dialogs(), left);
    }
  });

  test("the first token of an empty project has the focus once it is copied", async () => {
    await show(send, address(), "empty");
    await evaluate(
      send,
      `(${thousand})(); names.splice(0); answers.create_token = ({ name }) => {
        names.push(name);
        return { outcome: "created", found: false, row: answers.rows({ from: 0, count: 1, token: null }).rows[0] };
      }`,
    );
    await press("n", "KeyN", 78, { modifiers: CTRL });
    await send("Input.insertText", { text: "first" });
    await press("Enter", "Enter", 13, { text: "\r" });
    await press("Enter", "Enter", 13, { text: "\r" });
    assert.equal(await dialogs(), 0);
    assert.deepEqual(await current(), ["first", true]);
  });

  test("C63: a warning and what follows it are both to be seen, and the latest is announced", async () => {
    await showThousand();
    await evaluate(
      send,
      `answers.copy_token = () => Promise.reject({ code: "clipboard_unavailable", detail: null })`,
    );
    await press("ArrowDown", "ArrowDown", 40);
    await press("c", "KeyC", 67, { modifiers: CTRL });
    await evaluate(send, "answers.copy_token = () => ({ clearsAfterSeconds: 30 })");
    await press("c", "KeyC", 67, { modifiers: CTRL });
    const [warning, success] = await evaluate(
      send,
      `[...document.querySelectorAll(".toast")].map((toast) => toast.getBoundingClientRect().toJSON())`,
    );
    assert.ok(warning.bottom <= success.top && success.bottom <= 680, JSON.stringify([warning, success]));
    await press("n", "KeyN", 78, { modifiers: CTRL });
    assert.ok(
      await evaluate(send, `document.querySelector("dialog").contains(document.querySelector(".toast"))`),
    );
  });

  test("with a dozen connections and 200 projects the one in use is in sight, beside more than four others", async () => {
    for (const [width, height, atLeast] of [
      [1080, 720, 9],
      [640, 720, 6],
      [480, 420, 2],
    ]) {
      const size = { width, height, deviceScaleFactor: 1, mobile: false };
      await send("Emulation.setDeviceMetricsOverride", size);
      await show(send, address(), "the project picker with many");
      const { rows, current } = await evaluate(send, `(${inSight})()`);
      assert.ok(rows >= (atLeast ?? 0), `${width} × ${height}: ${rows}`);
      assert.ok(current, `${width} × ${height}`);
    }
    await send("Emulation.clearDeviceMetricsOverride");
  });

  test("what is typed while projects are loaded stays, with the caret, and so does the project with the focus", async () => {
    await show(send, address(), "the project picker with many");
    await press("Escape", "Escape", 27);
    await evaluate(send, "answers.list_projects = () => new Promise((done) => { window.answer = done; })");
    await evaluate(send, `document.querySelector(".where").click()`);
    for (const letter of "tem 19")
      await press(letter, "", letter.toUpperCase().charCodeAt(0), { text: letter });
    for (let times = 0; times < 4; times += 1) await press("ArrowLeft", "ArrowLeft", 37);
    await press("a", "KeyA", 65, { text: "a" });
    const renewed = `Array.from({ length: 201 }, (_, at) => ({ id: "p" + at, name: "Team " + at, agents: null, members: null }))`;
    const typed = () =>
      evaluate(
        send,
        "[document.activeElement.value, document.activeElement.selectionStart, document.querySelectorAll('.project-body li').length]",
      );
    assert.deepEqual(await typed(), ["team 19", 3, 11]);
    await evaluate(send, `answer(${renewed}.slice(0, 200))`);
    await press("Shift", "ShiftLeft", 16);
    assert.deepEqual(await typed(), ["team 19", 3, 11]);

    await press("Escape", "Escape", 27);
    await evaluate(send, `document.querySelector(".where").click()`);
    await press("ArrowDown", "ArrowDown", 40);
    await press("End", "End", 35);
    const focused = () =>
      evaluate(
        send,
        `[document.activeElement.innerText, document.querySelector(".project-body").scrollTop > 0]`,
      );
    const before = await focused();
    assert.deepEqual(before, ["Team 199", true]);
    await evaluate(send, `answer(${renewed})`);
    await press("Shift", "ShiftLeft", 16);
    assert.deepEqual(await focused(), before);
  });
});

/** Runs in the browser: how many connections can be seen whole, and whether the one in use is among them. */
function inSight() {
  const rows = [...document.querySelectorAll(".connections li")].filter((row) => {
    const { left, top, bottom } = row.getBoundingClientRect();
    return [top + 4, bottom - 4].every((y) => row.contains(document.elementFromPoint(left + 20, y)));
  });
  return { rows: rows.length, current: rows.some((row) => row.querySelector("[aria-current]")) };
}

/** Runs in the browser: a list of a thousand that answers like Rust's. */
function thousand() {
  const names = Array.from({ length: 1_000 }, (_, at) => `t-${at}`);
  let generation = 1;
  const whole = { whole: true, conflicting: 0, unreadable: 0, noRoom: 0, shortened: 0, clockOffset: null };
  const row = (/** @type {string} */ name) => ({
    ...{ id: `id of ${name}`, name, access: { kind: "some", permissions: ["read:*"] }, suffix: "x0E61U" },
    ...{ createdAt: 0, duplicateName: false },
  });
  /** @type {import("./support/rust.js").Commands} */
  const answers = {
    load_tokens() {
      generation += 1;
      return { ...whole, generation, total: names.length, problem: null };
    },
    rows({ from, count, token }) {
      const at = names.findIndex((name) => `id of ${name}` === token);
      const counts = {
        all: names.length,
        fullAccess: 0,
        canDelete: 0,
        olderThan: { ninety_days: 0, half_year: 0, year: 0 },
      };
      const rows = names.slice(from, from + count).map(row);
      return { generation, matched: names.length, counts, from, rows, position: at < 0 ? null : at };
    },
  };
  Object.assign(/** @type {any} */ (window).answers, answers);
  Object.assign(window, { names });
}
