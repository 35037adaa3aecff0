/** Narrowing several tokens to Read: what each loses is said first, each is sent once, and each has its result. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { closePage, openPage } from "./support/page.js";
import { alertIn, pressEsc, settled, type } from "./support/person.js";
import { foundIn, Later, listOf, problem, row, withTokens } from "./support/rust.js";

/** @import { Row, RowAccess } from "../types/ipc" */

afterEach(closePage);

/** @param {...string} permissions @returns {RowAccess} */
const some = (...permissions) => ({ kind: "some", permissions });
const TEAM = some("read:*", "update:*");

/**
 * A server whose tokens are narrowed when it is asked to.
 * @param {Row[]} rows
 * @param {import("./support/rust.js").Commands} [commands]
 */
async function openList(rows, commands = {}) {
  const tokens = [...rows];
  const opened = await openPage({
    ...withTokens(tokens),
    rows: (ask) => listOf(tokens)(ask),
    find_rows: (ask) => foundIn(tokens)(ask),
    ...commands,
    /** @param {any} args */
    async update_token(args) {
      const answer = await commands.update_token?.(args);
      if (answer) return answer;
      const at = tokens.findIndex(({ id }) => id === args.id);
      const narrowed = row(tokens[at]?.name ?? "", some(...args.permissions));
      tokens[at] = narrowed;
      return { outcome: "updated", row: narrowed };
    },
  });
  await settled();
  const { page, callsTo } = opened;
  return {
    ...opened,
    sent: () => callsTo("update_token").map(({ args }) => args.id.slice(-1)),
    async openDialog() {
      fireEvent.click(page.getByRole("checkbox", { name: "Select all" }));
      await settled();
      fireEvent.click(page.getByRole("button", { name: "Narrow to Read…" }));
      await settled();
      const dialog = within(page.getByRole("dialog"));
      return {
        ...dialog,
        lines: () =>
          dialog
            .getAllByRole("listitem")
            .map(
              (item) =>
                `${item.querySelector("bdi")?.textContent} ${item.querySelector(".why")?.textContent}`,
            ),
        /** @param {string} name */
        async press(name) {
          fireEvent.click(dialog.getByRole("button", { name }));
          await settled();
        },
      };
    },
    toasts: () => [...document.querySelectorAll(".toast p")].map((one) => one.textContent),
  };
}

const teams = (/** @type {string} */ names) => [...names].map((name) => row(name, TEAM));

test("it lists what each loses and why others are left alone, and sends only the former, each once", async () => {
  const { page, openDialog, callsTo, sent, toasts } = await openList([
    row("a", TEAM),
    row("b", { kind: "full", named: false, others: [] }),
    row("c", some("read:*", "future:x")),
    row("d"),
    row("e", some("create:*")),
    row("f", { kind: "unreadable" }),
  ]);
  const dialog = await openDialog();
  dialog.getByRole("heading", { name: "Narrow 3 tokens to Read?" });
  assert.deepEqual(dialog.lines(), [
    "a Loses update.",
    "b Loses create, update, delete and permissions added later.",
    "c Loses future:x.",
    "d Unchanged: it can only read.",
    "e Unchanged: it has no Read permission.",
    "f Unchanged: the app can’t read its permissions.",
  ]);
  dialog.getByText(/except any that are added later or that this app doesn’t recognize\.$/);
  assert.equal(document.activeElement, dialog.getByRole("button", { name: "Cancel" }));
  assert.deepEqual(sent(), []);
  const go = dialog.getByRole("button", { name: "Narrow 3" });
  fireEvent.click(go);
  fireEvent.click(go);
  await settled();
  await settled();
  assert.deepEqual(
    callsTo("update_token").map(({ args }) => [
      args.id,
      args.name,
      args.permissions,
      args.expected.permissions,
    ]),
    [
      ["id of a", null, ["read:*"], ["read:*", "update:*"]],
      ["id of b", null, ["read:*"], []],
      ["id of c", null, ["read:*"], ["read:*", "future:x"]],
    ],
  );
  assert.equal(callsTo("delete_token").length, 0);
  assert.equal(page.queryByRole("dialog"), null);
  assert.deepEqual(toasts(), ["3 tokens can now only read."]);
  page.getByText("6 selected", { selector: ".tally" });
  assert.equal(page.queryByText("update", { selector: ".rows *" }), null);
});

test("where all can be given back by editing, it says so, and what the filter hides is marked", async () => {
  const { page, openDialog } = await openList(teams("ab"));
  const dialog = await openDialog();
  dialog.getByText(/You can restore their permissions with Edit\.$/);
  pressEsc();
  type(page.getByRole("searchbox"), "b");
  await settled();
  fireEvent.click(page.getByRole("button", { name: "Narrow to Read…" }));
  await settled();
  within(page.getByRole("dialog")).getByText("The filter hides 1 of them from the list.");
  within(page.getByRole("dialog")).getByText("Loses update. Hidden by the filter.");
});

test("where none can be narrowed, there is nothing to press but Close", async () => {
  const { page, openDialog, sent } = await openList([row("a"), row("b", some("create:*"))]);
  const dialog = await openDialog();
  dialog.getByRole("heading", { name: "None of these tokens can be narrowed" });
  assert.deepEqual(
    dialog.getAllByRole("button").map((one) => one.textContent),
    ["Close"],
  );
  await dialog.press("Close");
  assert.equal(page.queryByRole("dialog"), null);
  assert.deepEqual(sent(), []);
});

