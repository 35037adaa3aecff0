/** Several tokens at once: which are selected, and revoking them one after the other. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { hasFacets } from "../src/list/facets.js";
import { closePage, openPage } from "./support/page.js";
import { alertIn, press, pressEsc, settled, type } from "./support/person.js";
/** @import { Row } from "../types/ipc" */
import { foundIn, Later, listOf, loaded, NONE_OLD, problem, row } from "./support/rust.js";

afterEach(closePage);

/**
 * A list that loses what is revoked.
 * @param {string} names a letter each
 * @param {import("./support/rust.js").Commands} [commands]
 */
async function openList(names, commands = {}) {
  let tokens = [...names].map((name) => row(name));
  let generation = 1;
  const opened = await openPage({
    load_tokens() {
      generation += 1;
      return loaded({ generation, total: tokens.length });
    },
    find_rows: (ask) => foundIn(tokens)(ask),
    rows({ view, from, count }) {
      const matching = tokens.filter(({ name }) => name.includes(view.filter));
      return {
        generation,
        matched: matching.length,
        counts: { all: tokens.length, fullAccess: 0, canDelete: 0, olderThan: NONE_OLD },
        from,
        rows: matching.slice(from, from + count),
      };
    },
    ...commands,
    /** @param {any} args */
    async delete_token(args) {
      await commands.delete_token?.(args);
      tokens = tokens.filter(({ id }) => id !== args.id);
      return null;
    },
  });
  await settled();
  const { page } = opened;
  return {
    ...opened,
    /** What somebody else does. @param {(before: Row[]) => Row[]} change */
    elsewhere(change) {
      tokens = change(tokens);
    },
    select: (/** @type {string} */ name, shiftKey = false) =>
      fireEvent.click(page.getByRole("checkbox", { name: `Select ${name}` }), { shiftKey }),
    selected: () =>
      page
        .getAllByRole("checkbox", { name: /^Select .$/ })
        .filter((box) => /** @type {HTMLInputElement} */ (box).checked)
        .map((box) => box.getAttribute("aria-label")?.slice(-1))
        .join(""),
    deleted: () => opened.callsTo("delete_token").map(({ args }) => args.id.slice(-1)),
    async openDialog() {
      fireEvent.click(page.getByRole("button", { name: "Revoke…" }));
      await settled();
      return within(page.getByRole("dialog"));
    },
  };
}

/** The tokens that a dialog names. @param {import("@testing-library/dom").BoundFunctions<typeof import("@testing-library/dom").queries>} dialog */
const named = (dialog) => within(dialog.getByRole("list", { name: "Tokens" })).getAllByRole("listitem");

test("rows are selected by click, with Shift all between, with Space, and all by one key or box", async () => {
  const { page, select, selected } = await openList("abcdef");
  assert.equal(page.queryByText(/selected/), null);
  select("b");
  assert.equal(selected(), "b");
  page.getByText("1 selected", { selector: ".tally" });
  select("e", true);
  await settled();
  assert.equal(selected(), "bcde");
  select("c");
  assert.equal(selected(), "bde");
  page.getByText("3 selected", { selector: ".tally" });
  assert.match(page.getByRole("status").textContent ?? "", /3 selected/);

  const all = /** @type {HTMLInputElement} */ (page.getByRole("checkbox", { name: "Select all" }));
  assert.deepEqual([all.checked, all.indeterminate], [false, true]);
  press("Escape");
  assert.equal(selected(), "");
  assert.deepEqual([all.checked, all.indeterminate], [false, false]);

  fireEvent.click(page.getByText("d"));
  press(" ");
  assert.equal(selected(), "d");
  press("ArrowDown");
  press("ArrowDown");
  press(" ", { shiftKey: true });
  await settled();
  assert.equal(selected(), "def");
  press("Escape");
  press("a", { ctrlKey: true });
  await settled();
  assert.equal(selected(), "abcdef");
  assert.deepEqual([all.checked, all.indeterminate], [true, false]);
  fireEvent.click(all);
  await settled();
  assert.equal(selected(), "");
  // In part it means the rest.
  select("b");
  fireEvent.click(all);
  await settled();
  assert.equal(selected(), "abcdef");
});

