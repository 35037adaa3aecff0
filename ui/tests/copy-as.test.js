/** Handing over a token that exists: in lines that work, without its value on screen. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { closePage, openPage } from "./support/page.js";
import { alertIn, press, pressEsc, settled } from "./support/person.js";
import { Later, problem, startup } from "./support/rust.js";

afterEach(closePage);

/** @param {import("./support/rust.js").Commands} [commands] */
async function openCopyAs(commands) {
  const opened = await openPage(commands);
  await settled();
  fireEvent.click(opened.page.getByText("ci-deploy"));
  press("F10", { shiftKey: true });
  fireEvent.click(opened.page.getByRole("menuitem", { name: "Copy as…" }));
  await settled();
  const dialog = within(opened.page.getByRole("dialog", { name: "Copy token" }));
  return { ...opened, dialog, form: dialog.getByRole("combobox", { name: "Copy as" }) };
}

test("a snippet is shown as it is copied but for the value, and with what the token can do", async () => {
  const { dialog, form, callsTo } = await openCopyAs();
  assert.equal(document.activeElement, form);
  fireEvent.change(form, { target: { value: "cli" } });
  await settled();
  dialog.getByText("ci-deploy");
  dialog.getByText("Full access");
  const lines = dialog.getByText(/^calyptia one/);
  assert.equal(
    lines.textContent,
    " calyptia one\n calyptia two ••••••••••••x0E61UHidden. It ends in x0E61U.",
  );
  assert.equal(form.getAttribute("aria-describedby"), dialog.getByText(/^Each line starts with a space/).id);
  assert.equal(callsTo("copy_token").length, 0);
});

test("it copies, says for how long, closes, and gives the focus back to the row", async () => {
  const { page, dialog, form, callsTo } = await openCopyAs();
  fireEvent.change(form, { target: { value: "cli" } });
  fireEvent.click(dialog.getByRole("button", { name: "Copy and close" }));
  await settled();
  const snippet = { format: "cli", project: "p1", name: "ci-deploy", fleet: null };
  assert.deepEqual(callsTo("copy_token")[0]?.args, { connection: "c1", id: "id of ci-deploy", snippet });
  assert.equal(page.queryByRole("dialog"), null);
  assert.match(page.getByRole("status").textContent ?? "", /Copied “ci-deploy” as Calyptia CLI\./);
  assert.match(document.activeElement?.textContent ?? "", /^ci-deploy/);
});

test("destinations are grouped, and the one of last time is chosen", async () => {
  const { page, dialog, form } = await openCopyAs();
  const groups = [...form.querySelectorAll("optgroup")].map(
    ({ label, children }) => `${label}: ${[...children].map(({ textContent }) => textContent).join(", ")}`,
  );
  assert.deepEqual(groups, [
    "Agents and core instances: Fluent Bit (YAML), Fluent Bit (classic), Core instance (Helm)",
    "Scripts and the terminal: Calyptia CLI, .env file, curl",
    "Secret stores: Kubernetes Secret, GitHub Actions secret, HashiCorp Vault",
  ]);
  fireEvent.change(form, { target: { value: "vault" } });
  fireEvent.click(dialog.getByRole("button", { name: "Close" }));
  press("F10", { shiftKey: true });
  fireEvent.click(page.getByRole("menuitem", { name: "Copy as…" }));
  await settled();
  const again = page.getByRole("combobox", { name: "Copy as" });
  assert.equal(/** @type {HTMLSelectElement} */ (again).value, "vault");
});

test("Ctrl+C copies, too, and what cannot be copied says why and stays open", async () => {
  const { dialog, form, callsTo } = await openCopyAs({
    copy_token: () => Promise.reject(problem("value_not_plain")),
  });
  fireEvent.keyDown(form, { key: "c", ctrlKey: true });
  await settled();
  assert.equal(callsTo("copy_token").length, 1);
  assert.match(
    alertIn(dialog)?.textContent ?? "",
    /^Couldn’t copy\. This token contains characters that have a special meaning in this format\./,
  );
  dialog.getByRole("button", { name: "Copy and close" });
  fireEvent.change(form, { target: { value: "" } });
  assert.equal(alertIn(dialog), null, "another form may be possible");
});

test("whoever leaves while it is copied hears how it ended all the same", async () => {
  /** @type {Later<unknown>} */
  const answer = new Later();
  const { page, dialog } = await openCopyAs({ copy_token: () => answer.promise });
  fireEvent.click(dialog.getByRole("button", { name: "Copy and close" }));
  pressEsc();
  assert.equal(page.queryByRole("dialog"), null);
  answer.reject(problem("clipboard_unavailable"));
  await settled();
  assert.match(page.getByRole("alert").textContent ?? "", /Couldn’t copy\./);
});

const names = (/** @type {HTMLElement} */ select) =>
  [...select.querySelectorAll("option")].map(({ textContent }) => textContent);

