/** Replacing a token: the successor, the marks of both, revoking the old one and passing on its name. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { chooseInRow, closePage, openFromRow, openPage } from "./support/page.js";
import { press, pressEsc, settled, type } from "./support/person.js";
import { created, Later, loaded, problem, row, withTokens } from "./support/rust.js";

/** @import { Row, RowAccess, Rotation } from "../types/ipc" */
/** @import { Commands } from "./support/rust.js" */

afterEach(closePage);

/** @type {RowAccess} */
const ODD = { kind: "some", permissions: ["future:x", "read:*"] };

/** @param {Row} old @param {Row} successor @param {Partial<Rotation>} [change] @returns {Rotation} */
const pairOf = (old, successor, change = {}) => ({
  oldId: old.id,
  old,
  new: successor,
  renameTo: old.name,
  ...change,
});

/** @param {any} page @param {string} name */
function entriesOf(page, name) {
  fireEvent.click(page.getByRole("button", { name: `More actions for ${name}` }));
  const entries = page.getAllByRole("menuitem").map((/** @type {Element} */ one) => one.textContent);
  fireEvent.keyDown(page.getAllByRole("menuitem")[0], { key: "Escape" });
  return entries.join(" | ");
}

/** The dialog for the first of these tokens. @param {Row[]} tokens @param {Commands} [commands] */
const openRotate = (tokens, commands) => openFromRow(tokens, /^Rotate…/, commands);

/** A list with a pair on it. @param {Commands} [commands] @param {Partial<Rotation>} [change] */
async function openPair(commands, change) {
  const [old, successor] = [row("edge"), row("edge (new)")];
  const tokens = change?.old === null ? [successor] : [old, successor];
  const state = { pairs: [pairOf(old, successor, change)], problem: null };
  const opened = await openPage({ ...withTokens(tokens), rotations: () => state, ...commands });
  await settled();
  return { ...opened, old, successor, state };
}

test("the dialog says what will happen, and sends the same permissions once, with what it replaces", async () => {
  const edge = row("edge", ODD);
  const { dialog, name, submit, callsTo } = await openRotate([edge]);
  dialog.getByRole("heading", { name: "Rotate edge" });
  dialog.getByText(/keeps working until you revoke it/);
  dialog.getByText("future:x");
  dialog.getByText("cloud-api.calyptia.com");
  assert.equal(name.value, "edge (new)");
  fireEvent.click(submit);
  fireEvent.click(submit);
  await settled();
  assert.equal(callsTo("create_token").length, 1);
  const { permissions, replaces, ...rest } = callsTo("create_token")[0]?.args ?? {};
  assert.equal(rest.name, "edge (new)");
  assert.deepEqual(permissions, ["future:x", "read:*"]);
  assert.deepEqual(replaces, {
    id: edge.id,
    expected: { name: "edge", permissions: ["future:x", "read:*"] },
  });
});

/** @type {[string, string[], string][]} */
const NAMES = [
  ["edge", ["edge (new)", "edge (new 2)"], "edge (new 3)"],
  ["n".repeat(100), [], `${"n".repeat(94)} (new)`],
  ["edge (new)", [], "edge (new) (new)"],
  ["edge\u200b\u00a0eu ", [], "edge eu (new)"],
];

for (const [name, others, wanted] of NAMES) {
  test(`the successor of “${name.slice(0, 20)}” beside ${others.length} others is “${wanted.slice(-20)}”`, async () => {
    const tokens = [{ ...row("x"), name }, ...others.map((other) => row(other))];
    const { page } = await openPage({
      ...withTokens(tokens),
      match_name: ({ name }) => (tokens.some((one) => one.name === name) ? "same" : "none"),
    });
    await settled();
    const [more = assert.fail()] = page.getAllByRole("button", { name: /^More actions for/ });
    fireEvent.click(more);
    fireEvent.click(page.getByRole("menuitem", { name: /^Rotate…/ }));
    await settled();
    await settled();
    const field = /** @type {HTMLInputElement} */ (page.getByRole("textbox", { name: "Name" }));
    assert.equal(field.value, wanted);
    assert.equal(field.getAttribute("aria-invalid"), null);
  });
}

test("full access is confirmed, sent by name, and what that leaves out is said", async () => {
  const { dialog, submit, callsTo } = await openRotate([
    row("all", { kind: "full", named: false, others: [] }),
  ]);
  dialog.getByText(/^That token lists no permissions/);
  fireEvent.click(submit);
  await settled();
  assert.equal(callsTo("create_token").length, 0);
  fireEvent.click(dialog.getByRole("button", { name: "Give full access" }));
  await settled();
  assert.deepEqual(callsTo("create_token")[0]?.args.permissions, [
    "create:*",
    "read:*",
    "update:*",
    "delete:*",
  ]);
});