test("what is selected stays so while others are looked for, and only what is shown is selected by all", async () => {
  const { page, select, selected } = await openList("abcd");
  const all = /** @type {HTMLInputElement} */ (page.getByRole("checkbox", { name: "Select all" }));
  select("a");
  type(page.getByRole("searchbox"), "c");
  await settled();
  assert.equal(selected(), "");
  page.getByText("1 selected, 1 hidden by the filter", { selector: ".tally" });
  assert.deepEqual([all.checked, all.indeterminate], [false, true], "none of what is shown is selected");
  fireEvent.click(all);
  await settled();
  // In the filter, Esc is about the filter.
  page.getByRole("searchbox").focus();
  press("Escape");
  await settled();
  assert.equal(selected(), "ac");
  fireEvent.click(page.getByRole("button", { name: "Clear selection" }));
  type(page.getByRole("searchbox"), "b");
  await settled();
  fireEvent.click(page.getByRole("checkbox", { name: "Select all" }));
  await settled();
  type(page.getByRole("searchbox"), "");
  await settled();
  assert.equal(selected(), "b");
});

test("a range starts at the token selected last, or at the current one, wherever that is by now", async () => {
  const { page, select, selected, elsewhere } = await openList("abcdef");
  select("b");
  select("b");
  press("Escape");
  fireEvent.click(page.getByText("d"));
  fireEvent.click(page.getByText("e"));
  assert.equal(selected(), "");
  // As a pointer does it: the press moves the focus first.
  const last = page.getByText("f");
  fireEvent(last, new Event("pointerdown", { bubbles: true }));
  /** @type {HTMLElement | null} */ (last.closest("[role=row]"))?.focus();
  fireEvent.click(last, { shiftKey: true });
  await settled();
  assert.equal(selected(), "ef", "from the current row, if none is selected");
  select("e");
  assert.equal(selected(), "f");
  select("f");
  select("f");

  elsewhere((before) => before.filter(({ name }) => name !== "a"));
  select("b", true);
  await settled();
  assert.equal(selected(), "f");
  assert.match(page.getByRole("alert").textContent ?? "", /The list has changed\./);

  // What the table knows of is no matter.
  fireEvent.click(page.getByRole("button", { name: "More actions for c" }));
  fireEvent.click(page.getByRole("menuitem", { name: /Revoke/ }));
  fireEvent.click(page.getByRole("button", { name: "Revoke" }));
  await settled();
  select("d", true);
  await settled();
  assert.equal(selected(), "def");
});

test("no more than can be had at once are selected in one go, and that is reported", async () => {
  const { page } = await openList(
    String.fromCharCode(...Array.from({ length: 501 }, (_, at) => 0x4e00 + at)),
  );
  fireEvent.click(page.getByRole("checkbox", { name: "Select all" }));
  await settled();
  page.getByText("500 selected", { selector: ".tally" });
  assert.match(page.getByRole("alert").textContent ?? "", /Only the first 500 were selected/);
});

test("what is gone from the server is no longer selected, and what has another name is revoked by that", async () => {
  const { page, select, selected, elsewhere, openDialog } = await openList("abc");
  select("a");
  select("b");
  elsewhere((before) => before.slice(1).map((one) => (one.name === "b" ? { ...one, name: "z" } : one)));
  fireEvent.click(page.getByRole("button", { name: /Refresh/ }));
  await settled();
  assert.equal(selected(), "z");
  page.getByText("1 selected", { selector: ".tally" });
  const dialog = await openDialog();
  dialog.getByText("z");
});

