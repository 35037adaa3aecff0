/** The windowed table: few rows in the document however long the list, and no answer out of turn. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent } from "@testing-library/dom";
import { rowHeight, setDensity } from "../src/desktop/density.js";
import { geometry, MAX_HEIGHT } from "../src/list/windowing.js";
import { closePage, openPage } from "./support/page.js";
import { press, pressEsc, settled, type } from "./support/person.js";
import { Later, loaded, NONE_OLD, positionIn, row, withTokens } from "./support/rust.js";

afterEach(closePage);

const MILLION = 1_000_000;

/** @param {number} matched @returns {import("./support/rust.js").Commands} */
const long = (matched) => ({
  load_tokens: () => loaded({ generation: 1, total: matched }),
  rows: ({ from, count, token }) => ({
    generation: 1,
    matched,
    position: token === null ? null : Number(/\d+$/.exec(token)),
    counts: { all: matched, fullAccess: 0, canDelete: 0, olderThan: NONE_OLD },
    from,
    rows: Array.from({ length: Math.min(count, matched - from) }, (_, offset) =>
      row(`token-${from + offset}`),
    ),
  }),
});

const scroller = () => document.querySelector(".scroller") ?? assert.fail();
const drawn = () => [...document.querySelectorAll(".rows [role=row]")];

test("a million tokens put a bounded number of rows in the document, each with its true index", async () => {
  const { page, callsTo } = await openPage(long(MILLION));
  await settled();
  assert.equal(page.getByRole("grid").getAttribute("aria-rowcount"), String(MILLION + 1));
  assert.ok(drawn().length > 5 && drawn().length < 60, `${drawn().length} rows`);
  assert.ok(callsTo("rows").every(({ args }) => args.count < 200));

  scroller().scrollTop = MAX_HEIGHT / 2;
  fireEvent.scroll(scroller());
  await settled();
  assert.ok(drawn().length < 60, `${drawn().length} rows`);
  for (const element of drawn()) {
    const name = element.querySelector(".name")?.textContent ?? "";
    assert.equal(Number(element.getAttribute("aria-rowindex")), Number(name.replace("token-", "")) + 2);
  }
  const indexes = drawn().map((element) => Number(element.getAttribute("aria-rowindex")));
  assert.deepEqual(
    indexes,
    [...indexes].sort((a, b) => a - b),
    "in reading order",
  );
  assert.ok(Math.abs((indexes[0] ?? 0) - MILLION / 2) < 100, "half way down is the middle of the list");
});

test("End reaches the very last of a million and keeps the focus", async () => {
  const { page } = await openPage(long(MILLION));
  await settled();
  fireEvent.keyDown(page.getByRole("searchbox"), { key: "ArrowDown" });
  fireEvent.keyDown(document.activeElement ?? document.body, { key: "End" });
  await settled();
  assert.equal(document.activeElement?.getAttribute("aria-rowindex"), String(MILLION + 1));
  assert.match(document.activeElement?.textContent ?? "", /token-999999/);
});

test("a row that holds the focus stays in the document while the list scrolls away", async () => {
  const { page } = await openPage(long(10_000));
  await settled();
  fireEvent.keyDown(page.getByRole("searchbox"), { key: "ArrowDown" });
  const focused = document.activeElement;
  scroller().scrollTop = 5_000 * rowHeight();
  fireEvent.scroll(scroller());
  await settled();
  assert.equal(document.activeElement, focused);
  assert.match(focused?.textContent ?? "", /^token-0/, "and keeps its words");
  assert.ok(drawn().length < 60);
});

test("rows of another height leave the row at the top where it is, and none is blank", async () => {
  await openPage(long(10_000));
  await settled();
  scroller().scrollTop = 5_000 * rowHeight();
  fireEvent.scroll(scroller());
  await settled();
  for (const density of /** @type {const} */ (["compact", "comfortable"])) {
    setDensity(density);
    await settled();
    assert.equal(scroller().scrollTop, 5_000 * rowHeight(), density);
    const names = drawn().map((element) => element.querySelector(".name")?.textContent ?? "");
    assert.ok(names.includes("token-5000") && names.every((name) => /^token-\d+$/.test(name)), density);
  }
});

