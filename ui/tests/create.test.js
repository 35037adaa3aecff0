/** Making a token: nothing is sent by accident, nothing twice, and what was typed stays. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { closePage, openPage } from "./support/page.js";
import { alertIn, pressEnter, pressEsc, settled, type } from "./support/person.js";
import { connection, created, Later, problem, row, withTokens } from "./support/rust.js";

afterEach(closePage);

/** @param {import("./support/rust.js").Commands} [commands] */
async function openDialog(commands) {
  const opened = await openPage(commands);
  await settled();
  fireEvent.click(opened.page.getByRole("button", { name: /New token/ }));
  const dialog = within(opened.page.getByRole("dialog", { name: "New token" }));
  return {
    ...opened,
    dialog,
    name: dialog.getByRole("textbox", { name: "Name" }),
    submit: dialog.getByRole("button", { name: "Create token" }),
    /** @param {string} label */
    box: (label) => /** @type {HTMLInputElement} */ (dialog.getByRole("checkbox", { name: label })),
    /** @param {string} label */
    preset: (label) => /** @type {HTMLInputElement} */ (dialog.getByRole("radio", { name: label })),
  };
}

test("starts as read only, with the name ready to be typed", async () => {
  const { dialog, name, preset, box } = await openDialog();
  assert.equal(document.activeElement, name);
  assert.ok(preset("Read only").checked);
  assert.ok(box("Read").checked);
  dialog.getByText("It can read. It can’t create, update or delete.");
});

test("A6: with nothing ticked the button explains itself and nothing is sent, by click or by Enter", async () => {
  const { dialog, name, submit, box, callsTo } = await openDialog();
  type(name, "edge-agent");
  fireEvent.click(box("Read"));
  assert.equal(submit.getAttribute("aria-disabled"), "true");
  assert.ok(!submit.hasAttribute("disabled"), "the button can still be focused");
  const described = document.getElementById(submit.getAttribute("aria-describedby") ?? "");
  const words = "Select at least one permission. A token without listed permissions would have full access.";
  assert.equal(described?.textContent, words);
  fireEvent.click(submit);
  pressEnter(name);
  await settled();
  assert.equal(callsTo("create_token").length, 0);
  dialog.getByText(words);
});

test("presets select the boxes, and boxes choose the preset", async () => {
  const { dialog, preset, box } = await openDialog();
  const selected = () =>
    ["Create", "Read", "Update", "Delete"].filter((label) => box(label).checked).join(" ");
  const chosen = () =>
    dialog.getAllByRole("radio").filter((one) => /** @type {HTMLInputElement} */ (one).checked).length;
  for (const [label, boxes] of [
    ["Team", "Read Update"],
    ["Manager", "Create Read Update"],
    ["Full access", "Create Read Update Delete"],
    ["Read only", "Read"],
  ]) {
    fireEvent.click(preset(String(label)));
    assert.equal(selected(), boxes);
    assert.equal(chosen(), 1);
  }
  fireEvent.click(box("Update"));
  assert.ok(preset("Team").checked);
  fireEvent.click(box("Delete"));
  assert.ok(preset("Custom").checked);
  fireEvent.click(box("Create"));
  assert.ok(preset("Full access").checked, "all four boxes are full access");
  fireEvent.click(preset("Custom"));
  assert.equal(selected(), "Create Read Update Delete", "Custom changes no box");
});

test("full access is said in words and sends all four by name", async () => {
  const { dialog, name, preset, submit, callsTo } = await openDialog();
  fireEvent.click(preset("Full access"));
  dialog.getByText(/^Full access\. It can create, read, update and delete everything/);
  type(name, "  ci-deploy-2 ");
  fireEvent.click(submit);
  fireEvent.click(dialog.getByRole("button", { name: "Give full access" }));
  await settled();
  const { onChecking, ...sent } = callsTo("create_token")[0]?.args ?? {};
  assert.ok(onChecking);
  assert.deepEqual(sent, {
    connection: "c1",
    project: "p1",
    name: "ci-deploy-2",
    permissions: ["create:*", "read:*", "update:*", "delete:*"],
  });
});