test("what was edited is asked about as it is now", async () => {
  const { page, select, elsewhere, openDialog } = await openList("ab", {
    update_token({ name }) {
      elsewhere((before) => before.map((one) => (one.name === "a" ? { ...one, name } : one)));
      return { outcome: "updated", row: row(name) };
    },
  });
  select("a");
  select("b");
  fireEvent.click(page.getByText("a"));
  press("Enter");
  type(page.getByRole("textbox", { name: "Name" }), "z");
  fireEvent.click(page.getByRole("button", { name: "Save" }));
  await settled();
  const dialog = await openDialog();
  assert.deepEqual(
    named(dialog).map((item) => item.textContent?.slice(0, 1)),
    ["z", "b"],
  );
});

test("Shift and a click anywhere on a row, or Ctrl and one, are for selecting, too", async () => {
  const { page, selected } = await openList("abcd");
  fireEvent.click(page.getByText("a"), { ctrlKey: true });
  assert.equal(selected(), "a");
  fireEvent.click(page.getByText("c"), { shiftKey: true });
  await settled();
  assert.equal(selected(), "abc");
  fireEvent.click(page.getByText("b"), { ctrlKey: true });
  fireEvent.click(page.getByText("d"));
  assert.equal(selected(), "ac");
});

test("Delete reaches what is selected from the box above the rows, and never from the filter", async () => {
  const { page } = await openList("ab");
  const all = page.getByRole("checkbox", { name: "Select all" });
  all.focus();
  fireEvent.click(all);
  await settled();
  page.getByRole("searchbox").focus();
  press("Delete");
  assert.equal(page.queryByRole("dialog"), null);
  all.focus();
  press("Delete");
  page.getByRole("heading", { name: "Revoke 2 tokens?" });
});

test("one alone is asked about as ever", async () => {
  const { page, select, deleted } = await openList("ab");
  select("b");
  fireEvent.click(page.getByRole("button", { name: "Revoke…" }));
  const dialog = within(page.getByRole("dialog", { name: "Revoke this token?" }));
  fireEvent.click(dialog.getByRole("button", { name: "Revoke" }));
  await settled();
  assert.deepEqual(deleted(), ["b"]);
  assert.equal(page.queryByText(/selected/, { selector: ".selected:not([hidden]) *" }), null);
});

test("a double click on a box edits nothing", async () => {
  const { page } = await openList("ab");
  fireEvent.dblClick(page.getByRole("checkbox", { name: "Select a" }));
  assert.equal(page.queryByRole("dialog"), null);
});

test("A5: it names all, starts on Cancel, revokes each once, and ends with a word", async () => {
  const { page, select, openDialog, deleted } = await openList("abcd");
  select("a");
  select("d");
  const dialog = await openDialog();
  dialog.getByRole("heading", { name: "Revoke 2 tokens?" });
  assert.deepEqual(
    named(dialog).map((item) => item.textContent),
    ["a…x0E61U", "d…x0E61U"],
  );
  dialog.getByText("This can’t be undone.");
  assert.equal(document.activeElement, dialog.getByRole("button", { name: "Cancel" }));
  assert.deepEqual(deleted(), []);
  fireEvent.click(dialog.getByRole("button", { name: "Revoke 2" }));
  await settled();
  assert.deepEqual(deleted(), ["a", "d"]);
  assert.equal(page.queryByRole("dialog"), null);
  assert.match(page.getByRole("status").textContent ?? "", /Revoked 2 tokens\./);
  assert.equal(page.queryByRole("button", { name: "Clear selection" }), null);
  page.getByText(/^2 tokens/);
  assert.match(document.activeElement?.textContent ?? "", /^c/, "the last has gone");
});

