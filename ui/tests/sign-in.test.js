/** Signing in again over what is on screen: nothing is lost, and what was refused goes on by itself. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { closePage, openPage } from "./support/page.js";
import { press, pressEnter, pressEsc, settled, type } from "./support/person.js";
import { connection, created, Later, loaded, problem, row } from "./support/rust.js";

afterEach(closePage);

/**
 * The commands of a server that refuses until somebody signs in again.
 * @param {string} command
 * @param {(args: any) => unknown} works
 * @returns {import("./support/rust.js").Commands}
 */
function refusing(command, works) {
  let refuses = true;
  return {
    [command]: (args) => (refuses ? Promise.reject(problem("unauthenticated")) : works(args)),
    reauthenticate() {
      refuses = false;
      return { storage: "session", account: { email: "bo@acme.example", expiresAt: null } };
    },
  };
}

/** @param {{ page: import("@testing-library/dom").BoundFunctions<typeof import("@testing-library/dom").queries> }} opened */
function sheetOf({ page }) {
  const sheet = within(page.getByRole("dialog", { name: "Sign in again" }));
  return { sheet, bearer: sheet.getByLabelText("Bearer token") };
}

/** @param {import("./support/rust.js").Commands} commands */
async function openTokens(commands) {
  const opened = await openPage(commands);
  await settled();
  return opened;
}

/** @param {Parameters<typeof sheetOf>[0]} opened */
async function signIn(opened) {
  const { bearer } = sheetOf(opened);
  type(bearer, "a.b.c");
  pressEnter(bearer);
  await settled();
  assert.equal(opened.page.queryByRole("dialog", { name: "Sign in again" }), null);
}

test("H2: a create that is refused goes on after signing in, with the dialog and draft beneath", async () => {
  const opened = await openTokens(refusing("create_token", ({ name }) => created(row(name))));
  const { page, callsTo } = opened;
  fireEvent.click(page.getByRole("button", { name: /New token/ }));
  type(page.getByRole("textbox", { name: "Name" }), "edge-agent-ap");
  fireEvent.click(page.getByRole("button", { name: "Create token" }));
  await settled();
  const dialog = within(page.getByRole("dialog", { name: "New token" }));
  assert.equal(/** @type {HTMLInputElement} */ (dialog.getByRole("textbox")).value, "edge-agent-ap");
  assert.equal(document.activeElement, sheetOf(opened).bearer);
  await signIn(opened);
  page.getByRole("dialog", { name: "Token created" });
  assert.deepEqual(callsTo("reauthenticate")[0]?.args, {
    connection: "c1",
    bearerToken: "a.b.c",
    sessionOnly: false,
  });
  assert.equal(callsTo("create_token").length, 2);
  assert.equal(callsTo("restore").length, 1, "nothing was connected anew");
  page.getByText("Signed in as bo@acme.example");
  page.getByText("Bearer token kept for this session");
});

test("the sheet says where a bearer token comes from and where it will be kept", async () => {
  const opened = await openTokens(refusing("load_tokens", () => loaded()));
  const { sheet } = sheetOf(opened);
  sheet.getByText(/^A JWT that signs you in to this server/);
  sheet.getByText(/keyring/);
});

test("H2: Cancel leaves everything as it is, and the action can be tried again", async () => {
  const opened = await openTokens(refusing("create_token", ({ name }) => created(row(name))));
  const { page, callsTo } = opened;
  fireEvent.click(page.getByRole("button", { name: /New token/ }));
  type(page.getByRole("textbox", { name: "Name" }), "edge-agent-ap");
  fireEvent.click(page.getByRole("button", { name: "Create token" }));
  await settled();
  pressEsc();
  await settled();
  const dialog = within(page.getByRole("dialog", { name: "New token" }));
  dialog.getByText("The server doesn’t accept this bearer token.");
  assert.equal(/** @type {HTMLInputElement} */ (dialog.getByRole("textbox")).value, "edge-agent-ap");
  assert.equal(callsTo("reauthenticate").length, 0);
  fireEvent.click(dialog.getByRole("button", { name: "Create token" }));
  await settled();
  await signIn(opened);
  page.getByRole("dialog", { name: "Token created" });
});

