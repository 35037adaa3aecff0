/** Revoking a token: confirmed first, sent once, and reported truly. And the menu that leads there. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { closePage, openPage } from "./support/page.js";
import { press, pressEsc, settled } from "./support/person.js";
import { Later, problem, row, withTokens } from "./support/rust.js";

afterEach(closePage);

/** @param {import("./support/rust.js").Commands} [commands] */
async function openList(commands) {
  const tokens = ["a", "b", "c"].map((name) => row(name));
  const opened = await openPage({
    ...withTokens(tokens),
    delete_token({ id }) {
      const at = tokens.findIndex((one) => one.id === id);
      tokens.splice(at, 1);
      return null;
    },
    ...commands,
  });
  await settled();
  return { ...opened, tokens };
}

/** @param {import("./support/rust.js").Commands} [commands] */
async function openRevoke(commands) {
  const opened = await openList(commands);
  fireEvent.click(opened.page.getByText("b"));
  press("Delete");
  return { ...opened, dialog: within(opened.page.getByRole("dialog", { name: "Revoke this token?" })) };
}

test("asks with all that tells which token it is, and Cancel has the focus", async () => {
  const { dialog, callsTo } = await openRevoke();
  dialog.getByText("b");
  dialog.getByText("read");
  dialog.getByText("…x0E61U");
  dialog.getByText("This can’t be undone.");
  assert.equal(document.activeElement, dialog.getByRole("button", { name: "Cancel" }));
  fireEvent.click(dialog.getByRole("button", { name: "Cancel" }));
  await settled();
  assert.equal(callsTo("delete_token").length, 0);
  assert.match(document.activeElement?.textContent ?? "", /^b/, "the focus goes back to the row");
});

/** What is said beside a fact. @param {string} name */
const saidOf = (name) =>
  [...document.querySelectorAll("dialog dt")]
    .filter((term) => term.textContent === name && !term.closest("[hidden]"))
    .flatMap((term) => [...(term.nextElementSibling?.querySelectorAll("li") ?? [])])
    .map((item) => item.textContent);

/** @param {string} them */
const effects = (them) => ({
  Stops: [
    `Anything that sends ${them} (scripts, the CLI): immediately`,
    `Core instances that use ${them}: within 15 seconds`,
    `Fluent Bit agents that use ${them}: fleet configuration, and registering after a restart or reinstall`,
  ],
  "Keeps working": [
    "Registered Fluent Bit agents, while they run: they send data with their own agent tokens",
  ],
});

test("before one or several are revoked, it says what stops and what keeps working", async () => {
  const { page } = await openRevoke();
  const said = () => ({ Stops: saidOf("Stops"), "Keeps working": saidOf("Keeps working") });
  assert.deepEqual(said(), effects("it"));
  pressEsc();
  press("a", { ctrlKey: true });
  await settled();
  press("Delete");
  page.getByRole("heading", { name: "Revoke 3 tokens?" });
  assert.deepEqual(said(), effects("them"));
});

test("A2: revokes once, then the row is gone and the next one has the focus", async () => {
  const { page, dialog, callsTo } = await openRevoke();
  const go = dialog.getByRole("button", { name: "Revoke" });
  fireEvent.click(go);
  fireEvent.click(go);
  await settled();
  assert.deepEqual(
    callsTo("delete_token").map(({ args }) => args),
    [{ connection: "c1", id: "id of b" }],
  );
  assert.equal(page.queryByRole("dialog"), null);
  assert.equal(page.queryByText("b", { selector: ".rows *" }), null);
  assert.match(document.activeElement?.textContent ?? "", /^c/);
  assert.match(page.getByRole("status").textContent ?? "", /Revoked “b”\./);
  page.getByText(/^2 tokens/);
  assert.equal(callsTo("load_tokens").length, 1);
});

test("the last row takes the focus to the one before, and the very last one to New token", async () => {
  const { page } = await openList();
  for (const [name, next] of [
    ["c", /^b/],
    ["b", /^a/],
    ["a", /^New token/],
  ]) {
    fireEvent.click(page.getByText(String(name)));
    press("Delete");
    fireEvent.click(page.getByRole("button", { name: "Revoke" }));
    await settled();
    assert.match(document.activeElement?.textContent ?? "", /** @type {RegExp} */ (next));
  }
  page.getByRole("heading", { name: "No tokens yet" });
});