test("A5: what may have been revoked is reported, whatever became of a later try, and nothing is untried twice", async () => {
  /** @type {import("../types/ipc").ErrorCode[]} */
  const answers = ["change_unknown", "permission_denied", "connection_refused"];
  const { page, select, openDialog, callsTo } = await openList("abc", {
    delete_token: () => Promise.reject(problem(answers.shift() ?? "internal")),
  });
  for (const name of "abc") select(name);
  const dialog = await openDialog();
  fireEvent.click(dialog.getByRole("button", { name: "Revoke 3" }));
  await settled();
  const why = () =>
    dialog.getAllByRole("listitem").map((item) => item.querySelector(".why")?.textContent?.slice(0, 12));
  assert.deepEqual(why(), ["It may or ma", "You don’t ha", ""]);
  answers.push("connection_refused");
  fireEvent.click(dialog.getByRole("button", { name: "Try again" }));
  await settled();
  assert.deepEqual(why(), ["It may or ma", "You don’t ha", ""]);
  fireEvent.click(dialog.getByRole("button", { name: "Close" }));
  await settled();
  assert.match(page.getByRole("alert").textContent ?? "", /^1 token may have been revoked\. Reloading/);
  assert.equal(callsTo("load_tokens").length, 2);
});

test("A5: two answers in a row that are lost are enough, and one that is refused keeps nobody else", async () => {
  const { select, openDialog, deleted } = await openList("abcde", {
    delete_token({ id }) {
      if (id.endsWith("a")) throw problem("name_taken");
      if (!id.endsWith("b")) throw problem("change_unknown");
    },
  });
  for (const name of "abcde") select(name);
  const dialog = await openDialog();
  fireEvent.click(dialog.getByRole("button", { name: "Revoke 5" }));
  await settled();
  assert.deepEqual(deleted(), ["a", "b", "c", "d"]);
  dialog.getByText("Not attempted.");
});

test("A5: of those of which some fail each says why, stays ticked, and is tried again", async () => {
  let refuses = true;
  const { page, select, selected, openDialog, deleted, callsTo } = await openList("abcd", {
    copy_problem_details: () => null,
    delete_token({ id }) {
      if (refuses && id.endsWith("b")) throw problem("permission_denied");
      if (refuses && id.endsWith("c")) throw problem("change_unknown");
    },
  });
  for (const name of "abcd") select(name);
  const dialog = await openDialog();
  fireEvent.click(dialog.getByRole("button", { name: "Revoke 4" }));
  await settled();
  assert.deepEqual(deleted(), ["a", "b", "c", "d"]);
  dialog.getByRole("heading", { name: "2 of 4 not revoked" });
  assert.deepEqual(
    dialog.getAllByRole("listitem").map((item) => item.querySelector(".why")?.textContent?.slice(0, 27)),
    ["You don’t have permission t", "It may or may not have been"],
  );
  const details = dialog.getAllByRole("button", { name: "Copy details" }).map((button) => {
    fireEvent.click(button);
    return callsTo("copy_problem_details").at(-1)?.args.text;
  });
  assert.match(String(details[0]), /\(permission_denied\)/);
  assert.equal(selected(), "bc");
  refuses = false;
  fireEvent.click(dialog.getByRole("button", { name: "Try again" }));
  await settled();
  assert.deepEqual(deleted().slice(4), ["b", "c"]);
  assert.equal(page.queryByRole("dialog"), null);
  assert.match(page.getByRole("status").textContent ?? "", /Revoked 4 tokens\./);
  assert.equal(page.queryByText(/may have been revoked/), null, "by now it is known");
  assert.notEqual(document.activeElement, document.body, "the focus has somewhere to be");
});