test("a token whose permissions cannot be read is not rotated, and the menu says why", async () => {
  const { page } = await openPage(withTokens([row("odd", { kind: "unreadable" })]));
  await settled();
  fireEvent.click(page.getByRole("button", { name: "More actions for odd" }));
  const entry = page.getByRole("menuitem", { name: /^Rotate…/ });
  assert.equal(entry.getAttribute("aria-disabled"), "true");
  fireEvent.click(entry);
  await settled();
  assert.equal(page.queryByRole("dialog"), null);
});

test("a name that the server has is answered with the next one", async () => {
  const { dialog, name, submit, callsTo, commands } = await openRotate([row("edge")], {
    create_token: () => Promise.reject(problem("name_taken")),
  });
  fireEvent.click(submit);
  await settled();
  dialog.getByText("“edge (new)” is taken on the server. How about “edge (new 2)”?");
  assert.equal(name.value, "edge (new 2)");
  commands.create_token = ({ name }) => created(row(name));
  fireEvent.click(submit);
  await settled();
  assert.equal(callsTo("create_token")[1]?.args.name, "edge (new 2)");
});

test("a token that was changed meanwhile is reported, nothing was created, and the list is read again", async () => {
  const { dialog, submit, callsTo } = await openRotate([row("edge")], {
    create_token: () => Promise.reject(problem("original_changed")),
  });
  const before = callsTo("load_tokens").length;
  fireEvent.click(submit);
  await settled();
  dialog.getByText(/Nothing was created/);
  assert.equal(callsTo("load_tokens").length, before + 1);
});

test("created and closed, both rows are marked at once, and the dialog has said what comes next", async () => {
  const [edge, successor] = [row("edge"), row("edge (new)")];
  const tokens = [edge];
  /** @type {Rotation[]} */
  const pairs = [];
  const { page, dialog, submit } = await openRotate(tokens, {
    rows: (ask) => withTokens(tokens).rows?.(ask),
    rotations: () => ({ pairs, problem: null }),
    create_token() {
      tokens.push(successor);
      pairs.push(pairOf(edge, successor));
      return created(successor);
    },
  });
  fireEvent.click(submit);
  await settled();
  dialog.getByRole("heading", { name: "Token created" });
  const next = "Replace “edge” with it everywhere. Then choose “No longer used” in the menu of “edge”.";
  assert.ok([...document.querySelectorAll("dialog .note")].some((note) => note.textContent === next));
  dialog.getByText(/Replace “/);
  fireEvent.click(dialog.getByRole("button", { name: "Copy and close" }));
  await settled();
  await settled();
  page.getByText("replaced by edge (new)");
  page.getByText("replaces edge");
  assert.match(document.activeElement?.textContent ?? "", /^edge \(new\)/);
});

test("rotating leaves the draft of a new token as it was", async () => {
  const { page, name } = await openRotate([row("edge")]);
  type(name, "edge-blue");
  pressEsc();
  await settled();
  fireEvent.click(page.getByRole("button", { name: "New token" }));
  assert.equal(/** @type {HTMLInputElement} */ (page.getByRole("textbox", { name: "Name" })).value, "");
});

test("each role has its marks and its menu", async () => {
  const { page } = await openPair();
  assert.match(entriesOf(page, "edge"), /Keep both \| No longer used: revoke…/);
  assert.match(entriesOf(page, "edge (new)"), /Keep both \| Revoke…/);
  assert.doesNotMatch(entriesOf(page, "edge"), /Rotate…/);
  const mark = page.getByText("replaced by edge (new)").closest(".pair");
  assert.equal(mark?.getAttribute("title"), "replaced by edge (new)");
  await closePage();

  const left = await openPair({}, { old: null });
  left.page.getByText("the token it replaces is gone; it can be renamed to “edge”");
  assert.match(entriesOf(left.page, "edge (new)"), /Rename to “edge”….*Keep its name.*Revoke…/);
});

test("without a pair no row has a mark, and a mark goes with its pair", async () => {
  const { page, state, callsTo, old, successor, commands } = await openPair();
  commands.end_rotation = () => {
    state.pairs = [];
    return null;
  };
  await chooseInRow(page, "edge (new)", /^Keep both/);
  assert.deepEqual(callsTo("end_rotation")[0]?.args, {
    connection: "c1",
    project: "p1",
    old: old.id,
    new: successor.id,
  });
  for (const mark of document.querySelectorAll(".pair")) assert.equal(mark.hasAttribute("hidden"), true);
  assert.match(entriesOf(page, "edge"), /Rotate…/);
});

