/** Finding tokens in files: what is chosen, how far it is, what was found, and what is done with it. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { closePage, openPage } from "./support/page.js";
import { alertIn, pressEsc, settled } from "./support/person.js";
import { connection, foundIn, Later, listOf, PROJECT, problem, row, withTokens } from "./support/rust.js";

/** @import { FilePlace, FileSearch, Row, TokenInFiles } from "../types/ipc" */

afterEach(closePage);

const ONE = row("edge-agent-eu");
const OTHER = row("ci-reader");

/** @param {number} line @param {Partial<FilePlace>} [change] @returns {FilePlace} */
const place = (line, change = {}) => ({ file: "deploy/.env", line, base64: false, ...change });

/** @param {Row | null} row @param {Partial<TokenInFiles>} [change] @returns {TokenInFiles} */
const token = (row, change = {}) => ({
  id: row?.id ?? "t9",
  project: PROJECT.id,
  row,
  elsewhere: false,
  places: [place(3)],
  more: 0,
  ...change,
});

/** @param {TokenInFiles[]} tokens @param {Partial<FileSearch>} [change] @returns {FileSearch} */
const search = (tokens, change = {}) => ({
  ...{ folder: "acme", end: "complete", files: 1234, bytes: 56_000_000 },
  ...{ unreadable: 0, cut: 0, tooDeep: 0, links: 0, more: 0 },
  tokens,
  ...change,
});

/** @param {import("./support/rust.js").Commands} commands */
async function openFind(commands) {
  const opened = await openPage({ ...withTokens([ONE, OTHER]), ...commands });
  await settled();
  fireEvent.click(opened.page.getByRole("button", { name: "Find in files…" }));
  return { ...opened, ...inDialog(opened.page) };
}

/** @param {any} page */
function inDialog(page) {
  const element = page.getByRole("dialog", { name: "Find tokens in files" });
  const dialog = within(element);
  const press = async (/** @type {string | RegExp} */ name) => {
    fireEvent.click(dialog.getByRole("button", { name }));
    await settled();
  };
  return { dialog, element, press };
}

/** @param {FileSearch | Promise<FileSearch>} found @param {import("./support/rust.js").Commands} [commands] */
async function searched(found, commands = {}) {
  const opened = await openFind({ search_files: () => found, ...commands });
  await opened.press("Choose a folder…");
  return opened;
}

test("nothing is read before something is chosen, and the page names no path", async () => {
  const { dialog, press, callsTo } = await openFind({});
  dialog.getByText(/Nothing leaves this computer, and no token’s value is shown\./);
  assert.equal(callsTo("search_files").length, 0);
  await press("Choose files…");
  await press("Choose a folder…");
  const asked = callsTo("search_files").map(({ args: { onProgress, ...args } }) => args);
  assert.deepEqual(asked, [
    { connection: "c1", what: "files" },
    { connection: "c1", what: "folder" },
  ]);
  assert.equal(dialog.queryByText(/No tokens found/), null, "nothing was chosen");
});

test("each token has its name, its permissions and its places, and those of nobody say so", async () => {
  const base64 = place(12, { file: "k8s/secrets.yaml", base64: true });
  const { dialog, element } = await searched(
    search([
      token(ONE, { places: [place(3), base64], more: 2 }),
      token(null, { id: "t9" }),
      token(null, { id: "t10", project: "p2", elsewhere: true }),
      token(null, { id: "t11", project: "p9", elsewhere: true }),
    ]),
    {
      restore: () => connection({ projects: [PROJECT, { ...PROJECT, id: "p2", name: "Staging" }] }),
    },
  );
  dialog.getByRole("heading", { name: "Found 4 tokens" });
  assert.match(element.textContent ?? "", /Read 1,234 files in acme, 56 MB\./);
  const [one, gone, staging, nobody] = element.querySelectorAll(".in-files > li");
  assert.match(one?.textContent ?? "", /^edge-agent-euread/);
  const places = [...(one?.querySelectorAll(".places > li") ?? [])].map(({ textContent }) => textContent);
  assert.deepEqual(places, ["deploy/.env, line 3", "k8s/secrets.yaml, line 12Base64", "and 2 more places"]);
  assert.match(
    gone?.textContent ?? "",
    /t9Not in the list: it was revoked, was created after the list was loaded, or isn’t a real token\./,
  );
  assert.match(staging?.textContent ?? "", /t10It belongs to another of your projects: Staging\./);
  assert.match(nobody?.textContent ?? "", /t11It doesn’t belong to any project on this connection\./);
  assert.equal(dialog.getAllByRole("button", { name: /^Revoke/ }).length, 1);
  assert.equal(document.activeElement?.textContent, "Found 4 tokens");
});