test("A5: Stop ends it between two tokens, and the rest stays ticked", async () => {
  /** @type {Later<void>} */
  const second = new Later();
  const { page, select, selected, openDialog, deleted } = await openList("abcd", {
    delete_token: ({ id }) => (id.endsWith("b") ? second.promise : null),
  });
  for (const name of "abcd") select(name);
  const dialog = await openDialog();
  fireEvent.click(dialog.getByRole("button", { name: "Revoke 4" }));
  await settled();
  dialog.getByRole("heading", { name: "Revoking 4 tokens" });
  dialog.getByText("2 of 4…");
  pressEsc();
  dialog.getByRole("button", { name: "Stopping…" });
  second.resolve();
  await settled();
  assert.deepEqual(deleted(), ["a", "b"]);
  dialog.getByRole("heading", { name: "2 of 4 not revoked" });
  assert.equal(dialog.getAllByText("Not attempted.").length, 2);
  dialog.getByRole("button", { name: "Revoke 2" });
  fireEvent.click(dialog.getByRole("button", { name: "Close" }));
  await settled();
  assert.equal(selected(), "cd");
  assert.match(page.getByRole("status").textContent ?? "", /Revoked 2 tokens\./);
});

test("A5: whoever does not wait for the one under way hears that it may have happened", async () => {
  /** @type {Later<void>} */
  const hangs = new Later();
  const { page, select, openDialog, callsTo } = await openList("ab", { delete_token: () => hangs.promise });
  select("a");
  select("b");
  const dialog = await openDialog();
  fireEvent.click(dialog.getByRole("button", { name: "Revoke 2" }));
  await settled();
  const stop = dialog.getByRole("button", { name: "Stop" });
  fireEvent.click(stop);
  fireEvent.click(stop);
  assert.equal(callsTo("cancel_change").length, 0, "a double click is one");
  await new Promise((resolve) => setTimeout(resolve, 600));
  pressEsc();
  assert.equal(page.queryByRole("dialog"), null);
  assert.equal(callsTo("cancel_change").length, 1);
  hangs.reject(problem("cancelled"));
  await settled();
  assert.match(page.getByRole("alert").textContent ?? "", /^1 token may have been revoked\. /);
  assert.equal(callsTo("delete_token").length, 1);
  assert.equal(callsTo("load_tokens").length, 2);
});

test("A5: a bearer that is refused in the middle is asked for, and it goes on; without one, it ends there", async () => {
  let accepted = false;
  const { page, select, selected, openDialog, deleted } = await openList("abc", {
    delete_token({ id }) {
      if (id.endsWith("b") && !accepted) throw problem("unauthenticated");
    },
    reauthenticate() {
      accepted = true;
      return { storage: "keyring", account: { email: "ana@acme.example", expiresAt: null } };
    },
  });
  for (const name of "abc") select(name);
  const dialog = await openDialog();
  fireEvent.click(dialog.getByRole("button", { name: "Revoke 3" }));
  await settled();
  let sheet = within(page.getByRole("dialog", { name: /Sign in/ }));
  fireEvent.click(sheet.getByRole("button", { name: "Cancel" }));
  await settled();
  assert.deepEqual(deleted(), ["a", "b"]);
  dialog.getByRole("heading", { name: "2 of 3 not revoked" });
  assert.match(alertIn(dialog)?.textContent ?? "", /bearer/);
  assert.equal(selected(), "bc");

  fireEvent.click(dialog.getByRole("button", { name: "Try again" }));
  await settled();
  sheet = within(page.getByRole("dialog", { name: /Sign in/ }));
  fireEvent(sheet.getByLabelText(/bearer/i), new Event("paste", { bubbles: true, cancelable: true }));
  await settled();
  fireEvent.submit(/** @type {Element} */ (document.querySelector("dialog form")));
  await settled();
  assert.deepEqual(deleted(), ["a", "b", "b", "b", "c"]);
  assert.equal(page.queryByRole("dialog"), null);
});

test("A5: after Stop a refused bearer is not asked for, and nothing is sent again", async () => {
  /** @type {Later<void>} */
  const first = new Later();
  const { page, select, openDialog, deleted } = await openList("ab", { delete_token: () => first.promise });
  select("a");
  select("b");
  const dialog = await openDialog();
  fireEvent.click(dialog.getByRole("button", { name: "Revoke 2" }));
  await settled();
  pressEsc();
  first.reject(problem("unauthenticated"));
  await settled();
  assert.equal(page.queryByRole("dialog", { name: /Sign in/ }), null);
  assert.deepEqual(deleted(), ["a"]);
  dialog.getByRole("heading", { name: "2 of 2 not revoked" });
});

