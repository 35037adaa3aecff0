/** The tokens screen: each state in its own words, what a person reads in a row, and the keyboard. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { NO_FACETS } from "../src/list/facets.js";
import { closePage, openPage } from "./support/page.js";
import { press, settled, shortcut, type } from "./support/person.js";
import {
  connection,
  Later,
  listOf,
  loaded,
  PROJECT,
  problem,
  row,
  startup,
  withTokens,
} from "./support/rust.js";

afterEach(closePage);

/** @param {import("./support/rust.js").Commands} [commands] */
async function openTokens(commands) {
  const opened = await openPage(commands);
  await settled();
  return opened;
}

const nothing = { ...withTokens([]) };
const failing = (/** @type {import("../types/ipc").ErrorCode} */ code) => ({
  ...nothing,
  load_tokens: () => Promise.reject(problem(code, "a detail")),
});

test("D3: no list of permissions reads Full access, and the tooltip tells it from the four by name", async () => {
  const { page } = await openTokens(
    withTokens([
      row("none", { kind: "full", named: false, others: [] }),
      row("named", { kind: "full", named: true, others: [] }),
    ]),
  );
  const cell = (/** @type {string} */ name) =>
    page.getByText(name).closest("[role=row]")?.querySelector(".permissions") ?? assert.fail();
  assert.match(cell("none").textContent ?? "", /Full access/);
  assert.match(cell("named").textContent ?? "", /Full access/);
  assert.match(cell("none").getAttribute("title") ?? "", /lists no permissions.*any added later/);
  assert.match(cell("named").getAttribute("title") ?? "", /Permissions listed individually/);
});

test("D2: known permissions are short, unknown ones exactly as the server wrote them, unreadable ones say so", async () => {
  const { page } = await openTokens(
    withTokens([
      row("some", { kind: "some", permissions: ["future:x", "update:*", "read:*"] }),
      row("odd", { kind: "unreadable" }),
    ]),
  );
  const pills = [...(page.getByText("some").closest("[role=row]")?.querySelectorAll(".pill") ?? [])];
  assert.deepEqual(
    pills.map((pill) => pill.textContent),
    ["read", "update", "future:x"],
  );
  page.getByText("unreadable");
});

test("D6: names are letters, never markup, and are whole in the tooltip", async () => {
  const evil = `<img src=x onerror="boom()">{{7*7}}`;
  const long = "x".repeat(10_000);
  const { page } = await openTokens({
    ...withTokens([row(evil), row(long), row("\u202Eabc")]),
    restore: () => connection({ projects: [{ ...PROJECT, name: "<b>Acme</b>" }] }),
  });
  const name = page.getByText(evil);
  assert.equal(name.tagName, "BDI");
  assert.equal(page.getByText(long).title, long);
  assert.equal(document.querySelectorAll("img, b > *").length, 0);
  page.getByRole("button", { name: /<b>Acme<\/b>/ });
  fireEvent.click(page.getByRole("button", { name: `Copy token ${evil}`, hidden: true }));
  await settled();
  assert.equal(document.querySelectorAll("img").length, 0);
});

test("D5: a missing tail and a missing date are reported, not left blank", async () => {
  const { page } = await openTokens(withTokens([{ ...row("a"), suffix: null, createdAt: null }]));
  page.getByText("hidden by the server");
  page.getByText("unknown date");
});

test("first loading is busy and says so, then counts what has arrived", async () => {
  const answer = new Later();
  /** @type {any} */
  let channel;
  const tokens = [row("edge-agent-eu")];
  const { page, callsTo } = await openTokens({
    load_tokens({ onProgress }) {
      channel = onProgress;
      return answer.promise;
    },
    rows: listOf(tokens),
  });
  assert.equal(page.getByRole("main").getAttribute("aria-busy"), "true");
  page.getByText("Loading tokens…", { selector: "footer *" });
  channel.onmessage({ generation: 1, total: 12_000 });
  await settled();
  assert.equal(page.getByRole("main").getAttribute("aria-busy"), "false");
  page.getByText("edge-agent-eu");
  page.getByText("Loading… 12,000 tokens so far");
  fireEvent.click(page.getByRole("button", { name: "Stop loading" }));
  assert.equal(callsTo("cancel_load").length, 1);
  answer.resolve(loaded({ generation: 1, total: 1, problem: problem("cancelled") }));
  await settled();
  page.getByText("This list is incomplete.");
  page.getByText("1 token · incomplete");
});

test("an empty project invites to make the first token", async () => {
  const { page } = await openTokens(nothing);
  page.getByRole("heading", { name: "No tokens yet" });
  assert.equal(within(page.getByRole("main")).getAllByRole("button", { name: "New token" }).length, 1);
});

test("nothing matching is reported with the words that were typed, and can be cleared", async () => {
  const { page } = await openTokens();
  const filter = /** @type {HTMLInputElement} */ (page.getByRole("searchbox", { name: "Filter tokens" }));
  type(filter, "<zzz>");
  await settled();
  page.getByRole("heading", { name: /^Nothing matches “\s*<zzz>\s*”$/ });
  page.getByText(/^0 of 2 tokens/, { selector: "footer *" });
  fireEvent.click(page.getByRole("button", { name: "Clear filter" }));
  await settled();
  assert.equal(filter.value, "");
  page.getByText("edge-agent-eu");
});

