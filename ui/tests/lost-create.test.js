/** A create whose answer is lost: looked for, reported as it is, and never sent again automatically. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { closePage, openPage } from "./support/page.js";
import { pressEsc, settled, shortcut, statusIn, type } from "./support/person.js";
import { created, Later, problem, row, withTokens } from "./support/rust.js";

afterEach(closePage);

const NAME = "edge-agent-ap";

/** @param {import("./support/rust.js").Commands} [commands] */
async function sendOne(commands) {
  const opened = await openPage(commands);
  await settled();
  fireEvent.click(opened.page.getByRole("button", { name: /New token/ }));
  type(opened.page.getByRole("textbox", { name: "Name" }), NAME);
  fireEvent.click(opened.page.getByRole("button", { name: "Create token" }));
  await settled();
  return { ...opened, dialog: () => within(opened.page.getByRole("dialog")) };
}

/** @param {{ callsTo: (command: string) => import("./support/rust.js").Call[] }} opened */
const draftAgain = ({ callsTo }) => {
  assert.equal(callsTo("create_token").length, 1);
  shortcut("n");
  return /** @type {HTMLInputElement} */ (document.querySelector("dialog input[type=text]"));
};

test("A1: while the answer is lost, each look is reported, and what is found is copied as usual", async () => {
  const answer = new Later();
  const { page, dialog, callsTo } = await sendOne({ create_token: () => answer.promise });
  const tell = callsTo("create_token")[0]?.args.onChecking;
  tell.onmessage({ attempt: 1, maxAttempts: 3 });
  const words = statusIn(dialog()) ?? assert.fail();
  assert.equal(
    words.textContent,
    "The server didn’t confirm that the token was created. Checking… (attempt 1 of 3)",
  );
  tell.onmessage({ attempt: 2, maxAttempts: 3 });
  assert.match(words.textContent ?? "", /attempt 2 of 3/);
  answer.resolve(created(row(NAME), true));
  await settled();
  const result = within(page.getByRole("dialog", { name: "Token created" }));
  result.getByText("The server didn’t confirm it at first, but the token was created.");
  fireEvent.click(result.getByRole("button", { name: "Copy and close" }));
  await settled();
  assert.deepEqual(callsTo("copy_token")[0]?.args, { connection: "c1", id: `id of ${NAME}`, snippet: null });
  assert.equal(callsTo("create_token").length, 1);
});

test("A1: not found can be checked again, and is created again only when a person says so", async () => {
  const { page, dialog, callsTo, commands } = await sendOne({
    create_token: () => ({ outcome: "not_found", problem: null }),
  });
  dialog().getByText("The token isn’t on the server yet. The server may still be creating it.");
  assert.equal(document.activeElement, dialog().getByRole("button", { name: "Check again" }));
  fireEvent.click(dialog().getByRole("button", { name: "Check again" }));
  await settled();
  assert.equal(callsTo("check_create").length, 1);
  assert.equal(callsTo("create_token").length, 1);
  const answer = new Later();
  commands.create_token = () => answer.promise;
  fireEvent.click(dialog().getByRole("button", { name: "Create again" }));
  dialog().getByText("Creating…");
  answer.resolve(created(row(NAME)));
  await settled();
  assert.equal(callsTo("create_token").length, 2);
  assert.equal(callsTo("create_token")[1]?.args.name, NAME);
  page.getByRole("dialog", { name: "Token created" });
});

test("A1: when several have appeared, each is shown and can be copied", async () => {
  const rows = ["aaaaaaaa-1", "bbbbbbbb-2"].map((id) => ({ ...row(NAME), id, duplicateName: true }));
  const { dialog, callsTo } = await sendOne({ create_token: () => ({ outcome: "several", rows }) });
  dialog().getByText("More than one token with this name was found.");
  dialog().getByText("aaaaaaaa");
  fireEvent.click(dialog().getByRole("button", { name: `Copy token ${NAME}, ID bbbbbbbb` }));
  await settled();
  assert.deepEqual(callsTo("copy_token")[0]?.args, { connection: "c1", id: "bbbbbbbb-2" });
  dialog().getByText("Copied");
  assert.equal(dialog().queryByRole("button", { name: /Create/ }), null);
  fireEvent.click(dialog().getByRole("button", { name: "Close" }));
  await settled();
  assert.equal(callsTo("load_tokens").length, 2, "the list shows them");
});

