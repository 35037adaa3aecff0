/** Narrowing a token to Read before it is revoked: sent once, reported truly, and undone while that is offered. */
import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { holdClock } from "./support/clock.js";
import { closePage, openPage } from "./support/page.js";
import { press, pressEsc, settled, shortcut } from "./support/person.js";
import { Later, problem, row, withTokens } from "./support/rust.js";

/** @import { RowAccess } from "../types/ipc" */

afterEach(async () => {
  mock.restoreAll();
  await closePage();
});

/** @param {...string} permissions @returns {RowAccess} */
const some = (...permissions) => ({ kind: "some", permissions });
const READ = some("read:*");
const TEAM = some("read:*", "update:*");
/** @type {RowAccess} */
const NO_LIST = { kind: "full", named: false, others: [] };

/**
 * A server with one token, "ci", and the dialog that asks whether to revoke it.
 * @param {RowAccess} access
 * @param {import("./support/rust.js").Commands} [commands]
 * @param {() => void} [prepare]
 */
async function openRevoke(access, commands, prepare) {
  const tokens = [row("ci", access), row("other")];
  const opened = await openPage(
    {
      ...withTokens(tokens),
      /** @param {any} args */
      update_token({ permissions }) {
        tokens[0] = row("ci", some(...permissions));
        return { outcome: "updated", row: tokens[0] };
      },
      ...commands,
    },
    prepare,
  );
  await settled();
  fireEvent.click(opened.page.getByText("ci"));
  press("Delete");
  const dialog = within(opened.page.getByRole("dialog", { name: "Revoke this token?" }));
  return {
    ...opened,
    dialog,
    narrow: () => dialog.getByRole("button", { name: "Narrow to Read" }),
    undo: () => opened.page.getByRole("button", { name: "Undo" }),
    sent: () => opened.callsTo("update_token").map(({ args }) => args),
    toasts: () => [...document.querySelectorAll(".toast p")].map((one) => one.textContent),
  };
}

/** @param {Awaited<ReturnType<typeof openRevoke>>} opened */
async function narrowed(opened) {
  fireEvent.click(opened.narrow());
  await settled();
  return opened;
}

test("narrowing sends one update to Read, closes and offers to undo it; Undo sends the former permissions once", async () => {
  const { page, dialog, narrow, undo, sent, toasts, callsTo } = await openRevoke(TEAM);
  dialog.getByText(
    /^Not sure what uses it\? Narrow it to Read first to see what breaks\. You can restore its permissions with Edit\.$/,
  );
  const go = narrow();
  fireEvent.click(go);
  fireEvent.click(go);
  fireEvent.click(dialog.getByRole("button", { name: "Revoke" }));
  await settled();
  const same = { connection: "c1", id: "id of ci", name: null };
  assert.deepEqual(sent(), [
    { ...same, permissions: ["read:*"], expected: { name: "ci", permissions: ["read:*", "update:*"] } },
  ]);
  assert.equal(callsTo("delete_token").length, 0);
  assert.equal(page.queryByRole("dialog"), null);
  assert.deepEqual(toasts(), ["“ci” can now only read."]);
  assert.match(page.getByRole("row", { current: true }).textContent ?? "", /^ciread…/);
  const button = undo();
  fireEvent.click(button);
  fireEvent.click(button);
  await settled();
  assert.deepEqual(sent().slice(1), [
    { ...same, permissions: ["read:*", "update:*"], expected: { name: "ci", permissions: ["read:*"] } },
  ]);
  assert.deepEqual(toasts(), ["Restored the permissions of “ci”."]);
  assert.match(page.getByRole("row", { current: true }).textContent ?? "", /^cireadupdate…/);
});

test("only a token that has Read and more can be narrowed", async () => {
  for (const [access, isOffered] of /** @type {[RowAccess, boolean][]} */ ([
    [READ, false],
    [some("create:*", "update:*"), false],
    [{ kind: "unreadable" }, false],
    [some("read:*", "future:x"), true],
    [{ kind: "full", named: true, others: [] }, true],
    [NO_LIST, true],
  ])) {
    const { dialog } = await openRevoke(access);
    const found = dialog.queryByRole("button", { name: "Narrow to Read" }) !== null;
    assert.equal(found, isOffered, JSON.stringify(access));
  }
});

test("permissions that the app does not know go with narrowing, come back with Undo, and that is said before", async () => {
  const opened = await openRevoke(some("read:*", "future:x"));
  opened.dialog.getByText(/except future:x\. Only Undo, right afterwards, restores everything\.$/);
  const { undo, sent } = await narrowed(opened);
  assert.deepEqual(sent()[0].permissions, ["read:*"]);
  fireEvent.click(undo());
  await settled();
  assert.deepEqual(sent()[1].permissions, ["read:*", "future:x"]);
});