/** @type {[import("../types/ipc").RowAccess, string, boolean][]} */
const GRANTED = [
  [{ kind: "some", permissions: ["read:*"] }, "It can read. It can’t create, update or delete.", false],
  [{ kind: "some", permissions: ["update:*"] }, "It can update. It can’t create, read or delete.", true],
  [{ kind: "full", named: false, others: [] }, "Full access", true],
];

for (const [access, can, warns] of GRANTED) {
  test(`C83: the result tells what the server granted (${can}), and warns if it is not what was asked for`, async () => {
    const { page, name, submit } = await openDialog({
      create_token: () => created({ ...row("edge-agent"), access }),
    });
    type(name, "edge-agent");
    fireEvent.click(submit);
    await settled();
    const result = page.getByRole("dialog", { name: "Token created" });
    const warning = within(result).queryByText("The server granted different permissions than you chose.");
    assert.equal(warning !== null, warns);
    assert.ok(result.textContent?.includes(can), result.textContent ?? "");
  });
}

test("A2: a double click or a held Enter creates once", async () => {
  const answer = new Later();
  const { page, name, submit, callsTo, dialog } = await openDialog({ create_token: () => answer.promise });
  type(name, "edge-agent-ap");
  fireEvent.click(submit);
  fireEvent.click(submit);
  pressEnter(name);
  pressEnter(name, { repeat: true });
  dialog.getByRole("button", { name: "Creating…" });
  answer.resolve(created(row("edge-agent-ap")));
  await settled();
  assert.equal(callsTo("create_token").length, 1);
  page.getByRole("dialog", { name: "Token created" });
});

test("an Enter still held when the token is made does not press Copy and close", async () => {
  const { page, name, callsTo } = await openDialog();
  type(name, "edge-agent-ap");
  fireEvent.keyDown(name, { key: "Enter" });
  name.closest("form")?.requestSubmit();
  await settled();
  const copy = page.getByRole("button", { name: "Copy and close" });
  assert.equal(fireEvent.keyDown(copy, { key: "Enter", repeat: true }), false, "the held key does nothing");
  fireEvent.keyUp(copy, { key: "Enter" });
  assert.equal(fireEvent.keyDown(copy, { key: "Enter" }), true, "a fresh press does");
  assert.equal(callsTo("copy_token").length, 0);
});

test("a name already in the list is reported before sending, and an older answer does not overwrite a newer one", async () => {
  const slow = new Later();
  const { dialog, name } = await openDialog({
    match_name: ({ name: asked }) => (asked === "default" ? slow.promise : "none"),
  });
  type(name, "default");
  type(name, "default-2");
  await settled();
  slow.resolve("same");
  await settled();
  assert.equal(dialog.queryByText(/already in the list/), null);

  type(name, "default");
  await settled();
  dialog.getByText("There’s already a token with this name. Choose another.");
  assert.equal(name.getAttribute("aria-invalid"), "true");
});

test("an empty name and one of more than 100 characters are explained and not sent", async () => {
  const { dialog, name, submit, callsTo } = await openDialog();
  fireEvent.click(submit);
  dialog.getByText("Enter a name you’ll recognize later.");
  assert.equal(document.activeElement, name);
  type(name, "🦊".repeat(100));
  assert.equal(dialog.queryByText(/at most 100/), null, "letters are counted, not code units");
  type(name, "x".repeat(101));
  dialog.getByText("Use at most 100 characters (now 101).");
  fireEvent.click(submit);
  assert.equal(callsTo("create_token").length, 0);
});

test("H3: a name the server refuses is reported at the field, with the draft kept", async () => {
  const { dialog, name, submit } = await openDialog({
    create_token: () => Promise.reject(problem("name_taken")),
  });
  type(name, "default");
  fireEvent.click(submit);
  await settled();
  dialog.getByText(/A token with this name already exists in this project\./);
  assert.equal(/** @type {HTMLInputElement} */ (name).value, "default");
  assert.equal(document.activeElement, name);
});

