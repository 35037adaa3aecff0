/** Pasting into the filter: Rust looks at what is pasted, and the page inserts it only if no token is in it. */
import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { closePage, openPage } from "./support/page.js";
import { alertIn, settled, type } from "./support/person.js";
import { connection, known, Later, loaded, PROJECT, problem, row } from "./support/rust.js";

/** @import { FilterPaste, Problem } from "../types/ipc" */

afterEach(async () => {
  mock.restoreAll();
  await closePage();
});

const ID = "5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10";

/**
 * @param {FilterPaste | Problem} answer
 * @param {import("./support/rust.js").Commands} [commands]
 */
async function pasteInto(answer, commands) {
  const opened = await openPage({
    ...commands,
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

/** @param {Partial<import("../src/token/identify.js").FoundToken>} [change] */
const found = (change = {}) =>
  /** @type {const} */ ({
    kind: "token",
    paste: 7,
    id: ID,
    project: PROJECT.id,
    row: null,
    elsewhere: false,
    ...change,
  });

/**
 * @param {Partial<import("../src/token/identify.js").FoundToken>} [change]
 * @param {import("./support/rust.js").Commands} [commands]
 */
async function identify(change, commands = {}) {
  const opened = await pasteInto(found(change), { forget_found_token: () => null, ...commands });
  const dialog = within(opened.page.getByRole("dialog", { name: "Whose token is this?" }));
  const press = async (/** @type {string} */ name) => {
    fireEvent.click(dialog.getByRole("button", { name }));
    await settled();
  };
  return { ...opened, dialog, press };
}

test("C75: the value of a token in the list is not pasted; its id filters, and a card says whose it is", async () => {
  const { page, filter, asked, callsTo, dialog, press } = await identify({ row: row("edge-agent-eu") });
  assert.deepEqual(callsTo("paste_into_filter")[0]?.args, { connection: "c1", source: "clipboard" });
  assert.equal(filter.value, ID);
  assert.equal(asked.filter, ID);
  dialog.getByText("This token is in the list.");
  dialog.getByText("edge-agent-eu");
  dialog.getByText(ID);
  assert.equal(callsTo("check_found_token").length, 0, "nothing is sent before somebody asks for it");
  await press("Revoke…");
  page.getByRole("heading", { name: "Revoke this token?" });
  assert.equal(callsTo("forget_found_token").length, 1);
  assert.equal(callsTo("delete_token").length, 0);
});

test("C75: a value that no token of the list has says so, and the filter stays", async () => {
  const { filter, dialog, press, page, callsTo } = await identify();
  assert.equal(filter.value, "old ");
  dialog.getByText(/belongs to this project but isn’t in the list/);
  await press("Close");
  assert.equal(page.queryByRole("dialog"), null);
  assert.equal(document.activeElement, filter);
  assert.deepEqual(callsTo("forget_found_token")[0]?.args, { connection: "c1", paste: 7 });
});

for (const [name, change] of /** @type {const} */ ([
  ["lacks rows that cannot be read", { unreadable: 1 }],
  ["has no room for all rows", { noRoom: 1 }],
])) {
  test(`a list that ${name} does not call a token gone`, async () => {
    const { dialog } = await identify({}, { load_tokens: () => loaded({ whole: true, ...change }) });
    dialog.getByText("It belongs to this project but isn’t among the tokens loaded so far.");
  });
}

test("nor does a list that is being refreshed", async () => {
  const opened = await openPage();
  await settled();
  opened.commands.load_tokens = () => new Promise(() => {});
  const now = Date.now();
  mock.method(Date, "now", () => now + 120_000);
  window.dispatchEvent(new Event("focus"));
  await settled();
  assert.equal(opened.callsTo("load_tokens").length, 2);
  opened.commands.paste_into_filter = () => found();
  fireEvent.paste(opened.page.getByRole("searchbox"), { clipboardData: { getData: () => "" } });
  await settled();
  opened.page.getByText("It belongs to this project but isn’t among the tokens loaded so far.");
});

test("a value of another project leads there", async () => {
  const staging = { id: "p2", name: "Acme / staging", agents: 1, members: 1 };
  const { dialog, press, callsTo } = await identify(
    { project: "p2", elsewhere: true },
    { restore: () => connection({ projects: [PROJECT, staging] }) },
  );
  dialog.getByText("It belongs to another of your projects:", { exact: false });
  await press("Open project");
  assert.equal(callsTo("load_tokens").at(-1)?.args.project, "p2");
});

test("a value of a project that another connection had open leads to that connection", async () => {
  const { dialog, press, callsTo } = await identify(
    { project: "p9", elsewhere: true },
    { list_connections: () => [known(), known({ id: "c2", name: "Lab", project: "p9" })] },
  );
  dialog.getByText("It belongs to the project that was last open in", { exact: false });
  await press("Switch connection");
  assert.deepEqual(callsTo("restore").at(-1)?.args, { connection: "c2" });
});

test("a value that belongs to another server is not offered to this one", async () => {
  const lab = known({
    id: "c2",
    name: "Lab",
    project: "p9",
    server: "https://lab.example",
    host: "lab.example",
  });
  const { dialog, press, callsTo } = await identify(
    { project: "p9", elsewhere: true },
    { list_connections: () => [known(), lab] },
  );
  for (const name of ["Check it", "Revoke…"]) assert.equal(dialog.queryByRole("button", { name }), null);
  assert.equal(dialog.queryByText(/sends the token itself/)?.hidden, true);
  await press("Switch connection");
  assert.deepEqual(callsTo("restore").at(-1)?.args, { connection: "c2" });
});

test("a token that is not accepted is not asked about any more", async () => {
  const { dialog, press } = await identify({}, { revoke_found_token: () => ({ state: "not_accepted" }) });
  await press("Revoke…");
  await press("Revoke");
  dialog.getByText(/doesn’t accept this token/, { selector: ".token-state p" });
  assert.equal(dialog.queryByText(/will stop working/), null);
  assert.equal(dialog.queryByRole("button", { name: /Revoke/ }), null);
  assert.equal(document.activeElement?.textContent, "Close");
});

test("a value of a project that nothing here knows says so", async () => {
  const { dialog } = await identify({ project: "p9", elsewhere: true });
  dialog.getByText("It doesn’t belong to any project on this connection.");
  dialog.getByText("p9");
});

test("the server is asked with the token itself, once for a double click, and its answer is shown", async () => {
  /** @type {Later<unknown>} */
  const answer = new Later();
  const { dialog, callsTo } = await identify({}, { check_found_token: () => answer.promise });
  const check = dialog.getByRole("button", { name: "Check it" });
  fireEvent.click(check);
  fireEvent.click(check);
  assert.equal(check.textContent, "Checking…");
  answer.resolve({ state: "works", row: row("leaked") });
  await settled();
  assert.deepEqual(
    callsTo("check_found_token").map(({ args }) => args),
    [{ connection: "c1", paste: 7 }],
  );
  dialog.getByText("leaked");
  dialog.getByText("read");
  assert.match(dialog.getByRole("status").textContent ?? "", /^It works\. Its name is leaked/);
});

for (const [state, text] of /** @type {const} */ ([
  ["not_accepted", /^cloud-api\.calyptia\.com doesn’t accept this token/],
  ["not_permitted", /^The server knows this token, but/],
])) {
  test(`the answer “${state}” is shown`, async () => {
    const { dialog, press } = await identify({}, { check_found_token: () => ({ state }) });
    await press("Check it");
    dialog.getByText(text, { selector: ".token-state p" });
  });
}

test("a failed check says why, and can be repeated", async () => {
  let tries = 0;
  const { dialog, press } = await identify(
    {},
    {
      check_found_token() {
        tries += 1;
        return tries === 1 ? Promise.reject(problem("unreachable")) : { state: "not_accepted" };
      },
    },
  );
  await press("Check it");
  assert.notEqual(alertIn(dialog), null);
  await press("Check it");
  assert.equal(alertIn(dialog), null);
  dialog.getByText(/doesn’t accept this token/, { selector: ".token-state p" });
});

test("a token of no list is revoked with itself, after one more question", async () => {
  const { page, dialog, press, callsTo } = await identify(
    { project: "p9", elsewhere: true },
    { revoke_found_token: () => ({ state: "revoked" }) },
  );
  await press("Revoke…");
  assert.equal(callsTo("revoke_found_token").length, 0);
  assert.equal(document.activeElement?.textContent, "Cancel");
  await press("Cancel");
  assert.equal(document.activeElement?.textContent, "Revoke…");
  await press("Revoke…");
  const sure = dialog.getByRole("button", { name: "Revoke" });
  fireEvent.click(sure);
  fireEvent.click(sure);
  await settled();
  assert.equal(callsTo("revoke_found_token").length, 1);
  assert.equal(page.queryByRole("dialog"), null);
  page.getByText("The token has been revoked.");
});

test("on a production connection, revoking a token with itself takes an extra step", async () => {
  const { dialog, press, callsTo } = await identify(
    { project: "p9", elsewhere: true },
    {
      restore: () => connection({ production: true }),
      check_found_token: () => ({ state: "works", row: row("leaked") }),
      revoke_found_token: () => ({ state: "revoked" }),
    },
  );
  await press("Revoke…");
  dialog.getByLabelText("Type revoke to confirm");
  await press("Cancel");
  await press("Check it");
  await press("Revoke…");
  const field = dialog.getByLabelText("Type leaked to confirm");
  await press("Revoke");
  assert.equal(callsTo("revoke_found_token").length, 0);
  type(field, "leaked");
  await press("Revoke");
  assert.equal(callsTo("revoke_found_token").length, 1);
});

test("how the revoking of a token with itself ended is reported also after its card has closed", async () => {
  /** @type {Later<unknown>} */
  const answer = new Later();
  const { page, press, callsTo } = await identify({}, { revoke_found_token: () => answer.promise });
  await press("Revoke…");
  await press("Revoke");
  await press("Cancel");
  assert.equal(page.queryByRole("dialog"), null);
  assert.equal(callsTo("forget_found_token").length, 1, "which stops it");
  assert.equal(callsTo("cancel_change").length, 0);
  answer.reject(problem("cancelled"));
  await settled();
  page.getByText("The token may have been revoked.");
});

test("the id and the name can be copied, and a message is shown only once they are", async () => {
  /** @type {Later<null>} */
  const answer = new Later();
  const { page, dialog, press, callsTo } = await identify(
    { row: row("edge-agent-eu") },
    {
      copy_label: ({ label }) =>
        label === "id" ? answer.promise : Promise.reject(problem("clipboard_unavailable")),
    },
  );
  await press("Copy ID");
  assert.equal(page.queryByText("Copied the ID."), null);
  answer.resolve(null);
  await settled();
  page.getByText("Copied the ID.");
  await press("Copy name");
  page.getByText("Couldn’t copy.");
  assert.deepEqual(
    callsTo("copy_label").map(({ args }) => args),
    [
      { connection: "c1", id: ID, label: "id" },
      { connection: "c1", id: row("edge-agent-eu").id, label: "name" },
    ],
  );
  dialog.getByText(ID);
});

test("a check that fails once its card has closed reports nothing", async () => {
  /** @type {Later<unknown>} */
  const answer = new Later();
  const { page, press } = await identify({}, { check_found_token: () => answer.promise });
  await press("Check it");
  await press("Close");
  assert.equal(page.queryByRole("dialog"), null);
  answer.reject(problem("cancelled"));
  await settled();
  assert.equal(page.queryByText("The token may have been revoked."), null);
});

test("what was typed to confirm cannot be changed while a token is revoked with itself", async () => {
  const { dialog, press } = await identify(
    {},
    {
      restore: () => connection({ production: true }),
      check_found_token: () => ({ state: "works", row: row("leaked") }),
      revoke_found_token: () => new Promise(() => {}),
    },
  );
  await press("Check it");
  await press("Revoke…");
  const field = /** @type {HTMLInputElement} */ (dialog.getByLabelText("Type leaked to confirm"));
  type(field, "leaked");
  await press("Revoke");
  assert.equal(field.readOnly, true);
});

test("the id of a token in the list filters, and a card shows it as it shows a value", async () => {
  const { filter, asked, dialog, press, page } = await identify({ project: null, row: row("edge-agent-eu") });
  assert.equal(filter.value, ID);
  assert.equal(asked.filter, ID);
  dialog.getByText("This token is in the list.");
  dialog.getByText(/with your own sign-in/);
  assert.equal(dialog.queryByText(/sends the token itself/), null);
  assert.equal(dialog.queryByText("Project"), null, "an id does not say it");
  await press("Revoke…");
  page.getByRole("heading", { name: "Revoke this token?" });
});

test("an id that no token of the list has is revoked only once the server knows it", async () => {
  /** @type {import("../types/ipc").FoundTokenState[]} */
  const answers = [{ state: "not_accepted" }, { state: "works", row: row("elsewhere") }];
  const { page, filter, dialog, press, callsTo } = await identify(
    { project: null },
    { check_found_token: () => answers.shift(), revoke_found_token: () => ({ state: "revoked" }) },
  );
  assert.equal(filter.value, ID, "it may be a name");
  dialog.getByText(/No token in this list has this ID/);
  assert.equal(dialog.queryByRole("button", { name: "Revoke…" }), null);
  await press("Check it");
  dialog.getByText(/has no token with this ID/, { selector: ".token-state p" });
  assert.equal(dialog.queryByRole("button", { name: "Revoke…" }), null);
  await press("Check it");
  dialog.getByText("elsewhere", { selector: ".token-state *" });
  await press("Revoke…");
  assert.equal(dialog.queryByText(/The token itself is sent/), null);
  await press("Revoke");
  assert.equal(callsTo("revoke_found_token").length, 1);
  page.getByText("The token has been revoked.");
});

test("an id whose token may not be revoked says so; an expired sign-in is asked for, and the check goes on", async () => {
  let tries = 0;
  const { page, dialog, press, callsTo } = await identify(
    { project: null },
    {
      check_found_token() {
        tries += 1;
        return tries === 1
          ? Promise.reject(problem("unauthenticated"))
          : { state: "works", row: row("elsewhere") };
      },
      revoke_found_token: () => ({ state: "not_permitted" }),
    },
  );
  await press("Check it");
  const sheet = within(page.getByRole("dialog", { name: /Sign in/ }));
  fireEvent(sheet.getByLabelText(/bearer/i), new Event("paste", { bubbles: true, cancelable: true }));
  await settled();
  fireEvent.submit(/** @type {Element} */ (document.querySelector("dialog form")));
  await settled();
  assert.equal(callsTo("check_found_token").length, 2);
  await press("Revoke…");
  await press("Revoke");
  dialog.getByText(/permission to revoke this token .* It wasn’t revoked\./, { selector: ".token-state p" });
});

test("C75: a bearer token or several tokens are not pasted into the filter", async () => {
  const { page, filter } = await pasteInto({ kind: "other_token" });
  assert.equal(filter.value, "old ");
  page.getByText("What you pasted isn’t a single project token.");
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
  const { page, callsTo } = await openPage({ paste_into_filter: () => answer.promise });
  await settled();
  const filter = /** @type {HTMLInputElement} */ (page.getByRole("searchbox"));
  fireEvent.paste(filter, { clipboardData: { getData: () => "" } });
  type(filter, "edge");
  answer.resolve(found({ row: row("edge-agent-eu") }));
  await settled();
  assert.equal(filter.value, "edge");
  assert.equal(page.queryByRole("dialog"), null);
  assert.equal(callsTo("forget_found_token").length, 1, "what no card shows is not kept");
});
