/** A new token like another one: the same permissions as far as they can be chosen, and the next name that is free. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent } from "@testing-library/dom";
import { chooseInRow, closePage, openFromRow, openPage } from "./support/page.js";
import { press, pressEsc, settled, type } from "./support/person.js";
import { Later, problem, row, withTokens } from "./support/rust.js";

/** @import { Row, RowAccess } from "../types/ipc" */

afterEach(closePage);

/** @type {RowAccess} */
const TEAM = { kind: "some", permissions: ["read:*", "update:*"] };

/** The dialog for one like the first of the tokens. @param {Row[]} tokens @param {import("./support/rust.js").Commands} [commands] */
const openLike = (tokens, commands) => openFromRow(tokens, /^New like this…/, commands);

test("it opens with the same permissions and the next name, selected, and sends them once", async () => {
  const { name, submit, callsTo, dialog } = await openLike([row("ci-deploy", TEAM)]);
  assert.equal(name.value, "ci-deploy 2");
  assert.equal(document.activeElement, name);
  assert.deepEqual([name.selectionStart, name.selectionEnd], [0, "ci-deploy 2".length]);
  dialog.getByText("It can read and update. It can’t create or delete.");
  fireEvent.click(submit);
  fireEvent.click(submit);
  await settled();
  assert.deepEqual(
    callsTo("create_token").map(({ args }) => [args.name, args.permissions]),
    [["ci-deploy 2", ["read:*", "update:*"]]],
  );
});

/** @type {[string, string[], string][]} */
const NAMES = [
  ["ci-deploy 2", [], "ci-deploy 3"],
  ["ci-deploy", ["ci-deploy 2", "ci-deploy 3"], "ci-deploy 4"],
  ["ci 9", [], "ci 10"],
  ["ci-2", [], "ci-2 2"],
  ["7", [], "7 2"],
  ["build 20261127", [], "build 20261127 2"],
  ["n".repeat(100), [], `${"n".repeat(98)} 2`],
  ["edge\u200b\u00a0eu ", [], "edge eu 2"],
  ["ci", Array.from({ length: 40 }, (_, at) => `ci ${at}`), ""],
];

for (const [name, others, wanted] of NAMES) {
  test(`after “${name.slice(0, 20)}” and ${others.length} others “${wanted.slice(0, 20)}” is suggested`, async () => {
    const original = { ...row("x"), name };
    const tokens = [original, ...others.map((other) => row(other))];
    const { page, callsTo } = await openPage({
      ...withTokens(tokens),
      match_name: ({ name }) => (tokens.some((one) => one.name === name) ? "looks_alike" : "none"),
    });
    await settled();
    const [more = assert.fail()] = page.getAllByRole("button", { name: /^More actions for/ });
    fireEvent.click(more);
    fireEvent.click(page.getByRole("menuitem", { name: /^New like this…/ }));
    await settled();
    await settled();
    const field = /** @type {HTMLInputElement} */ (page.getByRole("textbox", { name: "Name" }));
    assert.equal(field.value, wanted);
    assert.equal(field.getAttribute("aria-invalid"), null);
    assert.ok(callsTo("match_name").length <= 21, "it does not try for ever");
  });
}

test("permissions that the app does not know are left out, and the dialog says which", async () => {
  const odd = row("odd", { kind: "some", permissions: ["future:x", "read:*"] });
  const { dialog, submit, callsTo } = await openLike([odd]);
  assert.match(
    dialog.getByText(/^Not recognized by this app; left out:/).textContent ?? "",
    /left out: future:x$/,
  );
  fireEvent.click(submit);
  await settled();
  assert.deepEqual(callsTo("create_token")[0]?.args.permissions, ["read:*"]);
});

test("of one that has only such permissions nothing is selected, and nothing is sent", async () => {
  const odd = row("odd", { kind: "some", permissions: ["future:x"] });
  const { dialog, submit, callsTo } = await openLike([odd]);
  dialog.getByText(/^Select at least one permission\./);
  fireEvent.click(submit);
  await settled();
  assert.equal(callsTo("create_token").length, 0);
});

test("like one without a list it has all four by name, and says what that does not cover", async () => {
  const { dialog } = await openLike([row("all", { kind: "full", named: false, others: [] })]);
  assert.ok(/** @type {HTMLInputElement} */ (dialog.getByRole("radio", { name: "Full access" })).checked);
  dialog.getByText(/^That token lists no permissions, so it also gets any added later\./);
});

test("a token whose permissions cannot be read has no such dialog, and the menu says why", async () => {
  const odd = row("odd", { kind: "unreadable" });
  const { page } = await openPage(withTokens([odd]));
  await settled();
  fireEvent.click(page.getByRole("button", { name: "More actions for odd" }));
  const entry = page.getByRole("menuitem", { name: /^New like this…/ });
  assert.equal(entry.getAttribute("aria-disabled"), "true");
  assert.match(entry.textContent ?? "", /in a format this app can’t read/);
  fireEvent.click(entry);
  await settled();
  assert.equal(page.queryByRole("dialog"), null);
});

test("a check of the name that fails, or comes after another dialog was opened, is no obstacle", async () => {
  const failing = await openLike([row("ci")], { match_name: () => Promise.reject(problem("internal")) });
  assert.equal(failing.name.value, "ci 2");

  const late = new Later();
  const { page } = await openPage({ ...withTokens([row("ci")]), match_name: () => late.promise });
  await settled();
  await chooseInRow(page, "ci", /^New like this…/);
  press("n", { ctrlKey: true });
  late.resolve("none");
  await settled();
  assert.equal(page.getAllByRole("dialog").length, 1);
  page.getByRole("dialog", { name: "New token" });
});

test("left untouched it leaves no draft and keeps the one there was; after a change it is the draft", async () => {
  const { page, name } = await openLike([row("ci", TEAM)]);
  pressEsc();
  const openNew = () => {
    fireEvent.click(page.getByRole("button", { name: "New token" }));
    return /** @type {HTMLInputElement} */ (page.getByRole("textbox", { name: "Name" }));
  };
  const field = openNew();
  assert.equal(field.value, "");
  assert.ok(!name.isConnected);
  type(field, "mine");
  pressEsc();
  await chooseInRow(page, "ci", /^New like this…/);
  pressEsc();
  assert.equal(openNew().value, "mine");
  pressEsc();
  await chooseInRow(page, "ci", /^New like this…/);
  type(page.getByRole("textbox", { name: "Name" }), "ci-blue");
  pressEsc();
  assert.equal(openNew().value, "ci-blue");
  page.getByText("It can read and update. It can’t create or delete.");
});

test("closed, the focus goes back to the token it was like", async () => {
  await openLike([row("other"), row("ci", TEAM)]);
  pressEsc();
  await settled();
  assert.match(document.activeElement?.textContent ?? "", /^other/);
});
