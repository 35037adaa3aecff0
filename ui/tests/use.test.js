/** Handing over a token that exists: in lines that work, without its value on screen. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { closePage, openPage } from "./support/page.js";
import { press, settled } from "./support/person.js";
import { problem } from "./support/rust.js";

afterEach(closePage);

/** @param {import("./support/rust.js").Commands} [commands] */
async function openUse(commands) {
  const opened = await openPage(commands);
  await settled();
  fireEvent.click(opened.page.getByText("ci-deploy"));
  press("F10", { shiftKey: true });
  fireEvent.click(opened.page.getByRole("menuitem", { name: "Use…" }));
  await settled();
  const dialog = within(opened.page.getByRole("dialog", { name: "Use this token" }));
  return { ...opened, dialog, form: dialog.getByRole("combobox", { name: "Copy it as" }) };
}

test("it opens on the CLI's command, of which the value's end is shown and the first space is not", async () => {
  const { dialog, form, callsTo } = await openUse();
  assert.equal(document.activeElement, form);
  dialog.getByText("ci-deploy");
  const lines = dialog.getByText(/^calyptia config set_token/);
  assert.equal(lines.textContent, "calyptia config set_token ••••••••••••x0E61U");
  assert.equal(form.getAttribute("aria-describedby"), dialog.getByText(/^Begins with a space/).id);
  assert.equal(dialog.queryByRole("option", { name: "Token alone" }), null, "the list copies that");
  assert.equal(callsTo("copy_token").length, 0);
});

test("it copies, says for how long, closes, and gives the focus back to the row", async () => {
  const { page, dialog, callsTo } = await openUse();
  fireEvent.click(dialog.getByRole("button", { name: "Copy and close" }));
  await settled();
  const handover = { form: "cli", project: "p1", name: "ci-deploy" };
  assert.deepEqual(callsTo("copy_token")[0]?.args, { id: "id of ci-deploy", handover });
  assert.equal(page.queryByRole("dialog"), null);
  assert.match(page.getByRole("status").textContent ?? "", /Copied “ci-deploy”/);
  assert.match(document.activeElement?.textContent ?? "", /^ci-deploy/);
});

test("Ctrl+C copies, too, and what cannot be copied says why and stays open", async () => {
  const { dialog, form, callsTo } = await openUse({
    copy_token: () => Promise.reject(problem("value_not_plain")),
  });
  fireEvent.keyDown(form, { key: "c", ctrlKey: true });
  await settled();
  assert.equal(callsTo("copy_token").length, 1);
  assert.match(
    dialog.getByRole("alert").textContent ?? "",
    /^Not copied\. This token's value holds characters that mean something else there\./,
  );
  dialog.getByRole("button", { name: "Copy and close" });
});