test("A1: when the server cannot be asked, that is reported, and asking again goes on from there", async () => {
  const { page, dialog, callsTo, commands } = await sendOne({
    create_token: () => ({ outcome: "unknown", problem: problem("unreachable") }),
    check_create: () => Promise.reject(problem("unreachable")),
  });
  const words = "It’s unknown whether the token was created.";
  dialog().getByText(words);
  dialog().getByText("The server can’t be reached.");
  assert.equal(dialog().queryByRole("button", { name: "Create again" }), null);
  fireEvent.click(dialog().getByRole("button", { name: "Check again" }));
  await settled();
  dialog().getByText(words);
  commands.check_create = () => created(row(NAME), true);
  fireEvent.click(dialog().getByRole("button", { name: "Check again" }));
  await settled();
  page.getByRole("dialog", { name: "Token created" });
  assert.equal(callsTo("create_token").length, 1);
});

test("N3: leaving a lost create keeps the draft, forgets it in Rust, and loads the list with a word", async () => {
  const opened = await sendOne({
    create_token: () => ({ outcome: "unknown", problem: problem("timed_out") }),
  });
  pressEsc();
  await settled();
  assert.equal(opened.callsTo("forget_created").length, 1);
  assert.equal(opened.callsTo("load_tokens").length, 2);
  assert.match(
    opened.page.getByRole("alert").textContent ?? "",
    /“edge-agent-ap” may have been created\. Reloading the list\./,
  );
  assert.equal(draftAgain(opened).value, NAME);
});

for (const [how, leave] of /** @type {[string, (opened: any) => void][]} */ ([
  ["Esc", pressEsc],
  ["Cancel", ({ dialog }) => fireEvent.click(dialog().getByRole("button", { name: "Cancel" }))],
])) {
  test(`N2: ${how} while creating closes at once, stops the request and keeps the draft`, async () => {
    const answer = new Later();
    const opened = await sendOne({ create_token: () => answer.promise });
    leave(opened);
    assert.equal(opened.page.queryByRole("dialog"), null);
    assert.equal(opened.callsTo("cancel_create").length, 1);
    answer.reject(problem("cancelled"));
    await settled();
    assert.equal(opened.callsTo("load_tokens").length, 1, "nothing was sent, so nothing is loaded");
    assert.equal(draftAgain(opened).value, NAME);
  });
}

test("A3: a result that comes after the dialog was left opens nothing, and is reported with a fresh list", async () => {
  for (const [outcome, message] of /** @type {[object, RegExp][]} */ ([
    [created(row(NAME)), /“edge-agent-ap” was created anyway\. Reloading the list\./],
    [
      { outcome: "unknown", problem: problem("cancelled") },
      /Canceled, but “edge-agent-ap” may already have been created\. Reloading the list\./,
    ],
  ])) {
    const answer = new Later();
    const { page, callsTo } = await sendOne({ create_token: () => answer.promise });
    pressEsc();
    answer.resolve(outcome);
    await settled();
    assert.equal(page.queryByRole("dialog"), null);
    assert.match(page.getByRole("alert").textContent ?? "", message);
    assert.equal(callsTo("load_tokens").length, 2);
    assert.equal(callsTo("forget_created").length, 1);
  }
});

test("A2: closed while looking: the look is stopped, and asking again is not", async () => {
  const answer = new Later();
  const { page, callsTo, dialog } = await sendOne({
    ...withTokens([row("a")]),
    create_token: () => ({ outcome: "not_found", problem: null }),
    check_create: () => answer.promise,
  });
  fireEvent.click(dialog().getByRole("button", { name: "Check again" }));
  await settled();
  dialog().getByText(/confirm that the token was created. Checking…$/);
  fireEvent.click(dialog().getByRole("button", { name: "Cancel" }));
  assert.equal(callsTo("cancel_create").length, 1);
  answer.reject(problem("cancelled"));
  await settled();
  assert.equal(page.queryByRole("dialog"), null);
  assert.equal(callsTo("load_tokens").length, 2, "a lost create is looked for in the list");
  assert.equal(callsTo("create_token").length, 1);
});

test("H3: a member who may not create sees why, and the draft stays", async () => {
  const { dialog } = await sendOne({ create_token: () => Promise.reject(problem("permission_denied")) });
  dialog().getByText("You don’t have permission to create or change tokens in this project.");
  assert.equal(/** @type {HTMLInputElement} */ (dialog().getByRole("textbox")).value, NAME);
});

test("C11: a create that failed on the server shows its status and the server’s words", async () => {
  const failed = { ...problem("change_unknown"), status: 500, detail: "disk full" };
  const { dialog } = await sendOne({ create_token: () => ({ outcome: "not_found", problem: failed }) });
  dialog().getByText(
    "The server’s response (500) doesn’t say whether the change was made. Details: disk full.",
  );
});
