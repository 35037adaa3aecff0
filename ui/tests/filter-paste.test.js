/** Pasting into the filter: Rust looks at what is pasted, and the page inserts it only if no token is in it. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent } from "@testing-library/dom";
import { closePage, openPage } from "./support/page.js";
import { settled, type } from "./support/person.js";
import { Later, problem } from "./support/rust.js";

/** @import { FilterPaste, Problem } from "../types/ipc" */

afterEach(closePage);

const ID = "5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10";

/** @param {FilterPaste | Problem} answer */
async function pasteInto(answer) {
  const opened = await openPage({
    paste_into_filter: () => ("code" in answer ? Promise.reject(answer) : answer),
  });
  await settled();
  const filter = /** @type {HTMLInputElement} */ (opened.page.getByRole("searchbox"));
  type(filter, "old ");
  filter.setSelectionRange(4, 4);
  const goesOn = fireEvent.paste(filter, { clipboardData: { getData: () => " edge\n\teu " } });
  assert.equal(goesOn, false, "the page does not paste it itself");
  await settled();
  const asked = opened.callsTo("rows").at(-1)?.args.view;
  return { ...opened, filter, asked };
}

test("C75: the value of a token in the list is not pasted, and its id filters instead", async () => {
  const { page, filter, asked, callsTo } = await pasteInto({
    kind: "token",
    id: ID,
    listed: true,
    elsewhere: false,
  });
  assert.deepEqual(callsTo("paste_into_filter")[0]?.args, { connection: "c1", source: "clipboard" });
  assert.equal(filter.value, ID);
  assert.equal(asked.filter, ID);
  page.getByText("The value you pasted names this token.");
});

test("C75: a value that no token of the list has is reported", async () => {
  const { page, filter } = await pasteInto({ kind: "token", id: ID, listed: false, elsewhere: false });
  assert.equal(filter.value, ID);
  page.getByText("The value you pasted names a token that isn’t in this list.");
});

test("C75: a value of another project is reported", async () => {
  const { page } = await pasteInto({ kind: "token", id: ID, listed: false, elsewhere: true });
  page.getByText("The value you pasted names a token of another project.");
});

test("C75: a bearer token or several tokens are not pasted into the filter", async () => {
  const { page, filter } = await pasteInto({ kind: "other_token" });
  assert.equal(filter.value, "old ");
  page.getByText("What you pasted isn’t the value of one project token.");
});

test("C75: other text is pasted where the cursor is", async () => {
  const { filter, asked } = await pasteInto({ kind: "text" });
  assert.equal(filter.value, "old edge eu");
  assert.equal(asked.filter, "old edge eu");
});

test("C75: a clipboard that cannot be read is reported, and the filter stays", async () => {
  const { page, filter } = await pasteInto(problem("clipboard_unavailable"));
  assert.equal(filter.value, "old ");
  page.getByText(/clipboard/i, { selector: "b" });
});

test("C47: what a middle click pastes into the filter without a token comes from what was selected", async () => {
  const { page, callsTo } = await openPage();
  await settled();
  const filter = page.getByRole("searchbox");
  fireEvent.mouseDown(filter, { button: 1 });
  assert.equal(fireEvent.paste(filter), true, "the web view pastes it");
  const { onPaste } = callsTo("follow_pastes")[0]?.args ?? {};
  document.elementFromPoint = () => filter;
  onPaste.onmessage({ source: "primary", at: [0.5, 0.5] });
  await settled();
  assert.deepEqual(
    callsTo("paste_into_filter").map(({ args }) => args.source),
    ["primary"],
  );
});

test("C75: an answer that comes after more was typed changes nothing", async () => {
  const answer = new Later();
  const { page } = await openPage({ paste_into_filter: () => answer.promise });
  await settled();
  const filter = /** @type {HTMLInputElement} */ (page.getByRole("searchbox"));
  fireEvent.paste(filter, { clipboardData: { getData: () => "" } });
  type(filter, "edge");
  answer.resolve({ kind: "token", id: ID, listed: true, elsewhere: false });
  await settled();
  assert.equal(filter.value, "edge");
  assert.equal(page.queryByText("The value you pasted names this token."), null);
});