test("the result shows only the end of the value, copies by id, and then the new row has the focus", async () => {
  const tokens = [row("edge-agent-eu")];
  const made = { ...row("edge-agent-ap"), suffix: "Zq81xT" };
  const { page, name, submit, callsTo } = await openDialog({
    ...withTokens(tokens),
    create_token() {
      tokens.unshift(made);
      return created(made);
    },
  });
  type(name, "edge-agent-ap");
  fireEvent.click(submit);
  await settled();
  const result = within(page.getByRole("dialog", { name: "Token created" }));
  result.getByText("••••••••••••Zq81xT");
  result.getByText("Copy it now. Some servers won’t show it again.");
  assert.equal(callsTo("forget_created").length, 0);
  fireEvent.click(result.getByRole("button", { name: "Copy and close" }));
  await settled();
  assert.deepEqual(callsTo("copy_token")[0]?.args, { connection: "c1", id: made.id, snippet: null });
  assert.equal(callsTo("forget_created").length, 1);
  assert.equal(callsTo("load_tokens").length, 1, "the list is not loaded again");
  assert.match(
    page.getByRole("status").textContent ?? "",
    /Copied “edge-agent-ap”\. The clipboard will be cleared in 30 s\./,
  );
  const chosen = page.getByRole("row", { current: true });
  assert.match(chosen.textContent ?? "", /edge-agent-ap/);
  assert.equal(document.activeElement, chosen);
  page.getByText(/^2 tokens/);
});

test("what was made is copied in the lines that something takes it from, if somebody wants it so", async () => {
  const { page, name, submit, callsTo } = await openDialog();
  type(name, "edge-agent-ap");
  fireEvent.click(submit);
  await settled();
  const result = within(page.getByRole("dialog", { name: "Token created" }));
  const form = /** @type {HTMLSelectElement} */ (result.getByRole("combobox", { name: "Copy as" }));
  assert.equal(form.selectedOptions[0]?.textContent, "Token only");
  fireEvent.change(form, { target: { value: "environment" } });
  await settled();
  assert.match(result.getByText(/^CALYPTIA_CLOUD_TOKEN=/).textContent ?? "", /=••••••••••••x0E61UHidden\./);
  result.getByText(/Keep the file out of version control\./);
  fireEvent.click(result.getByRole("button", { name: "Copy and close" }));
  await settled();
  const snippet = { format: "environment", project: "p1", name: "edge-agent-ap", fleet: null };
  assert.deepEqual(callsTo("snippet")[0]?.args, { connection: "c1", request: snippet });
  assert.deepEqual(callsTo("copy_token")[0]?.args, { connection: "c1", id: "id of edge-agent-ap", snippet });
});

test("of two forms chosen one after the other the later one is shown, and one that is impossible says why", async () => {
  /** @type {Record<string, Later<unknown>>} */
  const answers = { cli: new Later(), curl: new Later(), fluent_bit: new Later() };
  const { page, name, submit } = await openDialog({
    snippet: ({ request }) => answers[request.format]?.promise,
  });
  type(name, "edge-agent-ap");
  fireEvent.click(submit);
  await settled();
  const form = page.getByRole("combobox", { name: "Copy as" });
  fireEvent.change(form, { target: { value: "cli" } });
  fireEvent.change(form, { target: { value: "curl" } });
  answers.curl?.resolve({ before: " curl ", after: "" });
  await settled();
  answers.cli?.resolve({ before: " calyptia ", after: "" });
  await settled();
  const lines = page.getByText(/^curl/, { selector: "code" });
  assert.match(lines.textContent ?? "", /^ curl ••••••••••••x0E61U/);
  fireEvent.change(form, { target: { value: "fluent_bit" } });
  answers.fluent_bit?.reject(problem("server_path_impossible"));
  await settled();
  page.getByText(/Fluent Bit can’t use a server address that has a path\./);
  assert.equal(page.queryByText(/^curl/, { selector: "code" }), null);
  fireEvent.change(form, { target: { value: "" } });
  await settled();
  assert.equal(page.queryByText(/Fluent Bit has no setting/), null);
});

test("closing without a copy asks once: some servers never show the value again", async () => {
  const { page, name, submit, callsTo } = await openDialog();
  type(name, "edge-agent-ap");
  fireEvent.click(submit);
  await settled();
  const result = within(page.getByRole("dialog", { name: "Token created" }));
  pressEsc();
  assert.equal(alertIn(result)?.textContent, "You haven’t copied it yet.");
  assert.equal(document.activeElement, result.getByRole("button", { name: "Copy and close" }));
  fireEvent.click(result.getByRole("button", { name: "Close without copying" }));
  await settled();
  assert.equal(page.queryByRole("dialog"), null);
  assert.equal(callsTo("copy_token").length, 0);
  assert.equal(callsTo("forget_created").length, 1);
});

