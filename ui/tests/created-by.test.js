/** Who created a token: beside its date once the server has said so, and nothing at all otherwise. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { exactTime, shortTime } from "../src/shared/format.js";
import { closePage, openPage } from "./support/page.js";
import { alertIn, press, pressEsc, settled } from "./support/person.js";
import { Later, problem, row, withTokens } from "./support/rust.js";

afterEach(closePage);

const TOKEN = row("edge");

/** @param {import("./support/rust.js").Commands} commands */
async function openEdit(commands) {
  const opened = await openPage({ ...withTokens([TOKEN]), ...commands });
  await settled();
  fireEvent.click(opened.page.getByText("edge"));
  press("Enter");
  return { ...opened, dialog: within(opened.page.getByRole("dialog", { name: "Edit token" })) };
}

const created = () => document.querySelector(".created-by")?.textContent ?? "";

test("the dialog opens at once, and says who created the token when the answer arrives", async () => {
  const answer = new Later();
  const { dialog, callsTo } = await openEdit({ created_by: () => answer.promise });
  dialog.getByRole("textbox", { name: "Name" });
  assert.equal(created(), exactTime(TOKEN.createdAt));
  assert.deepEqual(callsTo("created_by")[0]?.args, { connection: "c1", project: "p1", id: TOKEN.id });
  answer.resolve("bo@acme.example\u202e");
  await settled();
  assert.equal(
    created(),
    `${shortTime(TOKEN.createdAt)} by bo@acme.exampleU+202E`,
    "what nobody would see is shown",
  );
  pressEsc();
  await settled();
  assert.equal(callsTo("cancel_created_by").length, 0, "there is nothing to stop");
});

test("if the server does not say, nothing is said", async () => {
  for (const answer of [null, problem("unauthenticated"), problem("server_error")]) {
    const { page } = await openEdit({ created_by: () => (answer ? Promise.reject(answer) : null) });
    await settled();
    assert.doesNotMatch(created(), / by /);
    assert.equal(alertIn(page), null);
    assert.equal(page.queryByRole("dialog", { name: /Sign in/ }), null);
  }
});

test("closing the dialog stops the question", async () => {
  const { callsTo } = await openEdit({ created_by: () => new Promise(() => {}) });
  pressEsc();
  await settled();
  assert.deepEqual(callsTo("cancel_created_by")[0]?.args, { connection: "c1" });
});