test("an answer for an older view is dropped when it comes late", async () => {
  const late = new Later();
  const { page, commands } = await openPage(long(3));
  await settled();
  const quick = commands.rows ?? assert.fail();
  commands.rows = (ask) => {
    if (ask.view.filter === "slow") return late.promise;
    const answer = /** @type {any} */ (quick(ask));
    return { ...answer, rows: [row(`answer to ${ask.view.filter}`)], matched: 1 };
  };
  const filter = page.getByRole("searchbox");
  type(filter, "slow");
  await settled();
  type(filter, "fast");
  await settled();
  page.getByText("answer to fast");
  late.resolve({ generation: 1, matched: 1, counts: {}, from: 0, rows: [row("answer to slow")] });
  await settled();
  page.getByText("answer to fast");
  assert.equal(page.queryByText("answer to slow"), null);
});

test("an answer for an older view is dropped also when it comes before the newer one", async () => {
  const [older, newer] = [new Later(), new Later()];
  const { page, commands } = await openPage(long(3));
  await settled();
  commands.rows = ({ view }) => (view.filter === "slow" ? older : newer).promise;
  const answer = (/** @type {string} */ name) => ({
    ...{ generation: 1, matched: 1, from: 0, rows: [row(name)] },
    counts: { all: 3, fullAccess: 0, canDelete: 0, olderThan: NONE_OLD },
  });
  type(page.getByRole("searchbox"), "slow");
  await settled();
  type(page.getByRole("searchbox"), "fast");
  await settled();
  older.resolve(answer("answer to slow"));
  await settled();
  assert.equal(page.queryByText("answer to slow"), null);
  newer.resolve(answer("answer to fast"));
  await settled();
  page.getByText("answer to fast");
});

test("rows of an older list are dropped once a newer one has begun", async () => {
  const { page } = await openPage({
    load_tokens: () => loaded({ generation: 5, total: 1 }),
    rows: () => ({
      generation: 4,
      matched: 1,
      counts: { all: 1, fullAccess: 0, canDelete: 0, olderThan: NONE_OLD },
      from: 0,
      rows: [row("of another project")],
    }),
  });
  await settled();
  assert.equal(page.queryByText("of another project"), null);
});

test("nothing is asked before this project's list has begun", async () => {
  const { page, callsTo } = await openPage({ ...long(3), load_tokens: () => new Later().promise });
  await settled();
  type(page.getByRole("searchbox"), "edge");
  await settled();
  assert.equal(callsTo("rows").length, 0);
});

test("typing fast asks at most twice a frame", async () => {
  const { page, callsTo } = await openPage(long(1000));
  await settled();
  const before = callsTo("rows").length;
  for (const text of ["e", "ed", "edg", "edge", "edge-"]) type(page.getByRole("searchbox"), text);
  await settled();
  assert.ok(callsTo("rows").length - before <= 2, "once at once, once in the next frame");
  assert.equal(callsTo("rows").at(-1)?.args.view.filter, "edge-");
});

test("the chosen token stays chosen when the order changes", async () => {
  const tokens = ["a", "b", "c"].map((name) => row(name));
  const { page } = await openPage({
    ...long(3),
    rows: ({ view }) => ({
      generation: 1,
      matched: 3,
      counts: { all: 3, fullAccess: 0, canDelete: 0, olderThan: NONE_OLD },
      from: 0,
      rows: view.sort === "name" ? [...tokens].reverse() : tokens,
    }),
  });
  await settled();
  fireEvent.click(page.getByText("a"));
  fireEvent.click(page.getByRole("button", { name: "Name" }));
  await settled();
  const chosen = page.getByRole("row", { current: true });
  assert.match(chosen.textContent ?? "", /^a/);
  assert.equal(chosen.getAttribute("aria-rowindex"), "4");
});

/** A list whose rows a test exchanges. @param {string[]} names */
function changing(names) {
  const list = { names, generation: 1 };
  return {
    list,
    commands: /** @type {import("./support/rust.js").Commands} */ ({
      load_tokens: () => loaded({ generation: list.generation, total: list.names.length }),
      rows: ({ from, count, token }) => ({
        position: positionIn(
          list.names.map((name) => row(name)),
          token,
        ),
        generation: list.generation,
        matched: list.names.length,
        counts: { all: list.names.length, fullAccess: 0, canDelete: 0, olderThan: NONE_OLD },
        from,
        rows: list.names.slice(from, from + count).map((name) => row(name)),
      }),
    }),
  };
}

test("C61: the focus that a dialog gives back, and what is copied then, is the token it was opened from", async () => {
  const { list, commands } = changing(["a", "b", "c"]);
  const { page, callsTo } = await openPage({ ...commands, copy_token: () => ({ clearsAfterSeconds: 30 }) });
  await settled();
  fireEvent.click(page.getByText("b"));
  press("Enter");
  await settled();
  assert.ok(page.getByRole("dialog"));
  Object.assign(list, { names: ["new 1", "new 2", "a", "b", "c"], generation: 2 });
  press("r", { ctrlKey: true });
  fireEvent.click(page.getByRole("button", { name: /Refresh/, hidden: true }));
  await settled();
  pressEsc();
  await settled();
  assert.match(document.activeElement?.textContent ?? "", /^b/);
  press("c", { ctrlKey: true });
  await settled();
  assert.equal(callsTo("copy_token").length, 1);
  assert.equal(callsTo("copy_token")[0]?.args.id, row("b").id);
});