test("a failure keeps the dialog, and a lost answer loads the list", async () => {
  const { dialog, callsTo, commands } = await openRevoke({
    delete_token: () => Promise.reject(problem("permission_denied")),
  });
  fireEvent.click(dialog.getByRole("button", { name: "Revoke" }));
  await settled();
  dialog.getByText("You don’t have permission to create or change tokens in this project.");
  assert.equal(callsTo("load_tokens").length, 1);
  commands.delete_token = () => Promise.reject(problem("change_unknown"));
  fireEvent.click(dialog.getByRole("button", { name: "Revoke" }));
  await settled();
  dialog.getByText("The server’s response was lost.");
  assert.equal(callsTo("load_tokens").length, 2);
});

test("C8, C9: a row stays unless Rust says that its token is gone", async () => {
  const { page, dialog, callsTo, commands } = await openRevoke({
    delete_token: () => Promise.reject({ ...problem("not_found_elsewhere"), status: 404 }),
  });
  const go = dialog.getByRole("button", { name: "Revoke" });
  fireEvent.click(go);
  await settled();
  dialog.getByText(/^This doesn’t mean that the token is gone/);
  commands.delete_token = () =>
    Promise.reject({ ...problem("conflict", "token is used by 3 core instances"), status: 409 });
  fireEvent.click(go);
  await settled();
  dialog.getByText("token is used by 3 core instances");
  page.getByText("b", { selector: ".rows *" });
  assert.equal(callsTo("delete_token").length, 2);
});

test("N2: leaving while revoking stops the request, and says what may have happened", async () => {
  const answer = new Later();
  const { page, dialog, callsTo } = await openRevoke({ delete_token: () => answer.promise });
  fireEvent.click(dialog.getByRole("button", { name: "Revoke" }));
  pressEsc();
  assert.equal(page.queryByRole("dialog"), null);
  assert.equal(callsTo("cancel_change").length, 1);
  answer.reject(problem("change_unknown"));
  await settled();
  assert.match(
    page.getByRole("alert").textContent ?? "",
    /Canceled, but “b” may already have been revoked\./,
  );
  assert.equal(callsTo("load_tokens").length, 2);
});

test("the menu opens by button, key and right click, moves by arrows, and gives the focus back", async () => {
  const { page, callsTo } = await openList();
  const more = page.getByRole("button", { name: "More actions for a" });
  more.focus();
  fireEvent.click(more);
  assert.equal(more.getAttribute("aria-expanded"), "true");
  const entries = () => page.getAllByRole("menuitem").map((one) => one.textContent);
  assert.deepEqual(entries(), [
    "Copy tokenCtrl C",
    "Copy as…",
    "Edit…Enter",
    "New like this…",
    "Find in files…",
    "Rotate…",
    "Revoke…Delete",
  ]);
  page.getByRole("menuitem", { name: "Revoke…" });
  assert.equal(document.activeElement?.textContent, "Copy tokenCtrl C");
  press("ArrowUp");
  assert.equal(document.activeElement?.textContent, "Revoke…Delete");
  press("ArrowDown");
  press("e");
  assert.equal(document.activeElement?.textContent, "Edit…Enter");
  press("Escape");
  assert.equal(page.queryByRole("menu"), null);
  assert.equal(document.activeElement, more);
  assert.equal(more.getAttribute("aria-expanded"), "false");

  fireEvent.click(page.getByText("c"));
  press("F10", { shiftKey: true });
  page.getByRole("menu", { name: "Actions for c" });
  press("Enter");
  await settled();
  assert.deepEqual(callsTo("copy_token")[0]?.args, { connection: "c1", id: "id of c" });
  assert.match(document.activeElement?.textContent ?? "", /^c/);

  fireEvent.contextMenu(page.getByText("b"), { button: 2, clientX: 40, clientY: 60 });
  fireEvent.click(page.getByRole("menuitem", { name: "Revoke…" }));
  within(page.getByRole("dialog")).getByText("b");
});

test("D4: where a name repeats, the id tells the tokens apart, in the row and in what is asked", async () => {
  const twins = ["11112222-a", "33334444-b"].map((id) => ({ ...row("twin"), id, duplicateName: true }));
  const { page } = await openPage(withTokens(twins));
  await settled();
  assert.equal(page.getByText("11112222").title, "11112222-a");
  page.getByRole("button", { name: "Copy token twin, ID 33334444" });
  fireEvent.click(page.getByText("33334444"));
  press("Delete");
  within(page.getByRole("dialog")).getByText("33334444");
});