test("a value that somebody looks for is not shown, only its end", async () => {
  const value = "eyJUb2tlbklEIjoiMTExMTExMTEtMTExMS00MTExIn0.c2lnbmF0dXJlLWluLWEtdGVzdAx0E61U";
  const { page } = await openPage();
  await settled();
  fireEvent.input(page.getByRole("searchbox"), { target: { value } });
  await settled();
  page.getByRole("heading", { name: "No token ends in x0E61U" });
  assert.doesNotMatch(document.body.textContent ?? "", /eyJ/);
});

test("a failed load says what to do, and Try again loads again", async () => {
  const { page, callsTo } = await openTokens(failing("unreachable"));
  page.getByRole("heading", { name: "The server can’t be reached." });
  page.getByText("a detail");
  fireEvent.click(page.getByRole("button", { name: "Try again" }));
  await settled();
  assert.equal(callsTo("load_tokens").length, 2);
});

test("a project one may not see offers another", async () => {
  const { page } = await openTokens(failing("permission_denied"));
  page.getByRole("heading", { name: "You’re not a member of this project, or it doesn’t exist." });
  fireEvent.click(page.getByRole("button", { name: "Choose another project" }));
  page.getByRole("heading", { name: "Choose a project" });
});

test("N1: offline keeps the list, with its age, the cause and the next step", async () => {
  let reachable = true;
  const { page } = await openTokens({
    load_tokens: () => loaded({ whole: true, problem: reachable ? null : problem("unreachable") }),
  });
  reachable = false;
  shortcut("r");
  await settled();
  page.getByText("The server can’t be reached.", { selector: ".list-notice *" });
  page.getByText(/Check the connection/, { selector: ".list-notice *" });
  page.getByText(/Showing the list from a moment ago\./, { selector: ".list-notice *" });
  page.getByText("edge-agent-eu");
  reachable = true;
  fireEvent.click(page.getByRole("button", { name: "Try again" }));
  await settled();
  assert.equal(page.queryByText(/Showing the list/, { selector: ".list-notice *" }), null);
});

test("D7: a list that broke off is called incomplete, with Try again", async () => {
  const { page } = await openTokens({
    load_tokens({ onProgress }) {
      onProgress.onmessage({ generation: 1, total: 2 });
      return loaded({ generation: 1, total: 2, problem: problem("server_error") });
    },
  });
  page.getByText("This list is incomplete.");
  page.getByText("2 tokens · incomplete");
  page.getByRole("button", { name: "Try again" });
});

test("N8: ten refresh clicks make one request", async () => {
  const { page, callsTo, commands } = await openTokens();
  const answer = new Later();
  commands.load_tokens = () => answer.promise;
  for (let press = 0; press < 10; press += 1) {
    shortcut("r");
    fireEvent.keyDown(document.body, { key: "F5" });
    fireEvent.click(page.getByRole("button", { name: "Refresh" }));
  }
  await settled();
  assert.equal(callsTo("load_tokens").length, 2, "the first load and one refresh");
  answer.resolve(loaded({ generation: 2, total: 2, problem: null }));
});

test("sorting is by the headers and is said by them", async () => {
  const { page, callsTo } = await openTokens();
  const sort = (/** @type {string} */ name) =>
    page.getByRole("columnheader", { name }).getAttribute("aria-sort");
  assert.deepEqual(callsTo("rows")[0]?.args.view, {
    filter: "",
    facets: NO_FACETS,
    sort: "created",
    descending: true,
  });
  assert.equal(sort("Created"), "descending");
  fireEvent.click(page.getByRole("button", { name: "Name" }));
  await settled();
  assert.equal(sort("Name"), "ascending");
  assert.equal(sort("Created"), "none");
  fireEvent.click(page.getByRole("button", { name: "Name" }));
  await settled();
  assert.deepEqual(callsTo("rows").at(-1)?.args.view, {
    filter: "",
    facets: NO_FACETS,
    sort: "name",
    descending: true,
  });
});

test("M7: copying says Copied only once the clipboard holds it, and says why when it does not", async () => {
  const answer = new Later();
  const { page, callsTo, commands } = await openTokens({ copy_token: () => answer.promise });
  const copy = page.getByRole("button", { name: "Copy token edge-agent-eu" });
  fireEvent.click(copy);
  fireEvent.click(copy);
  await settled();
  assert.equal(callsTo("copy_token").length, 1);
  assert.doesNotMatch(page.getByRole("status").textContent ?? "", /Copied/);
  answer.resolve({ clearsAfterSeconds: 30 });
  await settled();
  assert.match(
    page.getByRole("status").textContent ?? "",
    /Copied “edge-agent-eu”\. The clipboard will be cleared in 30 s\./,
  );
  commands.copy_token = () => Promise.reject(problem("clipboard_unavailable"));
  fireEvent.click(copy);
  await settled();
  assert.match(
    page.getByRole("alert").textContent ?? "",
    /Couldn’t copy\. The clipboard can’t be used right now\./,
  );
});