test("a path cannot pass for another one", async () => {
  const { element } = await searched(
    search([token(ONE, { places: [place(1, { file: "a\u202eb\n.env" })] })]),
  );
  const path = element.querySelector(".places .user-text");
  assert.equal(path?.textContent, "aU+202EbU+000A.env");
});

test("progress is shown while files are read, and Stop keeps what was found", async () => {
  /** @type {any} */
  let channel;
  /** @type {Later<FileSearch>} */
  const answer = new Later();
  const { dialog, press, callsTo, page } = await openFind({
    search_files: ({ onProgress }) => {
      channel = onProgress;
      return answer.promise;
    },
  });
  await press("Choose a folder…");
  dialog.getByRole("button", { name: "Choosing…" });
  assert.equal(dialog.queryByRole("button", { name: "Stop reading files" }), null);
  channel.onmessage({ files: 0, bytes: 0, tokens: 0 });
  dialog.getByText("0 files, 0 kB");
  assert.equal(document.activeElement?.textContent, "Stop");
  channel.onmessage({ files: 1234, bytes: 56_000_000, tokens: 1 });
  dialog.getByText("1,234 files, 56 MB · 1 token");
  await press("Stop reading files");
  assert.deepEqual(callsTo("cancel_search")[0]?.args, { connection: "c1" });
  answer.resolve(search([token(ONE)], { end: "stopped" }));
  await settled();
  dialog.getByRole("heading", { name: "Found 1 token" });
  dialog.getByText("You stopped the search early, so there may be more.");
  channel.onmessage({ files: 1235, bytes: 57_000_000, tokens: 1 });
  assert.equal(dialog.queryByText(/1,235/), null, "progress that comes late");
  assert.match(page.getByRole("status").textContent ?? "", /Found 1 token Read 1,234 files/);
});

test("what was not read is said, and how many places are not listed", async () => {
  for (const [change, text] of /** @type {[Partial<FileSearch>, string][]} */ ([
    [
      { end: "too_many_files", files: 100_000 },
      "The search stopped after 100,000 files, so there may be more.",
    ],
    [{ end: "too_much", bytes: 2_500_000_000 }, "The search stopped after 2.5 GB, so there may be more."],
    [{ end: "too_long" }, "The search reached its time limit, so there may be more."],
    [{ unreadable: 2 }, "2 files or folders couldn’t be read."],
    [{ cut: 1 }, "Only the beginning of 1 very large file was read."],
    [{ tooDeep: 1 }, "1 folder was nested too deeply and wasn’t read."],
    [{ links: 2 }, "2 links weren’t followed."],
    [{ more: 7 }, "7 more places, of other tokens, aren’t listed."],
  ])) {
    const { element } = await searched(search([], { folder: null, ...change }));
    const notes = [...element.querySelectorAll(".search-notes > li")].map(({ textContent }) => textContent);
    assert.deepEqual(notes, [text]);
    await closePage();
  }
  const { dialog, element } = await searched(search([]));
  dialog.getByRole("heading", { name: "No tokens found" });
  assert.equal(element.querySelector(".search-notes")?.hidden, true);
});