test("what fails says why and is tried again; what was changed elsewhere or is gone is not", async () => {
  let refuses = true;
  const { page, openDialog, sent, toasts } = await openList(teams("abcde"), {
    update_token({ id }) {
      if (refuses && id.endsWith("b")) throw problem("permission_denied");
      if (id.endsWith("c")) return { outcome: "changed_elsewhere", row: row("c", some("delete:*")) };
      if (id.endsWith("d")) throw problem("not_found");
      return id.endsWith("e") ? { outcome: "updated", row: row("e", some("read:*", "create:*")) } : null;
    },
  });
  const dialog = await openDialog();
  await dialog.press("Narrow 5");
  dialog.getByRole("heading", { name: "4 of 5 not narrowed" });
  assert.deepEqual(
    dialog.lines().map((line) => line.slice(0, 25)),
    [
      "b You don’t have permissi",
      "c Changed elsewhere, so it",
      "d No longer on the server.",
      "e The server stored diffe",
    ].map((line) => line.slice(0, 25)),
  );
  refuses = false;
  await dialog.press("Try again");
  assert.deepEqual(sent().join(""), "abcdeb");
  dialog.getByRole("heading", { name: "3 of 4 not narrowed" });
  await dialog.press("Close");
  assert.deepEqual(toasts(), ["2 tokens can now only read."]);
  page.getByText("4 selected", { selector: ".tally" });
});

test("a lost answer is said to be unknown; a second try that finds it narrowed counts", async () => {
  const { openDialog, sent, toasts, commands, callsTo } = await openList(teams("ab"), {
    update_token: ({ id }) => {
      if (id.endsWith("a")) throw problem("change_unknown");
    },
  });
  const dialog = await openDialog();
  await dialog.press("Narrow 2");
  assert.deepEqual(dialog.lines(), ["a It may or may not have been narrowed. It’s safe to try again."]);
  commands.update_token = () => ({ outcome: "changed_elsewhere", row: row("a") });
  await dialog.press("Try again");
  assert.deepEqual(sent().join(""), "aba");
  assert.deepEqual(toasts(), ["2 tokens can now only read."]);
  assert.equal(callsTo("load_tokens").length, 1, "nothing is unknown any more");
});

test("closed with one unknown, that is said and the list is loaded", async () => {
  const { openDialog, toasts, callsTo } = await openList(teams("ab"), {
    update_token: ({ id }) => {
      if (id.endsWith("b")) throw problem("change_unknown");
    },
  });
  const dialog = await openDialog();
  await dialog.press("Narrow 2");
  await dialog.press("Close");
  assert.deepEqual(toasts(), [
    "1 token can now only read. 1 token may have been narrowed. Reloading the list.",
  ]);
  assert.equal(callsTo("load_tokens").length, 2);
});

test("Stop ends it between two tokens", async () => {
  /** @type {Later<void>} */
  const second = new Later();
  const { openDialog, sent, toasts } = await openList(teams("abcd"), {
    update_token: ({ id }) => (id.endsWith("b") ? second.promise : null),
  });
  const dialog = await openDialog();
  await dialog.press("Narrow 4");
  dialog.getByRole("heading", { name: "Narrowing 4 tokens" });
  dialog.getByText("2 of 4…");
  await dialog.press("Stop");
  second.resolve();
  await settled();
  assert.deepEqual(sent().join(""), "ab");
  assert.deepEqual(dialog.lines(), ["c Not attempted.", "d Not attempted."]);
  dialog.getByRole("button", { name: "Narrow 2" });
  await dialog.press("Close");
  assert.deepEqual(toasts(), ["2 tokens can now only read."]);
});

test("a bearer token that is refused in the middle is asked for, and it continues; without one, it ends there", async () => {
  let accepted = false;
  const { page, openDialog, sent, toasts } = await openList(teams("abc"), {
    update_token({ id }) {
      if (id.endsWith("b") && !accepted) throw problem("unauthenticated");
    },
    reauthenticate() {
      accepted = true;
      return { storage: "keyring", account: { email: "ana@acme.example", expiresAt: null } };
    },
  });
  const dialog = await openDialog();
  await dialog.press("Narrow 3");
  const sheet = () => within(page.getByRole("dialog", { name: /Sign in/ }));
  fireEvent.click(sheet().getByRole("button", { name: "Cancel" }));
  await settled();
  assert.deepEqual(sent().join(""), "ab");
  dialog.getByRole("heading", { name: "2 of 3 not narrowed" });
  assert.match(alertIn(dialog)?.textContent ?? "", /bearer/);
  await dialog.press("Try again");
  fireEvent(sheet().getByLabelText(/bearer/i), new Event("paste", { bubbles: true, cancelable: true }));
  await settled();
  fireEvent.submit(/** @type {Element} */ (document.querySelector("dialog form")));
  await settled();
  assert.deepEqual(sent().join(""), "abbbc");
  assert.deepEqual(toasts(), ["3 tokens can now only read."]);
});

test("what would fail for all of them is tried once", async () => {
  const { openDialog, sent } = await openList(teams("abc"), {
    update_token: () => Promise.reject(problem("connection_refused")),
  });
  const dialog = await openDialog();
  await dialog.press("Narrow 3");
  assert.deepEqual(sent(), ["a"]);
  assert.ok(alertIn(dialog));
});
