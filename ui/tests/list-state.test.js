/** The state of the list: each event leads to one value, and each value to one screen. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent } from "@testing-library/dom";
import { NO_FACETS } from "../src/list/facets.js";
import {
  begun,
  ended,
  LOADING,
  screenOf,
  statusOf,
  streaming,
  troubleOf,
  withRows,
} from "../src/list/list-state.js";
import { closePage, openPage } from "./support/page.js";
import { settled } from "./support/person.js";
import { connection, listOf, loaded, problem, row } from "./support/rust.js";

/** @import { List } from "../src/list/list-state.js" */
/** @import { View } from "../types/ipc" */

afterEach(closePage);

/** @type {View} */
const ALL = { filter: "", facets: NO_FACETS, sort: "created", descending: true };
const NOW = 1_000_000;

/** @param {number} count @param {View} [view] */
const window = (count, view = ALL) =>
  listOf(Array.from({ length: count }, (_, at) => row(`t-${at}`)))({ view, from: 0, count: 60 });

/** @param {List} list @param {number} count */
const shown = (list, count) => ended(withRows(list, window(count), ALL), loaded({ total: count }), null, NOW);

test("a list that arrives is shown as it comes, and is whole once its load has ended", () => {
  assert.equal(screenOf(LOADING), "loading");
  const some = withRows(streaming(LOADING, 500), window(3), ALL);
  assert.equal(screenOf(some), "rows");
  assert.deepEqual(
    [statusOf(some).streaming, statusOf(some).total, statusOf(some).loadedAt],
    [true, 500, null],
  );
  const whole = ended(some, loaded({ total: 3 }), null, NOW);
  assert.deepEqual(
    [statusOf(whole).loading, statusOf(whole).total, statusOf(whole).loadedAt],
    [false, 3, NOW],
  );
});

test("without rows there is no screen but loading, failed or empty", () => {
  assert.equal(screenOf(ended(LOADING, loaded({ total: 3 }), null, NOW)), "loading", "its rows are to come");
  assert.equal(screenOf(ended(LOADING, null, problem("unreachable"), NOW)), "failed");
  assert.equal(screenOf(begun(ended(LOADING, null, problem("unreachable"), NOW))), "loading");
  assert.equal(screenOf(shown(LOADING, 0)), "empty");
  assert.equal(screenOf(begun(shown(LOADING, 0))), "empty", "while it is looked at again, too");
});

test("rows stay through a refresh and its failure, with their age and what is wrong", () => {
  const refreshing = begun(shown(LOADING, 3));
  assert.deepEqual([screenOf(refreshing), statusOf(refreshing).loading], ["rows", true]);
  const failed = ended(refreshing, null, problem("unreachable"), NOW + 5_000);
  assert.equal(screenOf(failed), "rows");
  assert.deepEqual(troubleOf(failed), { problem: problem("unreachable"), whole: true, loadedAt: NOW });
  assert.deepEqual(troubleOf(begun(failed)), troubleOf(failed), "until another load has ended");
  assert.equal(troubleOf(ended(begun(failed), loaded({ total: 3 }), null, NOW + 9_000)), null);
});

test("a list that broke off is incomplete, and has no age", () => {
  const part = ended(
    withRows(streaming(LOADING, 2), window(2), ALL),
    loaded({ total: 2, problem: problem("timed_out") }),
    problem("timed_out"),
    NOW,
  );
  assert.deepEqual(
    [screenOf(part), statusOf(part).incomplete, statusOf(part).loadedAt],
    ["rows", true, null],
  );
});

test("nothing matches only where something narrows the list, and by the rows of that view", () => {
  const view = { ...ALL, filter: "zebra" };
  const list = withRows(shown(LOADING, 3), window(3, view), view);
  assert.deepEqual([screenOf(list), statusOf(list).matched], ["no match", 0]);
  assert.equal(statusOf(withRows(list, window(3), ALL)).matched, null);
});

test("a list that comes with its connection is there at once, and nothing else is asked", async () => {
  const all = [row("edge-agent-eu"), row("ci-deploy")];
  const rows = listOf(all)({ view: ALL, from: 0, count: 60 });
  const opened = connection({ list: { loaded: loaded({ total: 2 }), rows } });
  const { page, callsTo } = await openPage({ restore: () => opened });
  await settled();
  page.getByText("edge-agent-eu");
  page.getByText("2 tokens · updated just now");
  assert.equal(callsTo("open_last").length, 1);
  assert.equal(callsTo("load_tokens").length, 0);
  assert.equal(callsTo("rows").length, 0);
  assert.equal(page.queryByText(/Connecting to/), null);
});

test("a list that could not be loaded with its connection says why", async () => {
  const failure = problem("server_error");
  const rows = listOf([])({ view: ALL, from: 0, count: 60 });
  const opened = connection({ list: { loaded: loaded({ total: 0, problem: failure }), rows } });
  const { page } = await openPage({ restore: () => opened });
  await settled();
  page.getByRole("button", { name: "Try again" });
  page.getByText("Couldn’t load", { selector: "footer *" });
});

test("a first load that fails shows why and stays so, also when rows come after it", async () => {
  const { page } = await openPage({
    load_tokens: () => loaded({ generation: 3, total: 0, problem: problem("permission_denied") }),
    rows: (ask) => ({ ...listOf([])(ask), generation: 3 }),
  });
  await settled();
  page.getByRole("button", { name: "Choose another project" });
  assert.equal(page.getByRole("main").getAttribute("aria-busy"), "false");
  fireEvent.input(page.getByRole("searchbox"), { target: { value: "edge" } });
  await settled();
  page.getByRole("button", { name: "Choose another project" });
});

test("a load that ends before its first rows could be read has failed", () => {
  const list = ended(streaming(LOADING, 5), null, problem("internal"), NOW);
  assert.equal(screenOf(list), "failed");
});