test("revoking the old one names its successor, and passes the name on with one request each", async () => {
  const { page, callsTo, state, successor } = await openPair({
    update_token: () => ({ outcome: "updated", row: { ...successor, name: "edge" } }),
    delete_token: () => {
      state.pairs = [];
      return null;
    },
  });
  await chooseInRow(page, "edge", /^No longer used/);
  const dialog = within(page.getByRole("dialog"));
  dialog.getByText(/Its successor is .*Revoke this token once nothing uses it anymore/);
  assert.ok(/** @type {HTMLInputElement} */ (dialog.getByRole("checkbox")).checked);
  const go = dialog.getByRole("button", { name: "Revoke" });
  fireEvent.click(go);
  fireEvent.click(go);
  await settled();
  assert.equal(callsTo("delete_token").length, 1);
  assert.deepEqual(
    callsTo("update_token").map(({ args }) => args),
    [
      {
        connection: "c1",
        id: successor.id,
        name: "edge",
        permissions: null,
        expected: { name: "edge (new)", permissions: ["read:*"] },
      },
    ],
  );
  assert.equal(page.queryByRole("dialog"), null);
  assert.match(
    page.getByRole("status").textContent ?? "",
    /Revoked “edge”, and renamed “edge \(new\)” to “edge”/,
  );
});

test("whoever unchecks that is not asked again; the menu still offers it", async () => {
  const { page, callsTo, state } = await openPair({
    delete_token: () => {
      state.pairs = state.pairs.map((pair) => ({ ...pair, old: null }));
      return null;
    },
  });
  await chooseInRow(page, "edge", /^No longer used/);
  const dialog = within(page.getByRole("dialog"));
  fireEvent.click(dialog.getByRole("checkbox"));
  fireEvent.click(dialog.getByRole("button", { name: "Revoke" }));
  await settled();
  assert.equal(callsTo("update_token").length, 0);
  page.getByText("Revoked", { exact: false, selector: ".toast p" });
  assert.equal(page.queryByRole("button", { name: "Rename…" }), null);
  assert.match(entriesOf(page, "edge (new)"), /Rename to “edge”…/);
});

for (const [code, words] of /** @type {const} */ ([
  ["name_taken", /“edge \(new\)” wasn’t renamed\..*Its menu still offers it/],
  ["permission_denied", /wasn’t renamed\./],
  ["change_unknown", /It’s unknown whether “edge \(new\)” was renamed/],
])) {
  test(`the old one is revoked and renaming ends in ${code}: both are said`, async () => {
    const { page, state, callsTo } = await openPair({
      update_token: () => Promise.reject(problem(code)),
      delete_token: () => {
        state.pairs = state.pairs.map((pair) => ({ ...pair, old: null }));
        return null;
      },
    });
    await chooseInRow(page, "edge", /^No longer used/);
    fireEvent.click(within(page.getByRole("dialog")).getByRole("button", { name: "Revoke" }));
    await settled();
    assert.equal(page.queryByRole("dialog"), null);
    assert.match(page.getByRole("status").textContent ?? "", /Revoked “edge”/);
    assert.match(page.getByRole("alert").textContent ?? "", words);
    assert.equal(callsTo("update_token").length, 1);
    assert.match(entriesOf(page, "edge (new)"), /Rename to “edge”…/);
  });
}

test("a revoke that fails renames nothing, and says why", async () => {
  const { page, callsTo } = await openPair({
    delete_token: () => Promise.reject(problem("permission_denied")),
  });
  await chooseInRow(page, "edge", /^No longer used/);
  fireEvent.click(within(page.getByRole("dialog")).getByRole("button", { name: "Revoke" }));
  await settled();
  page.getByRole("dialog");
  assert.equal(callsTo("update_token").length, 0);
});

test("401 between the two: signing in again goes on with the rename", async () => {
  let refused = 0;
  const { page, callsTo, successor } = await openPair({
    update_token() {
      refused += 1;
      if (refused === 1) return Promise.reject(problem("unauthenticated"));
      return { outcome: "updated", row: { ...successor, name: "edge" } };
    },
  });
  await chooseInRow(page, "edge", /^No longer used/);
  fireEvent.click(within(page.getByRole("dialog")).getByRole("button", { name: "Revoke" }));
  await settled();
  const field = page.getByLabelText("Bearer token");
  type(field, "a.b.c");
  field.closest("form")?.requestSubmit();
  await settled();
  await settled();
  assert.deepEqual([callsTo("delete_token").length, callsTo("update_token").length], [1, 2]);
  assert.match(page.getByRole("status").textContent ?? "", /and renamed/);
});