test("H2: a load that is refused asks once and loads after signing in", async () => {
  const opened = await openTokens(refusing("load_tokens", () => loaded()));
  opened.page.getByRole("heading", { name: "You’re signed out." });
  await signIn(opened);
  opened.page.getByText("edge-agent-eu");
  assert.equal(opened.callsTo("load_tokens").length, 2);
});

test("H2: a refused refresh keeps the list, and its bar opens the sheet again after Cancel", async () => {
  const opened = await openTokens({});
  const { page, commands } = opened;
  Object.assign(
    commands,
    refusing("load_tokens", () => loaded()),
  );
  commands.load_tokens = () => loaded({ whole: true, problem: problem("unauthenticated") });
  fireEvent.click(page.getByRole("button", { name: "Refresh" }));
  await settled();
  pressEsc();
  await settled();
  page.getByText("edge-agent-eu");
  const footer = () => document.querySelector("footer")?.textContent ?? "";
  assert.doesNotMatch(footer(), /Signed in/);
  fireEvent.click(page.getByRole("button", { name: "Sign in again" }));
  commands.load_tokens = () => loaded();
  await signIn(opened);
  assert.match(footer(), /Signed in/);
  assert.equal(page.queryByText("You’re signed out."), null);
});

test("H2: copying, editing and revoking go on after signing in", async () => {
  const copying = await openTokens(refusing("copy_token", () => ({ clearsAfterSeconds: 30 })));
  fireEvent.click(copying.page.getByRole("button", { name: "Copy token edge-agent-eu" }));
  await settled();
  await signIn(copying);
  assert.match(copying.page.getByRole("status").textContent ?? "", /Copied “edge-agent-eu”/);

  const revoking = await openTokens(refusing("delete_token", () => null));
  fireEvent.click(revoking.page.getByText("edge-agent-eu"));
  press("Delete");
  fireEvent.click(revoking.page.getByRole("button", { name: "Revoke" }));
  await settled();
  await signIn(revoking);
  assert.match(revoking.page.getByRole("status").textContent ?? "", /Revoked “edge-agent-eu”/);

  const editing = await openTokens(
    refusing("update_token", () => ({ outcome: "updated", row: row("edge-agent-us") })),
  );
  fireEvent.click(editing.page.getByText("edge-agent-eu"));
  press("Enter");
  type(editing.page.getByRole("textbox", { name: "Name" }), "edge-agent-us");
  fireEvent.click(editing.page.getByRole("button", { name: "Save" }));
  await settled();
  await signIn(editing);
  assert.match(editing.page.getByRole("status").textContent ?? "", /Saved “edge-agent-us”/);
});

for (const [where, copyToken] of /** @type {const} */ ([
  ["a row", (/** @type {any} */ page) => page.getByRole("button", { name: "Copy token edge-agent-eu" })],
  [
    "the dialog of a new token",
    (/** @type {any} */ page) => page.getByRole("button", { name: "Copy and close" }),
  ],
])) {
  test(`a token copied in ${where} does not take the place of details that were copied while somebody signed in again`, async () => {
    const commands = refusing("copy_token", () => ({ clearsAfterSeconds: 30 }));
    const { reauthenticate } = commands;
    commands.copy_problem_details = () => null;
    commands.create_token = ({ name }) => created(row(name));
    commands.reauthenticate = () => Promise.reject(problem("server_error"));
    const opened = await openTokens(commands);
    const { page, callsTo } = opened;
    if (where !== "a row") {
      fireEvent.click(page.getByRole("button", { name: /New token/ }));
      type(page.getByRole("textbox", { name: "Name" }), "new");
      fireEvent.click(page.getByRole("button", { name: "Create token" }));
      await settled();
    }
    fireEvent.click(copyToken(page));
    await settled();
    const { sheet, bearer } = sheetOf(opened);
    type(bearer, "a.b.c");
    pressEnter(bearer);
    await settled();
    fireEvent.click(sheet.getByRole("button", { name: "Copy details" }));
    await settled();
    if (reauthenticate) opened.commands.reauthenticate = reauthenticate;
    fireEvent.click(sheet.getByRole("button", { name: "Sign in" }));
    await settled();
    assert.equal(page.queryByRole("dialog", { name: /Sign in/ }), null);
    assert.equal(callsTo("copy_token").length, 1);
    page.getByText(/^Couldn’t copy\./);
  });
}

