/** In Chromium: while a list streams in, the row that somebody is at stays where it is, under the pointer or with the focus. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { evaluate, show } from "./browser/screen.js";
import { openTab } from "./browser/tab.js";

describe("a list that streams in", { concurrency: 1 }, () => {
  const { send, address } = openTab();

  const drawn = () => evaluate(send, "new Promise((done) => setTimeout(done, 150))");
  /** Opens a project whose list is under way with a hundred rows. */
  async function open() {
    await send("Input.dispatchMouseEvent", { type: "mouseMoved", x: 2, y: 2 });
    await show(send, address(), "the project picker");
    await evaluate(send, `(${streamed})()`);
    await send("Input.dispatchKeyEvent", {
      ...{ type: "rawKeyDown", key: "Escape", code: "Escape", windowsVirtualKeyCode: 27 },
    });
    await evaluate(send, `document.querySelector(".where").click()`);
    await drawn();
    await evaluate(
      send,
      `[...document.querySelectorAll("dialog button, dialog [role=option]")]
      .find((one) => one.textContent.includes("Other project")).click()`,
    );
    await drawn();
    await evaluate(
      send,
      "arrive(Array.from({ length: 100 }, (_, at) => 'm-' + String(at).padStart(5, '0')))",
    );
    await drawn();
  }
  /** The name and the place on screen of the row that is somewhere. @param {string} which */
  const at = (which) =>
    evaluate(
      send,
      `(() => {
        const row = ${which};
        return row && [row.querySelector(".name").textContent, Math.round(row.getBoundingClientRect().top)];
      })()`,
    );
  const hovered = "document.querySelector('.rows .row:hover')";
  const current = "document.querySelector('.rows .row[aria-current=true]')";
  const arrive = async (/** @type {number} */ count, /** @type {string} */ start) => {
    await evaluate(
      send,
      `arrive(Array.from({ length: ${count} }, (_, at) => "${start}-" + String(at).padStart(5, "0")))`,
    );
    await drawn();
  };

  test("under the pointer it stays, when a few rows come in above it, when very many do, and when the load ends", async () => {
    await open();
    await send("Input.dispatchMouseEvent", { type: "mouseMoved", x: 300, y: 400 });
    await drawn();
    const before = await at(hovered);
    assert.match(before[0], /^m-/);
    await arrive(3, "a");
    assert.deepEqual(await at(hovered), before);
    await arrive(5_000, "b");
    assert.deepEqual(await at(hovered), before);
    assert.equal(await evaluate(send, "document.querySelectorAll('.rows .blank').length"), 0);
    await arrive(20, "z");
    assert.deepEqual(await at(hovered), before);
    await evaluate(send, "end()");
    await drawn();
    assert.deepEqual(await at(hovered), before);
  });

  test("without a pointer it is the current row that stays, and the keys go on from there", async () => {
    await open();
    const press = (/** @type {string} */ key, /** @type {number} */ code) =>
      send("Input.dispatchKeyEvent", { type: "rawKeyDown", key, code: key, windowsVirtualKeyCode: code });
    await press("Home", 36);
    for (let times = 0; times < 4; times += 1) await press("ArrowDown", 40);
    await drawn();
    const before = await at(current);
    assert.equal(before[0], "m-00004");
    await arrive(200, "a");
    assert.deepEqual(await at(current), before);
    await press("ArrowDown", 40);
    await drawn();
    assert.equal((await at(current))[0], "m-00005");
  });

  test("with nobody at any row, the top of the list stays at the top", async () => {
    await open();
    await arrive(5, "a");
    assert.equal((await at("document.querySelector('.rows .row')"))[0], "a-00000");
  });

  test("a menu that is open at a row stays open, and at its row", async () => {
    await open();
    await evaluate(send, `document.querySelectorAll(".rows .row")[4].querySelector(".more-button").click()`);
    await drawn();
    await arrive(50, "a");
    assert.equal(
      await evaluate(send, `document.querySelector(".menu")?.getAttribute("aria-label")`),
      "Actions for m-00004",
    );
  });
});

/** Runs in the browser: another project, whose list is sorted by name and arrives when the test says so. */
function streamed() {
  /** @type {string[]} */
  const names = [];
  let generation = 10;
  const view = /** @type {any} */ (window);
  /** @type {any} */
  let load = null;
  const whole = { whole: true, conflicting: 0, unreadable: 0, noRoom: 0, shortened: 0, clockOffset: null };
  const row = (/** @type {string} */ name) => ({
    ...{ id: `id of ${name}`, name, access: { kind: "some", permissions: ["read:*"] }, suffix: "x0E61U" },
    ...{ createdAt: 0, duplicateName: false },
  });
  const projects = [
    { id: "p1", name: "Acme / production", agents: 1, members: 1 },
    { id: "p2", name: "Other project", agents: 1, members: 1 },
  ];
  Object.assign(view.answers, {
    list_projects: () => projects,
    load_tokens: (/** @type {any} */ args) =>
      new Promise((done) => {
        load = { args, done };
      }),
    rows(/** @type {any} */ { from, count, token }) {
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
  });
  Object.assign(view, {
    arrive(/** @type {string[]} */ more) {
      names.push(...more);
      names.sort();
      generation += 1;
      load.args.onProgress.onmessage({ generation, total: names.length });
    },
    end() {
      generation += 1;
      load.done({ ...whole, generation, total: names.length, problem: null });
    },
  });
}