test("a token without a list gets all four by name back, never an empty list, and that is said", async () => {
  const opened = await openRevoke(NO_LIST);
  opened.dialog.getByText(/With Edit you can restore all four permissions, but not any added later\.$/);
  const { undo, sent, toasts, commands } = await narrowed(opened);
  assert.deepEqual(sent()[0].expected.permissions, []);
  commands.update_token = () => ({
    outcome: "updated",
    row: row("ci", { kind: "full", named: true, others: [] }),
  });
  fireEvent.click(undo());
  await settled();
  assert.deepEqual(sent()[1].permissions, ["create:*", "read:*", "update:*", "delete:*"]);
  assert.deepEqual(toasts(), ["Restored “ci” to all four permissions, listed individually."]);
});

test("Undo stays for 20 seconds, for as long as it has the focus, and while it is sent", async () => {
  const clock = holdClock();
  const answer = new Later();
  const opened = await openRevoke(TEAM, {}, clock.prepare);
  fireEvent.click(opened.narrow());
  await clock.advance(0);
  await clock.advance(19_000);
  const button = opened.undo();
  // happy-dom knows no :focus-within.
  const element = button.closest(".toast") ?? assert.fail();
  let isFocused = true;
  const matches = element.matches.bind(element);
  mock.method(element, "matches", (/** @type {string} */ selector) =>
    selector.includes(":focus-within") && isFocused
      ? true
      : matches(selector.replace(/:hover, :focus-within, /, "")),
  );
  await clock.advance(20_000);
  assert.ok(button.isConnected);
  isFocused = false;
  opened.commands.update_token = () => answer.promise;
  fireEvent.click(button);
  await clock.advance(30_000);
  assert.equal(opened.page.getByRole("button", { name: "Undoing…" }), button);
  answer.resolve({ outcome: "updated", row: row("ci", TEAM) });
  await clock.advance(0);
  assert.ok(!button.isConnected);
  assert.deepEqual(opened.toasts(), ["Restored the permissions of “ci”."]);
});

test("Undo can be reached with Tab, and gives the focus back to where it was", async () => {
  const { page, undo } = await narrowed(await openRevoke(TEAM));
  const button = undo();
  assert.ok(!button.closest("[inert]") && button.tabIndex === 0);
  const current = page.getByRole("row", { current: true });
  assert.equal(document.activeElement, current);
  fireEvent.focus(button, { relatedTarget: current });
  button.focus();
  fireEvent.click(button);
  await settled();
  assert.match(document.activeElement?.textContent ?? "", /^ci/);
});

test("a token that was changed elsewhere is not narrowed, and that is reported with the list as it is now", async () => {
  const theirs = row("ci", some("read:*", "delete:*"));
  const { page, toasts, sent, callsTo } = await narrowed(
    await openRevoke(TEAM, { update_token: () => ({ outcome: "changed_elsewhere", row: theirs }) }),
  );
  assert.equal(page.queryByRole("dialog"), null);
  assert.deepEqual(toasts(), [
    "“ci” was changed elsewhere, so it wasn’t narrowed. The list shows it as it is now.",
  ]);
  assert.equal(page.queryByRole("button", { name: "Undo" }), null);
  assert.equal(sent().length, 1);
  assert.equal(callsTo("delete_token").length, 0);
});

test("a server that stores other permissions than Read is reported", async () => {
  const stored = { outcome: "updated", row: row("ci", some("read:*", "create:*")) };
  const { toasts } = await narrowed(await openRevoke(TEAM, { update_token: () => stored }));
  assert.deepEqual(toasts(), ["Saved “ci”, but the server stored different permissions than you chose."]);
});

test("a lost answer keeps the dialog and loads the list; once more finds that it is narrowed", async () => {
  const opened = await narrowed(
    await openRevoke(TEAM, { update_token: () => Promise.reject(problem("change_unknown")) }),
  );
  const { dialog, commands, toasts, sent, callsTo, undo } = opened;
  dialog.getByText("The server’s response was lost.");
  assert.equal(callsTo("load_tokens").length, 2);
  commands.update_token = () => ({ outcome: "changed_elsewhere", row: row("ci", READ) });
  await narrowed(opened);
  assert.deepEqual(toasts(), ["“ci” can now only read."]);
  undo();
  assert.equal(sent().length, 2);
});

test("a failure stays in the dialog, and a token that is gone leaves the list", async () => {
  const opened = await narrowed(
    await openRevoke(TEAM, { update_token: () => Promise.reject(problem("permission_denied")) }),
  );
  opened.dialog.getByText("You don’t have permission to create or change tokens in this project.");
  assert.equal(opened.narrow().getAttribute("aria-disabled"), "false");
  opened.commands.update_token = () => Promise.reject(problem("not_found"));
  await narrowed(opened);
  assert.equal(opened.page.queryByRole("dialog"), null);
  assert.match(opened.toasts().join(), /“ci” is no longer on the server\./);
  assert.equal(opened.callsTo("load_tokens").length, 2);
});