test("A5: what would fail for all of them is tried once", async () => {
  for (const code of /** @type {const} */ ([
    "connection_refused",
    "rate_limited",
    "proxy_refused",
    "certificate_expired",
    "not_the_api",
  ])) {
    const { select, openDialog, deleted } = await openList("abc", {
      delete_token: () => Promise.reject(problem(code)),
    });
    for (const name of "abc") select(name);
    const dialog = await openDialog();
    fireEvent.click(dialog.getByRole("button", { name: "Revoke 3" }));
    await settled();
    assert.deepEqual(deleted(), ["a"], code);
    dialog.getByRole("heading", { name: "3 of 3 not revoked" });
    assert.ok(alertIn(dialog));
  }
});

test("C78: Delete means what is selected, wherever the focus is, and the current row where nothing is", async () => {
  const { page, select } = await openList("abcd");
  const question = () => document.querySelector("dialog h1")?.textContent;
  fireEvent.click(page.getByText("d"));
  press("Delete");
  assert.equal(question(), "Revoke this token?");
  assert.equal(document.querySelector("dialog dd")?.textContent, "d");
  pressEsc();
  for (const name of "abc") select(name);
  for (const current of "da") {
    fireEvent.click(page.getByText(current));
    press("Delete");
    assert.equal(question(), "Revoke 3 tokens?", current);
    pressEsc();
  }
  fireEvent.click(page.getByRole("button", { name: "More actions for d" }));
  // The menu of a row is about that row, and the key is not the same as its entry then.
  const entry = page.getByRole("menuitem", { name: /Revoke/ });
  assert.equal(entry.querySelector("kbd"), null);
  fireEvent.click(entry);
  assert.equal(question(), "Revoke this token?");
  pressEsc();
  press("Escape");
  press("Delete");
  assert.equal(question(), "Revoke this token?");
});

test("C78: what the filter hides of what is selected is counted, and counted again before it is revoked", async () => {
  const { page, select, selected } = await openList("abcdef");
  const tally = () => document.querySelector(".tally")?.textContent;
  const filter = async (/** @type {string} */ text) => {
    type(page.getByRole("searchbox"), text);
    await settled();
  };
  const hiddenLines = () =>
    [...document.querySelectorAll("dialog .many li")]
      .filter((line) =>
        /Hidden by the filter/.test(line.querySelector(".why:not([hidden])")?.textContent ?? ""),
      )
      .map((line) => line.querySelector("bdi")?.textContent)
      .join("");
  for (const name of "abc") select(name);
  assert.equal(tally(), "3 selected");
  await filter("e");
  assert.equal(tally(), "3 selected, 3 hidden by the filter");
  fireEvent.click(page.getByText("e"));
  press("Delete");
  const dialog = within(page.getByRole("dialog", { name: "Revoke 3 tokens?" }));
  dialog.getByText("The filter hides 3 of them from the list.");
  assert.equal(hiddenLines(), "abc");
  pressEsc();
  select("e");
  assert.equal(tally(), "4 selected, 3 hidden by the filter");
  await filter("nothing");
  assert.equal(tally(), "4 selected, 4 hidden by the filter");
  await filter("b");
  assert.equal(tally(), "4 selected, 3 hidden by the filter");
  assert.equal(selected(), "b");
  select("b");
  assert.equal(tally(), "3 selected, 3 hidden by the filter");
  await filter("");
  assert.equal(tally(), "3 selected");
  fireEvent.click(page.getByRole("button", { name: "Revoke…" }));
  assert.equal(hiddenLines(), "");
  assert.equal(document.querySelector("dialog .note:not([hidden])")?.textContent?.includes("filter"), false);
  pressEsc();
  // Without a filter nothing is hidden, also before the rows have come.
  await filter("nothing");
  type(page.getByRole("searchbox"), "");
  assert.equal(tally(), "3 selected");
  fireEvent.click(page.getByRole("button", { name: "Revoke…" }));
  assert.equal(hiddenLines(), "");
  assert.equal(document.querySelector("dialog .note:not([hidden])")?.textContent?.includes("filter"), false);
});