test("H2: a create that was lost before the bearer was refused is looked for, never sent again", async () => {
  let refuses = true;
  const opened = await openTokens({
    create_token: () => ({ outcome: "unknown", problem: problem("unauthenticated") }),
    reauthenticate() {
      refuses = false;
      return { storage: "keyring", account: { email: null, expiresAt: null } };
    },
    check_create: () => (refuses ? assert.fail() : created(row("edge-agent-ap"), true)),
  });
  const { page, callsTo } = opened;
  fireEvent.click(page.getByRole("button", { name: /New token/ }));
  type(page.getByRole("textbox", { name: "Name" }), "edge-agent-ap");
  fireEvent.click(page.getByRole("button", { name: "Create token" }));
  await settled();
  await signIn(opened);
  page.getByRole("dialog", { name: "Token created" });
  assert.equal(callsTo("create_token").length, 1);
});

test("a bearer the server refuses again is reported at its field", async () => {
  const opened = await openTokens({
    ...refusing("load_tokens", () => loaded()),
    reauthenticate: () => Promise.reject(problem("unauthenticated")),
  });
  const { sheet, bearer } = sheetOf(opened);
  fireEvent.click(sheet.getByRole("button", { name: "Sign in" }));
  sheet.getByText("Paste your bearer token.");
  type(bearer, "a.b.c");
  pressEnter(bearer);
  await settled();
  sheet.getByText(/The server doesn’t accept this bearer token\./);
  assert.equal(/** @type {HTMLInputElement} */ (bearer).value, "a.b.c");
  assert.equal(document.activeElement, bearer);
});

test("leaving the sheet stops the request and gives a pasted bearer back", async () => {
  const answer = new Later();
  const opened = await openTokens({
    ...refusing("load_tokens", () => loaded()),
    reauthenticate: () => answer.promise,
  });
  const { sheet, bearer } = sheetOf(opened);
  fireEvent(bearer, new Event("paste", { bubbles: true, cancelable: true }));
  await settled();
  fireEvent.click(sheet.getByRole("button", { name: "Sign in" }));
  assert.deepEqual(opened.callsTo("reauthenticate")[0]?.args, {
    connection: "c1",
    bearerToken: null,
    sessionOnly: false,
  });
  pressEsc();
  assert.equal(opened.callsTo("cancel_connect").length, 1);
  assert.equal(opened.callsTo("discard_bearer_token").length, 1);
  answer.reject(problem("cancelled"));
  await settled();
  opened.page.getByRole("heading", { name: "You’re signed out." });
});

test("the project picker asks for a bearer too", async () => {
  const opened = await openTokens({
    ...refusing("list_projects", () => connection().projects),
  });
  fireEvent.click(opened.page.getByRole("button", { name: /Project Acme/ }));
  await settled();
  await signIn(opened);
  opened.page.getByRole("button", { name: /production/, current: true });
});

test("a keyring that fails offers this session only, and goes on with what was refused", async () => {
  /** @type {import("./support/rust.js").Commands} */
  const commands = refusing("create_token", ({ name }) => created(row(name)));
  const accept = commands.reauthenticate;
  commands.reauthenticate = (args) =>
    args.sessionOnly ? accept?.(args) : Promise.reject(problem("keyring_dismissed"));
  const opened = await openTokens(commands);
  const { page, callsTo } = opened;
  fireEvent.click(page.getByRole("button", { name: /New token/ }));
  type(page.getByRole("textbox", { name: "Name" }), "edge-agent-ap");
  fireEvent.click(page.getByRole("button", { name: "Create token" }));
  await settled();
  const { sheet, bearer } = sheetOf(opened);
  type(bearer, "a.b.c");
  pressEnter(bearer);
  await settled();
  sheet.getByText("The keyring prompt was closed.");
  fireEvent.click(sheet.getByRole("button", { name: "Use for this session only" }));
  await settled();
  assert.deepEqual(callsTo("reauthenticate")[1]?.args, {
    connection: "c1",
    bearerToken: "a.b.c",
    sessionOnly: true,
  });
  page.getByRole("dialog", { name: "Token created" });
  page.getByText("Bearer token kept for this session");
});
