/** Handing over a token that exists: in lines that work, without its value on screen. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { closePage, openPage } from "./support/page.js";
import { alertIn, press, pressEsc, settled } from "./support/person.js";
import { Later, problem } from "./support/rust.js";

afterEach(closePage);

/** @param {import("./support/rust.js").Commands} [commands] */
async function openCopyAs(commands) {
  const opened = await openPage(commands);
  await settled();
  fireEvent.click(opened.page.getByText("ci-deploy"));
  press("F10", { shiftKey: true });
  fireEvent.click(opened.page.getByRole("menuitem", { name: "Copy as…" }));
  await settled();
  const dialog = within(opened.page.getByRole("dialog", { name: "Copy this token" }));
  return { ...opened, dialog, form: dialog.getByRole("combobox", { name: "Copy it as" }) };
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
  assert.equal(form.getAttribute("aria-describedby"), dialog.getByText(/^Each line begins with a space/).id);
  assert.equal(callsTo("copy_token").length, 0);
});

test("it copies, says for how long, closes, and gives the focus back to the row", async () => {
  const { page, dialog, form, callsTo } = await openCopyAs();
  fireEvent.change(form, { target: { value: "cli" } });
  fireEvent.click(dialog.getByRole("button", { name: "Copy and close" }));
  await settled();
  const snippet = { format: "cli", project: "p1", name: "ci-deploy" };
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
  const again = page.getByRole("combobox", { name: "Copy it as" });
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
    /^Not copied\. This token’s value contains characters that have a special meaning there\./,
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
  assert.match(page.getByRole("alert").textContent ?? "", /Not copied\./);
});