test("C78: one alone that is hidden, and hidden by its kind", async () => {
  const { page, select } = await openList("ab", {
    rows: ({ view, from }) => {
      const rows = hasFacets(view.facets) ? [row("b")] : [row("a"), row("b")];
      return {
        ...{ generation: 5, matched: rows.length, from, rows },
        counts: { all: 2, fullAccess: 0, canDelete: 0, olderThan: { ninety_days: 1, half_year: 1, year: 1 } },
      };
    },
    find_rows: ({ ids, view }) => ({
      rows: ["a", "b"].map((name) => row(name)).filter(({ id }) => ids.includes(id)),
      hidden: hasFacets(view.facets) ? ["id of a"] : [],
    }),
  });
  select("a");
  fireEvent.click(page.getByRole("button", { name: /Older than a year/ }));
  await settled();
  page.getByText("1 selected, 1 hidden by the filter", { selector: ".tally" });
  fireEvent.click(page.getByText("b"));
  press("Delete");
  const dialog = within(page.getByRole("dialog", { name: "Revoke this token?" }));
  dialog.getByText("a");
  dialog.getByText("The filter hides this token from the list.");
});

test("C78: before it is known what the filter hides, nothing is revoked", async () => {
  const { page, select, commands } = await openList("ab");
  select("a");
  const late = new Later();
  const found = commands.find_rows ?? assert.fail();
  commands.find_rows = () => late.promise;
  type(page.getByRole("searchbox"), "b");
  fireEvent.click(page.getByRole("button", { name: "Revoke…" }));
  assert.equal(page.queryByRole("dialog"), null);
  commands.find_rows = found;
  late.resolve(found({ ids: ["id of a"], view: { filter: "b" } }));
  await settled();
  within(page.getByRole("dialog")).getByText("The filter hides this token from the list.");
});

test("C78: two presses of Delete before it is known what the filter hides ask once", async () => {
  const { page, select, commands } = await openList("ab");
  select("a");
  const late = new Later();
  const found = commands.find_rows ?? assert.fail();
  commands.find_rows = () => late.promise;
  type(page.getByRole("searchbox"), "b");
  for (let at = 0; at < 2; at += 1) fireEvent.click(page.getByRole("button", { name: "Revoke…" }));
  late.resolve(found({ ids: ["id of a"], view: { filter: "b" } }));
  await settled();
  assert.equal(page.getAllByRole("dialog").length, 1);
});

test("what is selected stays so while an incomplete list is loaded again", async () => {
  const all = ["n1", "n2", "n3"].map((name) => row(name));
  const list = { rows: all, generation: 1 };
  const second = new Later();
  const { page, commands } = await openPage({
    load_tokens: () => loaded({ total: 3, whole: false, problem: problem("unreachable") }),
    rows: (ask) => ({ ...listOf(list.rows)(ask), generation: list.generation }),
    find_rows: (ask) => foundIn(list.rows)(ask),
  });
  await settled();
  press("a", { ctrlKey: true });
  await settled();
  page.getByText("3 selected", { selector: ".tally" });
  // Rust shows the rows of an incomplete list as they come again.
  commands.load_tokens = () => second.promise;
  Object.assign(list, { rows: all.slice(0, 1), generation: 2 });
  fireEvent.click(page.getByRole("button", { name: /Refresh/ }));
  type(page.getByRole("searchbox"), "n");
  await settled();
  Object.assign(list, { rows: all });
  second.resolve(loaded({ generation: 2, total: 3 }));
  await settled();
  page.getByText("3 selected", { selector: ".tally" });
});
