/** Full access is confirmed once more, in the form itself, before anything is sent. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { closePage, openPage } from "./support/page.js";
import { press, pressEnter, pressEsc, settled, type } from "./support/person.js";
import { problem, row, withTokens } from "./support/rust.js";

/** @import { RowAccess } from "../types/ipc" */

afterEach(closePage);

const ALL = ["create:*", "read:*", "update:*", "delete:*"];
const QUESTION =
  "Give “edge” full access? It will be able to create, change and delete everything in this project.";
const WHERE = "Project Acme / production · Acme cloud · cloud-api.calyptia.com";

/** @type {RowAccess} */
const FULL = { kind: "full", named: true, others: [] };
/** @type {RowAccess} */
const THREE = { kind: "some", permissions: ["create:*", "read:*", "update:*"] };

/**
 * The dialog that edits the token “edge”, or one for a new token of that name.
 * @param {"edit" | "create"} what
 * @param {RowAccess} [access]
 * @param {import("./support/rust.js").Commands} [commands]
 */
async function openForm(what, access = THREE, commands = {}) {
  const refused = () => Promise.reject(problem("server_error"));
  const opened = await openPage({
    ...withTokens([row("edge", access)]),
    update_token: refused,
    create_token: refused,
    ...commands,
  });
  await settled();
  if (what === "edit") {
    fireEvent.click(opened.page.getByText("edge"));
    press("Enter");
  } else fireEvent.click(opened.page.getByRole("button", { name: /New token/ }));
  const dialog = within(opened.page.getByRole("dialog"));
  const name = /** @type {HTMLInputElement} */ (dialog.getByRole("textbox", { name: "Name" }));
  if (what === "create") type(name, "edge");
  const button = (/** @type {string} */ label) => dialog.getByRole("button", { name: label });
  return {
    ...opened,
    dialog,
    name,
    button,
    submit: button(what === "edit" ? "Save" : "Create token"),
    choose: (/** @type {string} */ preset) => fireEvent.click(dialog.getByRole("radio", { name: preset })),
    isAsked: () => dialog.queryByRole("button", { name: "Give full access" }) !== null,
    sent: () => opened.callsTo(what === "edit" ? "update_token" : "create_token").map(({ args }) => args),
  };
}

/** @param {Element | null} element */
const descriptionOf = (element) =>
  document.getElementById(element?.getAttribute("aria-describedby") ?? "")?.textContent;

for (const what of /** @type {const} */ (["edit", "create"])) {
  test(`${what}: full access is asked about before anything is sent, with the focus on the safe button`, async () => {
    const { submit, choose, button, sent, isAsked } = await openForm(what);
    choose("Full access");
    assert.ok(!isAsked());
    fireEvent.click(submit);
    await settled();
    assert.deepEqual(sent(), []);
    assert.equal(document.activeElement, button("Keep editing"));
    assert.equal(descriptionOf(document.activeElement), `${QUESTION}${WHERE}`);
    assert.ok(!submit.isConnected, "nothing else can send it");
    fireEvent.click(button("Give full access"));
    await settled();
    assert.deepEqual(sent()[0]?.permissions, ALL);
    assert.equal(sent().length, 1);
    assert.ok(submit.isConnected && !isAsked());
  });

  test(`${what}: Esc and Keep editing lead back to the form as it was, and only the next Esc out of the dialog`, async () => {
    const { page, name, choose, button, sent, isAsked } = await openForm(what);
    choose("Full access");
    for (const leave of [pressEsc, () => fireEvent.click(button("Keep editing"))]) {
      name.focus();
      pressEnter(name);
      fireEvent.keyUp(name, { key: "Enter" });
      assert.ok(isAsked());
      assert.ok(name.closest("[inert]"), "the form takes no input while it is asked");
      leave();
      assert.ok(!isAsked());
      assert.equal(name.closest("[inert]"), null);
      assert.equal(document.activeElement, name);
      assert.equal(name.value, "edge");
    }
    pressEsc();
    await settled();
    assert.equal(page.queryByRole("dialog"), null);
    assert.deepEqual(sent(), []);
  });

  test(`${what}: what was confirmed is not asked about again, unless less was chosen in between`, async () => {
    const { submit, choose, button, sent, isAsked } = await openForm(what);
    choose("Full access");
    fireEvent.click(submit);
    fireEvent.click(button("Give full access"));
    await settled();
    fireEvent.click(submit);
    await settled();
    assert.equal(sent().length, 2, "a second try after a failure");
    choose("Team");
    choose("Full access");
    fireEvent.click(submit);
    await settled();
    assert.ok(isAsked());
    assert.equal(sent().length, 2);
  });

  test(`${what}: less than full access is sent without a question`, async () => {
    const { submit, choose, sent, isAsked } = await openForm(what);
    choose("Team");
    fireEvent.click(submit);
    await settled();
    assert.ok(!isAsked());
    assert.equal(sent().length, 1);
  });
}

test("a name that cannot be sent is refused before full access is asked about", async () => {
  const { dialog, name, submit, choose, isAsked } = await openForm("create");
  choose("Full access");
  type(name, "");
  fireEvent.click(submit);
  assert.ok(!isAsked());
  dialog.getByText("Enter a name you’ll recognize later.");
});

test("the fourth box beside three is full access, too, whatever else the token has", async () => {
  const { dialog, submit, sent, isAsked } = await openForm("edit", {
    kind: "some",
    permissions: ["create:*", "read:*", "update:*", "future:x"],
  });
  fireEvent.click(dialog.getByRole("checkbox", { name: "Delete" }));
  fireEvent.click(submit);
  await settled();
  assert.ok(isAsked());
  assert.deepEqual(sent(), []);
});

test("a token that has full access is changed without a question", async () => {
  for (const access of /** @type {RowAccess[]} */ ([FULL, { kind: "full", named: false, others: [] }])) {
    const { name, submit, choose, sent, isAsked } = await openForm("edit", access);
    type(name, "edge-2");
    if (access.kind === "full" && !access.named) choose("Full access");
    fireEvent.click(submit);
    await settled();
    assert.ok(!isAsked());
    assert.equal(sent().length, 1);
  }
});

test("over a version with less, saving full access is asked about; Keep editing sends nothing", async () => {
  const { page, submit, choose, sent } = await openForm(
    "edit",
    { kind: "full", named: false, others: [] },
    {
      update_token: () => ({ outcome: "changed_elsewhere", row: row("edge", THREE) }),
    },
  );
  choose("Full access");
  fireEvent.click(submit);
  await settled();
  fireEvent.click(page.getByRole("button", { name: "Overwrite with mine" }));
  await settled();
  assert.equal(sent().length, 1);
  fireEvent.click(page.getByRole("button", { name: "Keep editing" }));
  assert.equal(document.activeElement, submit);
  fireEvent.click(submit);
  fireEvent.click(page.getByRole("button", { name: "Give full access" }));
  await settled();
  assert.deepEqual(sent()[1]?.permissions, ALL);
});

test("locking while full access is asked about sends nothing", async () => {
  const { page, submit, choose, sent } = await openForm("create");
  choose("Full access");
  fireEvent.click(submit);
  press("l", { ctrlKey: true });
  await settled();
  page.getByRole("button", { name: "Unlock" });
  assert.deepEqual(sent(), []);
});