test("what cannot be read is an error, and what was found before stays", async () => {
  let answer = () => /** @type {unknown} */ (search([token(ONE)]));
  const { dialog, press } = await openFind({ search_files: () => answer() });
  await press("Choose a folder…");
  answer = () => Promise.reject(problem("files_not_read", "permission denied"));
  await press("Choose files…");
  assert.match(alertIn(dialog)?.textContent ?? "", /Nothing could be read\..*permission denied/);
  dialog.getByRole("heading", { name: "Found 1 token" });
});

test("a search that is left is stopped, and tells nobody how it ends", async () => {
  /** @type {Later<FileSearch>} */
  const answer = new Later();
  const { page, callsTo } = await searched(answer.promise);
  pressEsc();
  assert.equal(callsTo("cancel_search").length, 1);
  answer.resolve(search([token(ONE)]));
  await settled();
  assert.equal(page.queryByText(/Found 1 token/), null);
  assert.equal(document.activeElement?.textContent, "Find in files…");
  await closePage();
  const idle = await openFind({});
  pressEsc();
  assert.equal(idle.callsTo("cancel_search").length, 0);
});

test("a token is revoked from where it was found, and the results stay true", async () => {
  let rows = [ONE, OTHER];
  const { page, dialog, element, press, callsTo } = await searched(search([token(ONE), token(OTHER)]), {
    rows: (ask) => listOf(rows)(ask),
    find_rows: (ask) => foundIn(rows)(ask),
    delete_token: () => {
      rows = [OTHER];
      return null;
    },
  });
  await press("Revoke edge-agent-eu…");
  const revoke = within(page.getByRole("dialog", { name: "Revoke this token?" }));
  fireEvent.click(revoke.getByRole("button", { name: "Cancel" }));
  assert.equal(document.activeElement?.getAttribute("aria-label"), "Revoke edge-agent-eu…");
  await press("Revoke edge-agent-eu…");
  fireEvent.click(page.getByRole("button", { name: "Revoke" }));
  await settled();
  assert.equal(callsTo("delete_token")[0]?.args.id, ONE.id);
  assert.match(element.querySelector(".in-files > li")?.textContent ?? "", /Not in the list: it was revoked/);
  assert.equal(dialog.queryByRole("button", { name: "Revoke edge-agent-eu…" }), null);
  dialog.getByRole("button", { name: "Revoke ci-reader…" });
  assert.ok(element.contains(document.activeElement), "the focus stays in the dialog");
});

test("from a token’s menu its own places come first, or that it was not found", async () => {
  const opened = await openPage({
    ...withTokens([ONE, OTHER]),
    search_files: () => search([token(ONE), token(OTHER)]),
  });
  await settled();
  const openFor = (/** @type {string} */ name) => {
    fireEvent.click(opened.page.getByRole("button", { name: `More actions for ${name}` }));
    fireEvent.click(opened.page.getByRole("menuitem", { name: "Find in files…" }));
    return inDialog(opened.page);
  };
  const { element, press } = openFor("ci-reader");
  assert.match(element.textContent ?? "", /Looks for ci-reader and other project tokens/);
  await press("Choose a folder…");
  const names = [...element.querySelectorAll(".in-files-name")].map(({ textContent }) => textContent);
  assert.deepEqual(names, ["ci-readerread", "edge-agent-euread"]);
  pressEsc();
  opened.commands.search_files = () => search([token(ONE)]);
  const again = openFor("ci-reader");
  await again.press("Choose a folder…");
  again.dialog.getByText(
    (_, node) => node?.tagName === "LI" && node.textContent === "ci-reader wasn’t found.",
  );
  pressEsc();
  // It may be among those that aren’t listed.
  opened.commands.search_files = () => search([token(ONE)], { more: 7 });
  const more = openFor("ci-reader");
  await more.press("Choose a folder…");
  assert.doesNotMatch(more.element.textContent ?? "", /wasn’t found/);
});

test("without tokens there is nothing to find", async () => {
  const { page } = await openPage(withTokens([]));
  await settled();
  assert.equal(page.queryByRole("button", { name: "Find in files…" }), null);
});