test("Ctrl+C copies what was made", async () => {
  const { page, name, submit, callsTo } = await openDialog();
  type(name, "edge-agent-ap");
  fireEvent.click(submit);
  await settled();
  fireEvent.keyDown(document.activeElement ?? document.body, { key: "c", ctrlKey: true });
  await settled();
  assert.equal(callsTo("copy_token").length, 1);
  assert.equal(page.queryByRole("dialog"), null);
});

test("Esc keeps what was typed for the next time, Cancel does not", async () => {
  const { page, name, box } = await openDialog();
  const open = () => {
    fireEvent.click(page.getByRole("button", { name: /New token/ }));
    return /** @type {HTMLInputElement} */ (page.getByRole("textbox", { name: "Name" })).value;
  };
  type(name, "edge-agent-ap");
  fireEvent.click(box("Update"));
  pressEsc();
  assert.equal(open(), "edge-agent-ap");
  page.getByText("It can read and update. It can’t create or delete.");
  page.getByText("Draft restored.");
  const field = /** @type {HTMLInputElement} */ (page.getByRole("textbox", { name: "Name" }));
  assert.deepEqual([field.selectionStart, field.selectionEnd], [0, "edge-agent-ap".length]);
  fireEvent.click(page.getByRole("button", { name: "Start over" }));
  assert.equal(field.value, "");
  page.getByText("It can read. It can’t create, update or delete.");
  assert.equal(document.activeElement, field);
  type(field, "edge-agent-ap");
  pressEsc();
  assert.equal(open(), "edge-agent-ap");
  fireEvent.click(page.getByRole("button", { name: "Cancel" }));
  assert.equal(open(), "");
});

test("nothing is left of a form that nobody touched, and what is sent is not begun anew", async () => {
  const { page, name, callsTo } = await openDialog({ create_token: () => new Promise(() => {}) });
  pressEsc();
  const open = () => fireEvent.click(page.getByRole("button", { name: /New token/ }));
  open();
  assert.equal(page.queryByText("Draft restored."), null);
  assert.notEqual(document.activeElement, name);
  type(page.getByRole("textbox", { name: "Name" }), "edge");
  pressEsc();
  open();
  page.getByText("Draft restored.");
  pressEnter(page.getByRole("textbox", { name: "Name" }));
  await settled();
  assert.equal(callsTo("create_token").length, 1);
  assert.equal(page.queryByRole("button", { name: "Start over" }), null);
});

test("Tab goes round within the dialog", async () => {
  const { name } = await openDialog();
  const stops = [...document.querySelectorAll("dialog button")];
  const last = /** @type {HTMLElement} */ (stops.at(-1));
  last.focus();
  assert.equal(fireEvent.keyDown(last, { key: "Tab" }), false);
  assert.equal(document.activeElement, name);
  assert.equal(fireEvent.keyDown(name, { key: "Tab", shiftKey: true }), false);
  assert.equal(document.activeElement, last);
  assert.equal(
    fireEvent.keyDown(last, { key: "Tab", shiftKey: true }),
    true,
    "in between, the web view sees to it",
  );
});

test("a failed copy never says Copied and keeps the result open", async () => {
  const { page, name, submit } = await openDialog({
    copy_token: () => Promise.reject(problem("clipboard_unavailable")),
  });
  type(name, "edge-agent-ap");
  fireEvent.click(submit);
  await settled();
  fireEvent.click(page.getByRole("button", { name: "Copy and close" }));
  await settled();
  const result = within(page.getByRole("dialog", { name: "Token created" }));
  result.getByText(/Couldn’t copy\. The clipboard can’t be used right now\./);
  assert.doesNotMatch(document.body.textContent ?? "", /Copied “/);
});

test("the focus goes back to the button that opened the dialog", async () => {
  const { page } = await openPage({ restore: () => connection() });
  await settled();
  const opener = page.getByRole("button", { name: /New token/ });
  opener.focus();
  fireEvent.click(opener);
  fireEvent.click(within(page.getByRole("dialog")).getByRole("button", { name: "Cancel" }));
  await settled();
  assert.equal(document.activeElement, opener);
});