test("leaving while it is narrowed stops the request, and says what may have happened", async () => {
  const answer = new Later();
  const { page, narrow, toasts, sent, callsTo } = await openRevoke(TEAM, {
    update_token: () => answer.promise,
  });
  fireEvent.click(narrow());
  pressEsc();
  assert.equal(page.queryByRole("dialog"), null);
  assert.equal(callsTo("cancel_change").length, 1);
  answer.reject(problem("cancelled"));
  await settled();
  assert.match(toasts().join(), /Canceled, but “ci” may already have been changed\./);
  assert.deepEqual([sent().length, callsTo("load_tokens").length], [1, 2]);
});

/** @param {any} page */
async function signInAgain(page) {
  const sheet = within(page.getByRole("dialog", { name: /Sign in/ }));
  fireEvent(sheet.getByLabelText(/bearer/i), new Event("paste", { bubbles: true, cancelable: true }));
  await settled();
  fireEvent.submit(/** @type {Element} */ (document.querySelector("dialog form")));
  await settled();
}

test("a bearer token that is refused is asked for, for narrowing and for Undo, and each is sent once more", async () => {
  const opened = await openRevoke(TEAM);
  const answer = opened.commands.update_token ?? assert.fail();
  const refuseOnce = () => {
    opened.commands.update_token = () => {
      opened.commands.update_token = answer;
      return Promise.reject(problem("unauthenticated"));
    };
  };
  refuseOnce();
  await narrowed(opened);
  await signInAgain(opened.page);
  assert.deepEqual(opened.toasts(), ["“ci” can now only read."]);
  assert.equal(opened.sent().length, 2);
  refuseOnce();
  fireEvent.click(opened.undo());
  await settled();
  await signInAgain(opened.page);
  assert.deepEqual(opened.toasts(), ["Restored the permissions of “ci”."]);
  assert.equal(opened.sent().length, 4);
});

test("Undo that fails says so and is offered again; one whose answer is lost is not, and the list is loaded", async () => {
  const opened = await narrowed(await openRevoke(TEAM));
  opened.commands.update_token = () => Promise.reject(problem("server_error"));
  fireEvent.click(opened.undo());
  await settled();
  assert.match(opened.toasts().join(), /^The permissions of “ci” weren’t restored\. Server error/);
  fireEvent.click(opened.page.getByRole("button", { name: "Copy details" }));
  await settled();
  assert.match(opened.callsTo("copy_problem_details")[0]?.args.text, /\(server_error\)/);
  for (const button of opened.page.getAllByRole("button", { name: "Dismiss" }).slice(1))
    fireEvent.click(button);
  opened.commands.update_token = () => Promise.reject(problem("change_unknown"));
  fireEvent.click(opened.undo());
  await settled();
  assert.equal(opened.toasts()[0], "The permissions of “ci” may have been restored. Reloading the list.");
  assert.equal(opened.page.queryByRole("button", { name: "Undo" }), null);
  assert.deepEqual([opened.sent().length, opened.callsTo("load_tokens").length], [3, 2]);
});

test("Undo of what was changed elsewhere since sends nothing over it, and says so", async () => {
  const opened = await narrowed(await openRevoke(TEAM));
  opened.commands.update_token = () => ({ outcome: "changed_elsewhere", row: row("ci", some("delete:*")) });
  fireEvent.click(opened.undo());
  await settled();
  assert.match(opened.toasts().join(), /^“ci” was changed elsewhere, so its permissions weren’t restored\./);
});

test("Undo goes with the token, with an edit of it, and with the lock, and does not come back", async () => {
  const { page } = await narrowed(await openRevoke(TEAM));
  press("Delete");
  fireEvent.click(page.getByRole("button", { name: "Revoke" }));
  await settled();
  assert.equal(page.queryByRole("button", { name: "Undo" }), null);

  const edited = await narrowed(await openRevoke(TEAM));
  press("Enter");
  fireEvent.click(edited.page.getByRole("checkbox", { name: "Update" }));
  fireEvent.click(edited.page.getByRole("button", { name: "Save" }));
  await settled();
  assert.equal(edited.page.queryByRole("button", { name: "Undo" }), null);

  const locked = await narrowed(await openRevoke(TEAM));
  locked.undo();
  shortcut("l");
  await settled();
  fireEvent.click(locked.page.getByRole("button", { name: "Unlock" }));
  await settled();
  assert.equal(locked.page.queryByRole("button", { name: "Undo" }), null);
  assert.equal(locked.sent().length, 1);
});