test("C62: in another order, the keys go on from where the token stands that was chosen", async () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `t-${index}`);
  const { list, commands } = changing(names);
  const { page, callsTo } = await openPage({ ...commands, copy_token: () => ({ clearsAfterSeconds: 30 }) });
  await settled();
  scroller().scrollTop = 303 * rowHeight();
  fireEvent.scroll(scroller());
  await settled();
  fireEvent.click(page.getByText("t-303"));
  const element = document.activeElement;
  list.names = [...names].reverse();
  fireEvent.click(page.getByRole("button", { name: /^Name/ }));
  await settled();
  const current = () => page.getByRole("row", { current: true });
  assert.equal(current().getAttribute("aria-rowindex"), String(1_000 - 303 - 1 + 2));
  assert.equal(current().querySelector(".name")?.textContent, "t-303");
  assert.equal(document.activeElement, element, "it is still the same row, which has the focus");
  press("c", { ctrlKey: true });
  press("ArrowDown");
  press("c", { ctrlKey: true });
  await settled();
  assert.deepEqual(
    callsTo("copy_token").map(({ args }) => args.id),
    [row("t-303").id, row("t-302").id],
  );
});

test("C62: a token that the filter hides is no current row, and is it again without the filter", async () => {
  const tokens = ["a-1", "b-1", "b-2"].map((name) => row(name));
  const { page, callsTo } = await openPage({
    ...withTokens(tokens),
    copy_token: () => ({ clearsAfterSeconds: 30 }),
  });
  await settled();
  fireEvent.click(page.getByText("a-1"));
  type(page.getByRole("searchbox"), "b-");
  await settled();
  assert.equal(page.queryByRole("row", { current: true }), null);
  type(page.getByRole("searchbox"), "");
  await settled();
  assert.match(page.getByRole("row", { current: true }).textContent ?? "", /^a-1/);
  fireEvent.keyDown(page.getByRole("searchbox"), { key: "ArrowDown" });
  press("c", { ctrlKey: true });
  await settled();
  assert.equal(callsTo("copy_token")[0]?.args.id, row("a-1").id);
});

test("C61: a menu gives the focus back to its token after the list has changed beneath it", async () => {
  const names = Array.from({ length: 200 }, (_, index) => `t-${index}`);
  const { list, commands } = changing(names);
  const { page, callsTo } = await openPage({ ...commands, copy_token: () => ({ clearsAfterSeconds: 30 }) });
  await settled();
  fireEvent.click(page.getByText("t-2"));
  press("F10", { shiftKey: true });
  page.getByRole("menu");
  const newer = Array.from({ length: 60 }, (_, index) => `new-${index}`);
  Object.assign(list, { names: [...newer, ...names], generation: 2 });
  fireEvent.click(page.getByRole("button", { name: /Refresh/ }));
  await settled();
  press("Escape");
  await settled();
  assert.match(document.activeElement?.textContent ?? "", /^t-2/);
  press("c", { ctrlKey: true });
  await settled();
  assert.equal(callsTo("copy_token")[0]?.args.id, row("t-2").id);
});

test("geometry: short lists scroll by pixels, long ones by share, and both ends can be reached", () => {
  const viewport = 500;
  const short = geometry({ count: 100, viewport, scrollTop: 400 });
  assert.deepEqual([short.first, short.last, short.offsetOf(10)], [10, 23, 400]);

  const end = geometry({ count: MILLION, viewport, scrollTop: MAX_HEIGHT - viewport });
  assert.equal(end.height, MAX_HEIGHT);
  assert.equal(end.last, MILLION);
  assert.ok(
    Math.abs(end.offsetOf(MILLION - 1) + rowHeight() - MAX_HEIGHT) < 1,
    "the last row ends where the list ends",
  );
  for (const index of [0, 1, 499_999, MILLION - 1]) {
    const there = geometry({ count: MILLION, viewport, scrollTop: end.scrollTopFor(index) });
    assert.ok(there.first <= index && index < there.last, `row ${index} can be scrolled to`);
  }
  const none = geometry({ count: 0, viewport, scrollTop: 0 });
  assert.deepEqual([none.height, none.first, none.last], [0, 0, 0]);
});