test("a colleague has revoked the old one: the new name is offered once, and saved from the edit dialog", async () => {
  const { page, state, callsTo, successor, commands } = await openPair();
  assert.equal(page.queryByRole("button", { name: "Rename…" }), null);
  state.pairs = [pairOf(row("edge"), successor, { old: null })];
  fireEvent.click(page.getByRole("button", { name: "Refresh" }));
  await settled();
  fireEvent.click(page.getByRole("button", { name: "Rename…" }));
  await settled();
  const dialog = within(page.getByRole("dialog"));
  assert.equal(/** @type {HTMLInputElement} */ (dialog.getByRole("textbox", { name: "Name" })).value, "edge");
  commands.update_token = () => {
    state.pairs = [];
    return { outcome: "updated", row: { ...successor, name: "edge" } };
  };
  fireEvent.click(dialog.getByRole("button", { name: "Save" }));
  await settled();
  assert.deepEqual(
    callsTo("update_token").map(({ args }) => [args.id, args.name, args.permissions]),
    [[successor.id, "edge", null]],
  );
  fireEvent.click(page.getByRole("button", { name: "Refresh" }));
  await settled();
  assert.equal(page.queryByRole("button", { name: "Rename…" }), null);
});

test("of several old tokens that are gone, one successor's name is offered, and their rows say the rest", async () => {
  const [one, two] = [row("edge (new)"), row("ci (new)")];
  const gone = (/** @type {Row} */ successor, /** @type {string} */ name) =>
    pairOf(row(name), successor, { old: null });
  const { page } = await openPage({
    ...withTokens([one, two]),
    rotations: () => ({ pairs: [gone(one, "edge"), gone(two, "ci")], problem: null }),
  });
  await settled();
  assert.equal(page.getAllByRole("button", { name: "Rename…" }).length, 1);
  page.getByText("the token it replaces is gone; it can be renamed to “ci”");
  fireEvent.click(page.getByRole("button", { name: "Refresh" }));
  await settled();
  assert.equal(page.getAllByRole("button", { name: "Rename…" }).length, 1);
});

test("in a menu a letter goes to the next entry that starts with it", async () => {
  const { page } = await openPage(withTokens([row("edge")]));
  await settled();
  fireEvent.click(page.getByRole("button", { name: "More actions for edge" }));
  for (const wanted of [/^Rotate/, /^Revoke/, /^Rotate/]) {
    press("r");
    assert.match(document.activeElement?.textContent ?? "", wanted);
  }
});

test("pairs that are not saved are reported once; a failed question about them shows nothing", async () => {
  const { page, commands, state } = await openPair();
  commands.rotations = () => ({ ...state, problem: problem("settings_not_saved") });
  fireEvent.click(page.getByRole("button", { name: "Refresh" }));
  await settled();
  assert.match(page.getByRole("alert").textContent ?? "", /won’t show which token replaces which/);
  fireEvent.click(page.getByRole("button", { name: "Dismiss" }));
  fireEvent.click(page.getByRole("button", { name: "Refresh" }));
  await settled();
  assert.equal(page.getByRole("alert").textContent, "");
  commands.rotations = () => Promise.reject(problem("signed_out"));
  fireEvent.click(page.getByRole("button", { name: "Refresh" }));
  await settled();
  assert.equal(page.getByRole("alert").textContent, "");
});

test("an answer about the pairs that a newer one has overtaken does not count", async () => {
  const late = new Later();
  const { page, commands, state } = await openPair();
  commands.rotations = () => late.promise;
  fireEvent.click(page.getByRole("button", { name: "Refresh" }));
  await settled();
  commands.rotations = () => state;
  fireEvent.click(page.getByRole("button", { name: "Refresh" }));
  await settled();
  late.resolve({ pairs: [], problem: null });
  await settled();
  page.getByText("replaced by edge (new)");
});

test("the card of a token that turned up offers to rotate it, unless it is being replaced", async () => {
  for (const [pairs, offers] of /** @type {[Rotation[], boolean][]} */ ([
    [[], true],
    [[pairOf(row("edge"), row("edge (new)"))], false],
  ])) {
    const { page } = await openPage({
      ...withTokens([row("edge")]),
      rotations: () => ({ pairs, problem: null }),
      load_tokens: () => loaded({ total: 1 }),
      paste_into_filter: () => ({
        kind: "token",
        id: row("edge").id,
        project: "p1",
        row: row("edge"),
        elsewhere: false,
      }),
    });
    await settled();
    fireEvent.paste(page.getByRole("searchbox"));
    await settled();
    const card = within(page.getByRole("dialog", { name: "Whose token is this?" }));
    const rotate = card.queryByRole("button", { name: "Rotate…" });
    assert.equal(rotate !== null, offers);
    if (!rotate) continue;
    fireEvent.click(rotate);
    await settled();
    page.getByRole("dialog", { name: "Rotate edge" });
  }
});