test("P4: the whole table works by keyboard", async () => {
  const { page, callsTo } = await openTokens(withTokens(["a", "b", "c"].map((name) => row(name))));
  fireEvent.keyDown(page.getByRole("searchbox"), { key: "ArrowDown" });
  const chosen = () => page.getByRole("row", { current: true });
  const press = (/** @type {string} */ key) =>
    fireEvent.keyDown(document.activeElement ?? document.body, { key });
  assert.equal(document.activeElement, chosen());
  press("ArrowDown");
  assert.match(chosen().textContent ?? "", /^b/);
  assert.equal(document.activeElement, chosen());
  press("End");
  assert.match(chosen().textContent ?? "", /^c/);
  press("ArrowDown");
  assert.match(chosen().textContent ?? "", /^c/);
  press("Home");
  assert.match(chosen().textContent ?? "", /^a/);
  shortcut("c");
  assert.deepEqual(callsTo("copy_token")[0]?.args, { connection: "c1", id: "id of a" });
});

test("shortcuts open the dialog and find the filter, and Esc clears it", async () => {
  const { page } = await openTokens();
  const filter = /** @type {HTMLInputElement} */ (page.getByRole("searchbox"));
  fireEvent.keyDown(document.body, { key: "/" });
  assert.equal(document.activeElement, filter);
  type(filter, "ci");
  await settled();
  page.getByText(/^1 of 2 tokens/, { selector: "footer *" });
  fireEvent.keyDown(filter, { key: "Escape" });
  await settled();
  assert.equal(filter.value, "");
  shortcut("n");
  shortcut("n");
  assert.equal(page.getAllByRole("dialog").length, 1);
});

test("whoever has chosen nothing yet comes into the table with an arrow", async () => {
  const { page } = await openPage();
  await settled();
  press("ArrowDown");
  assert.equal(document.activeElement, page.getAllByRole("row")[1]);
  press("ArrowDown");
  assert.equal(document.activeElement, page.getAllByRole("row")[2]);
});

test("Esc clears the filter from anywhere in the list", async () => {
  const { page } = await openPage();
  await settled();
  const filter = /** @type {HTMLInputElement} */ (page.getByRole("searchbox"));
  type(filter, "ci");
  await settled();
  page.getByRole("button", { name: "Refresh" }).focus();
  press("Escape");
  await settled();
  assert.equal(filter.value, "");
  page.getByText("edge-agent-eu");
});

test("a double click edits, but not one on a button", async () => {
  const { page } = await openPage();
  await settled();
  fireEvent.dblClick(page.getByRole("button", { name: "Copy token edge-agent-eu" }));
  assert.equal(page.queryByRole("dialog"), null);
  fireEvent.dblClick(page.getByText("edge-agent-eu"));
  page.getByRole("dialog", { name: "Edit token" });
});

test("the order stays when another project is opened", async () => {
  const other = { ...PROJECT, id: "p2", name: "Acme / staging" };
  const { page, callsTo } = await openPage({ list_projects: () => [PROJECT, other] });
  await settled();
  fireEvent.click(page.getByRole("button", { name: "Name" }));
  fireEvent.click(page.getByRole("button", { name: /Project Acme/ }));
  await settled();
  fireEvent.click(page.getByRole("button", { name: /staging/ }));
  await settled();
  const view = callsTo("rows").at(-1)?.args.view;
  assert.deepEqual([view?.sort, view?.descending], ["name", false]);
});

test("C50: the order that was saved is the first, and another is saved", async () => {
  const { page, callsTo } = await openPage({
    start: () => startup({ order: { sort: "name", descending: true } }),
  });
  await settled();
  const first = callsTo("rows").at(-1)?.args.view;
  assert.deepEqual([first?.sort, first?.descending], ["name", true]);
  fireEvent.click(page.getByRole("button", { name: "Created" }));
  await settled();
  assert.deepEqual(callsTo("set_order").at(-1)?.args.order, { sort: "created", descending: true });
});

test("Ctrl+C with nothing chosen leaves the clipboard alone, and the web view's own menu is for fields", async () => {
  const { page } = await openPage();
  await settled();
  const body = document.body;
  const goesOn = (/** @type {Element} */ at) => fireEvent.keyDown(at, { key: "c", ctrlKey: true });
  assert.equal(goesOn(body), false);
  assert.equal(goesOn(page.getByRole("searchbox")), true);
  assert.equal(fireEvent.contextMenu(body), false);
  assert.equal(fireEvent.contextMenu(page.getByRole("searchbox")), true);
});

test("the status bar leaves out what is not known", async () => {
  const { page } = await openTokens({
    restore: () => connection({ account: { email: null, expiresAt: null } }),
  });
  page.getByText("Bearer token in keyring");
  assert.doesNotMatch(document.body.textContent ?? "", /Signed in|left/);
});