/** Opens it again, on the same token. @param {any} page */
async function reopen(page) {
  press("F10", { shiftKey: true });
  fireEvent.click(page.getByRole("menuitem", { name: "Copy as…" }));
  await settled();
  return within(page.getByRole("dialog", { name: "Copy token" }));
}

test("a fleet is chosen from those that the server names, when they come, and is chosen again later", async () => {
  /** @type {Later<unknown>} */
  const answer = new Later();
  const opened = await openCopyAs({ list_fleets: () => answer.promise });
  const { page, dialog, form, callsTo } = opened;
  fireEvent.change(form, { target: { value: "fluent_bit" } });
  await settled();
  assert.deepEqual(callsTo("list_fleets")[0]?.args, { connection: "c1", project: "p1" });
  assert.equal(dialog.queryByRole("combobox", { name: "Fleet" }), null);
  dialog.getByText(/Replace your-fleet with the fleet’s name/);
  answer.resolve(["edge-eu", "edge\u202eus"]);
  await settled();
  const fleet = dialog.getByRole("combobox", { name: "Fleet" });
  assert.deepEqual(names(fleet), ["Another fleet", "edge-eu", "edge[U+202E]us"]);
  dialog.getByText(/Replace your-fleet with the fleet’s name/);

  fireEvent.change(fleet, { target: { value: "edge\u202eus" } });
  await settled();
  const request = { format: "fluent_bit", project: "p1", name: "ci-deploy", fleet: "edge\u202eus" };
  assert.deepEqual(callsTo("snippet").at(-1)?.args.request, request);
  assert.equal(dialog.queryByText(/your-fleet/), null);
  for (const other of ["fluent_bit_classic", "cli", ""]) {
    fireEvent.change(form, { target: { value: other } });
    assert.equal(dialog.queryByRole("combobox", { name: "Fleet" }), null, other);
  }
  assert.equal(callsTo("snippet").at(-1)?.args.request.fleet, null);
  fireEvent.change(form, { target: { value: "fluent_bit" } });
  fireEvent.click(dialog.getByRole("button", { name: "Copy and close" }));
  await settled();
  assert.deepEqual(callsTo("copy_token")[0]?.args.snippet, request);
  assert.equal(callsTo("cancel_fleets").length, 0, "there is nothing to stop");

  opened.commands.list_fleets = () => new Promise(() => {});
  const again = await reopen(page);
  const chosen = /** @type {HTMLSelectElement} */ (again.getByRole("combobox", { name: "Fleet" }));
  assert.equal(chosen.value, "edge\u202eus", "at once");
  fireEvent.change(chosen, { target: { value: "" } });
  await settled();
  assert.equal(callsTo("snippet").at(-1)?.args.request.fleet, null);
  again.getByText(/Replace your-fleet with the fleet’s name/);
});

test("a fleet that no longer exists is not chosen any more", async () => {
  const opened = await openCopyAs({ list_fleets: () => ["edge-eu", "edge-us"] });
  fireEvent.change(opened.form, { target: { value: "fluent_bit" } });
  await settled();
  fireEvent.change(opened.dialog.getByRole("combobox", { name: "Fleet" }), { target: { value: "edge-us" } });
  pressEsc();
  opened.commands.list_fleets = () => ["edge-eu"];
  const again = await reopen(opened.page);
  assert.deepEqual(names(again.getByRole("combobox", { name: "Fleet" })), ["Another fleet", "edge-eu"]);
  assert.equal(opened.callsTo("snippet").at(-1)?.args.request.fleet, null);
  again.getByText(/Replace your-fleet with the fleet’s name/);
});

test("a server that names no fleets leaves the placeholder, and nothing is said", async () => {
  for (const list_fleets of [
    () => [],
    () => Promise.reject(problem("not_found")),
    () => Promise.reject(problem("unauthenticated")),
  ]) {
    const { page, dialog, form } = await openCopyAs({ list_fleets });
    fireEvent.change(form, { target: { value: "fluent_bit" } });
    await settled();
    assert.equal(dialog.queryByRole("combobox", { name: "Fleet" }), null);
    dialog.getByText(/Replace your-fleet with the fleet’s name/);
    assert.equal(alertIn(page), null);
    assert.equal(page.queryByRole("dialog", { name: /Sign in/ }), null);
  }
});

test("closing the dialog stops the question about fleets", async () => {
  const { callsTo } = await openCopyAs({ list_fleets: () => new Promise(() => {}) });
  pressEsc();
  await settled();
  assert.deepEqual(callsTo("cancel_fleets")[0]?.args, { connection: "c1" });
});

test("the format of last time is there after a restart, and another is saved", async () => {
  const { form, callsTo } = await openCopyAs({ start: () => startup({ snippetFormat: "github_actions" }) });
  assert.equal(/** @type {HTMLSelectElement} */ (form).value, "github_actions");
  fireEvent.change(form, { target: { value: "curl" } });
  assert.deepEqual(callsTo("set_snippet_format").at(-1)?.args, { format: "curl" });
  fireEvent.change(form, { target: { value: "" } });
  assert.equal(callsTo("set_snippet_format").length, 1, "the token alone is no format");
});
