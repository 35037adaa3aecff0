/** Signing in: where the bearer token goes, what is kept, and where failures are shown. */
import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { holdClock } from "./support/clock.js";
import { closePage, openPage } from "./support/page.js";
import { pressEnter, settled, type, waited } from "./support/person.js";
import { connection, known, Later, problem, row, startup } from "./support/rust.js";

afterEach(async () => {
  await closePage();
  mock.restoreAll();
});

/**
 * @param {import("./support/rust.js").Commands} [commands]
 * @param {Partial<import("../types/ipc").Startup>} [known]
 */
async function openWelcome(commands, known = {}) {
  const opened = await openPage({
    start: () => startup({ connections: [], last: null, ...known }),
    ...commands,
  });
  await settled();
  return {
    ...opened,
    bearer: () => /** @type {HTMLInputElement} */ (opened.page.getByLabelText("Bearer token")),
    submit: () => opened.page.getByRole("button", { name: /^Connect/ }),
  };
}

const paste = (/** @type {HTMLElement} */ field) =>
  fireEvent(field, new Event("paste", { bubbles: true, cancelable: true }));

test("a paste is left to Rust: its text never lands in the field or in any call", async () => {
  const { page, bearer, submit, callsTo } = await openWelcome();
  const field = bearer();
  assert.equal(paste(field), false, "the browser's own paste is stopped");
  await settled();
  assert.equal(callsTo("paste_bearer_token").length, 1);
  assert.equal(field.value, "");
  page.getByText("Bearer token pasted");
  page.getByText("ana@acme.example");
  page.getByText("expires in 7 h");
  assert.equal(document.activeElement, submit(), "Enter goes on from here");
  fireEvent.click(submit());
  await settled();
  assert.deepEqual(callsTo("connect")[0]?.args, {
    server: "https://cloud-api.calyptia.com",
    bearerToken: null,
    sessionOnly: false,
    connection: null,
  });
});

test("P7: a paste that was kept away from the page goes to Rust here, and nowhere else", async () => {
  const { page, bearer, callsTo } = await openWelcome();
  const { onPaste } = callsTo("follow_pastes")[0]?.args ?? {};
  bearer().focus();
  onPaste.onmessage({ source: "clipboard", at: null });
  await settled();
  assert.equal(callsTo("paste_bearer_token").length, 1);
  page.getByText("Bearer token pasted");
  page.getByLabelText("Server").focus();
  onPaste.onmessage({ source: "clipboard", at: null });
  page.getByText("The clipboard contains a token, so it wasn’t pasted here.");
  assert.equal(callsTo("paste_bearer_token").length, 1);
});

test("a pasted bearer can be taken away", async () => {
  const { page, bearer, callsTo } = await openWelcome();
  paste(bearer());
  await settled();
  fireEvent.click(page.getByRole("button", { name: "Remove the pasted bearer token" }));
  assert.equal(callsTo("discard_bearer_token").length, 1);
  assert.equal(document.activeElement, bearer());
});

test("P7: a paste is for the server named then; naming another drops it, and says so", async () => {
  const { page, bearer, callsTo } = await openWelcome();
  paste(bearer());
  await settled();
  assert.deepEqual(callsTo("paste_bearer_token")[0]?.args, {
    server: "https://cloud-api.calyptia.com",
    source: "clipboard",
  });
  fireEvent.change(page.getByLabelText("Server"), { target: { value: "other" } });
  page.getByText(/^The bearer token was pasted for another server\./);
  assert.equal(callsTo("discard_bearer_token").length, 1);
  paste(bearer());
  await settled();
  assert.equal(callsTo("paste_bearer_token").length, 2);
});

test("P7: without a usable address nothing is pasted, and that is reported at the address", async () => {
  const { page, bearer } = await openWelcome({
    paste_bearer_token: () => Promise.reject(problem("bad_server")),
  });
  fireEvent.change(page.getByLabelText("Server"), { target: { value: "other" } });
  paste(bearer());
  await settled();
  assert.equal(page.getByLabelText("Server address").getAttribute("aria-invalid"), "true");
  assert.equal(bearer().getAttribute("aria-invalid"), null);
});

test("P7: what was pasted is gone after two minutes, and the form says so", async () => {
  const clock = holdClock();
  const { page, callsTo } = await openPage(
    { start: () => startup({ connections: [], last: null }) },
    clock.prepare,
  );
  await clock.advance(0);
  paste(page.getByLabelText("Bearer token"));
  await clock.advance(0);
  await clock.advance(119_000);
  page.getByText("Bearer token pasted");
  await clock.advance(1_000);
  page.getByText("The pasted bearer token is no longer here. It’s kept for two minutes. Paste it again.");
  assert.equal(callsTo("discard_bearer_token").length, 1);
});

test("after pasting, the clipboard can be cleared", async () => {
  const { page, bearer, callsTo } = await openWelcome();
  paste(bearer());
  await settled();
  fireEvent.click(page.getByRole("button", { name: "Clear clipboard" }));
  await settled();
  assert.equal(callsTo("clear_pasted").length, 1);
  assert.equal(page.getAllByText("Clipboard cleared").length, 2, "on screen and announced");
});

test("a lock takes what was pasted or typed out of the first screen, and says so", async () => {
  const { page, bearer, callsTo } = await openWelcome();
  const { onLock } = callsTo("follow_locks")[0]?.args ?? {};
  paste(bearer());
  await settled();
  onLock.onmessage({ kind: "desktop" });
  page.getByText("The app was locked, so the bearer token is gone. Paste it again.");
  assert.equal(page.queryByText("Bearer token pasted"), null);
  type(bearer(), "typed.bearer.token");
  onLock.onmessage({ kind: "desktop" });
  assert.equal(bearer().value, "");
});

test("P7: a form that closes while a paste is answered keeps nothing of it", async () => {
  const answer = new Later();
  const { page, bearer, callsTo } = await openWelcome({ paste_bearer_token: () => answer.promise });
  paste(bearer());
  fireEvent.click(page.getByRole("button", { name: /sample data/i }));
  await settled();
  assert.equal(callsTo("discard_bearer_token").length, 1);
});

test("a failed paste says why and leaves what was typed", async () => {
  const { page, bearer } = await openWelcome({
    paste_bearer_token: () => Promise.reject(problem("project_token_given")),
  });
  type(bearer(), "typed");
  paste(bearer());
  await settled();
  page.getByText(/This is a project token, not a bearer token\./);
  assert.equal(bearer().value, "typed");
  assert.equal(bearer().getAttribute("aria-invalid"), "true");
});

test("what is wrong with a paste stays when Enter is pressed", async () => {
  const { page, bearer } = await openWelcome({
    paste_bearer_token: () => Promise.reject(problem("project_token_given")),
  });
  paste(bearer());
  await settled();
  pressEnter(bearer());
  page.getByText(/This is a project token, not a bearer token\./);
  assert.equal(page.queryByText("Paste your bearer token."), null);
});

test("a project token that is pasted as a bearer can be checked and revoked without signing in", async () => {
  const token = {
    paste: 4,
    id: "5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10",
    project: "0b1d7c1e-77aa-4a60-8b0f-3f3c1f6f2b11",
    host: "api.acme.example",
    production: false,
  };
  /** @type {typeof token | null} */
  let kept = token;
  const { page, bearer, callsTo } = await openWelcome({
    paste_bearer_token: () => Promise.reject(problem("project_token_given")),
    pasted_project_token: () => kept,
    check_found_token: () => ({ state: "works", row: row("leaked") }),
    revoke_found_token: () => ({ state: "revoked" }),
  });
  const name = "Check or revoke this project token…";
  assert.equal(page.queryByRole("button", { name }), null);
  paste(bearer());
  await settled();
  fireEvent.click(page.getByRole("button", { name }));
  await settled();
  const dialog = within(page.getByRole("dialog", { name: "Whose token is this?" }));
  dialog.getByText(token.id);
  const press = async (/** @type {string} */ name) => {
    fireEvent.click(dialog.getByRole("button", { name }));
    await settled();
  };
  await press("Check it");
  dialog.getByText("leaked");
  await press("Revoke…");
  await press("Revoke");
  for (const command of ["check_found_token", "revoke_found_token", "forget_found_token"]) {
    const calls = callsTo(command).map(({ args }) => args);
    assert.deepEqual(calls, [{ connection: null, paste: 4 }], command);
  }
  page.getByText("The token has been revoked.");

  assert.equal(page.queryByRole("button", { name }), null, "it is forgotten with its card");
  kept = null;
  paste(bearer());
  await settled();
  fireEvent.click(page.getByRole("button", { name }));
  await settled();
  page.getByText(/The pasted token is no longer here\./);
  assert.equal(page.queryByRole("button", { name }), null);

  paste(bearer());
  await settled();
  type(bearer(), "typed");
  assert.equal(page.queryByRole("button", { name }), null, "it is about what was pasted");
  assert.equal(callsTo("discard_bearer_token").length, 1);
});

test("a typed bearer is sent by Enter and cleared once it worked, kept while it did not", async () => {
  /** @type {unknown} */
  let failure = problem("unauthenticated");
  const { page, bearer, callsTo } = await openWelcome({
    connect: () => (failure ? Promise.reject(failure) : connection()),
  });
  const field = bearer();
  type(field, "a.b.c");
  fireEvent.click(page.getByRole("radio", { name: "Keep for this session only" }));
  pressEnter(field);
  await settled();
  assert.equal(field.value, "a.b.c");
  assert.equal(document.activeElement, field);
  page.getByText(/The server doesn’t accept this bearer token\./);
  failure = null;
  pressEnter(field);
  await settled();
  assert.equal(field.value, "");
  assert.equal(callsTo("connect")[1]?.args.sessionOnly, true);
  page.getByRole("grid", { name: "Tokens" });
});

test("nothing is sent without a bearer or without an address", async () => {
  const { page, bearer, submit, callsTo } = await openWelcome();
  fireEvent.click(submit());
  page.getByText("Paste your bearer token.");
  type(bearer(), "a.b.c");
  fireEvent.change(page.getByLabelText("Server"), { target: { value: "other" } });
  const address = page.getByLabelText("Server address");
  fireEvent.click(submit());
  page.getByText("Enter the server address.");
  assert.equal(document.activeElement, address);
  assert.equal(callsTo("connect").length, 0);
  type(address, "http://127.0.0.1:9000/api");
  fireEvent.click(submit());
  await settled();
  assert.equal(callsTo("connect")[0]?.args.server, "http://127.0.0.1:9000/api");
});

test("a preset address is filled in, known or not", async () => {
  const first = await openWelcome({}, { preset: "http://localhost:5000/" });
  const select = /** @type {HTMLSelectElement} */ (first.page.getByLabelText("Server"));
  assert.equal(select.value, "http://localhost:5000");
  const second = await openWelcome({}, { preset: "https://calyptia.example.com" });
  const address = /** @type {HTMLInputElement} */ (second.page.getByLabelText("Server address"));
  assert.equal(address.value, "https://calyptia.example.com");
});

test("C7: an address without a Calyptia API is reported at the server, with what to change", async () => {
  const { page, bearer, submit } = await openWelcome({
    connect: () => Promise.reject({ ...problem("not_the_api"), status: 404 }),
  });
  type(bearer(), "a.b.c");
  fireEvent.click(submit());
  await settled();
  page.getByText(
    "There’s no Calyptia API at this address (404). Check the server address, and leave out /v1.",
  );
  assert.equal(page.getByLabelText("Server").getAttribute("aria-invalid"), "true");
  assert.equal(document.activeElement, page.getByLabelText("Server"));
});

test("an address the app refuses is reported at the address", async () => {
  const { page, bearer, submit } = await openWelcome({
    connect: () => Promise.reject(problem("server_not_encrypted")),
  });
  type(bearer(), "a.b.c");
  fireEvent.click(submit());
  await settled();
  page.getByText(
    /^The app won’t send your bearer token over unencrypted HTTP\. Enter the address with https\./,
  );
  assert.equal(page.getByLabelText("Server").getAttribute("aria-invalid"), "true");
});

test("a keyring that fails offers this session only, and never falls back by itself", async () => {
  const { page, bearer, submit, callsTo } = await openWelcome({
    connect: ({ sessionOnly }) =>
      sessionOnly
        ? connection({ storage: "session" })
        : Promise.reject(problem("keyring_no_provider", "sudo apt install gnome-keyring")),
  });
  type(bearer(), "a.b.c");
  fireEvent.click(submit());
  await settled();
  page.getByText("No keyring is running in this session.");
  page.getByText(/install it with “sudo apt install gnome-keyring” and log in again/);
  page.getByRole("button", { name: "Try again" });
  assert.equal(callsTo("connect").length, 1);
  fireEvent.click(page.getByRole("button", { name: "Use for this session only" }));
  await settled();
  assert.deepEqual(callsTo("connect")[1]?.args, {
    connection: null,
    server: "https://cloud-api.calyptia.com",
    bearerToken: "a.b.c",
    sessionOnly: true,
  });
  page.getByText("Bearer token kept for this session");
});

test("connecting can be cancelled, once, and keeps the form", async () => {
  const answer = new Later();
  const { page, bearer, submit, callsTo } = await openWelcome({ connect: () => answer.promise });
  type(bearer(), "a.b.c");
  fireEvent.click(submit());
  fireEvent.click(submit());
  pressEnter(bearer());
  assert.equal(callsTo("connect").length, 1);
  assert.equal(submit().textContent, "Connecting…");
  fireEvent.click(page.getByRole("button", { name: "Cancel" }));
  assert.equal(callsTo("cancel_connect").length, 1);
  answer.reject(problem("cancelled"));
  await settled();
  assert.equal(bearer().value, "a.b.c");
  assert.equal(page.queryByText("Stopped."), null, "nobody needs to be told what they just did");
});

test("C53: whoever signs in, starts or unlocks learns that the app waits for the keyring, and can cancel", async () => {
  const answer = new Later();
  const { page, bearer, submit, callsTo } = await openWelcome({ connect: () => answer.promise });
  const tell = callsTo("follow_keyring")[0]?.args.onWaiting;
  const waiting = /^Waiting for the system keyring\. Look for its prompt/;
  tell.onmessage(true);
  assert.equal(page.queryByText(waiting), null, "nobody here waits for it");
  type(bearer(), "a.b.c");
  tell.onmessage(false);
  fireEvent.click(submit());
  assert.equal(page.queryByText(waiting), null);
  tell.onmessage(true);
  page.getByText(waiting, { selector: "form *" });
  fireEvent.click(page.getByRole("button", { name: "Cancel" }));
  assert.equal(callsTo("cancel_connect").length, 1);
  answer.reject(problem("cancelled"));
  await settled();
  assert.equal(page.queryByText(waiting, { selector: "form *" }), null);

  const start = await openPage({
    start: () => startup({ connections: [known({})] }),
    restore: () => new Later().promise,
  });
  await waited();
  start.callsTo("follow_keyring")[0]?.args.onWaiting.onmessage(true);
  start.page.getByText(waiting, { selector: "main *" });
  fireEvent.click(start.page.getByRole("button", { name: "Cancel" }));
  assert.equal(start.callsTo("cancel_connect").length, 1);
});

test("sample data needs no bearer and says what it is", async () => {
  const { page } = await openWelcome();
  fireEvent.click(page.getByRole("button", { name: "Try it with sample data" }));
  await settled();
  page.getByText("Sample data · resets every time");
  assert.doesNotMatch(document.body.textContent ?? "", /Signed in as/);
});

test("a saved connection is named while it connects, and Cancel leads to the form with its server", async () => {
  const server = "https://calyptia.example.com";
  const answer = new Later();
  const { page, callsTo } = await openPage({
    start: () => startup({ connections: [known({ server })] }),
    restore: () => answer.promise,
  });
  await waited();
  page.getByText("Acme cloud");
  assert.deepEqual(callsTo("restore")[0]?.args, { connection: "c1" });
  fireEvent.click(page.getByRole("button", { name: "Cancel" }));
  assert.equal(callsTo("cancel_connect").length, 1);
  answer.reject(problem("cancelled"));
  await settled();
  const address = /** @type {HTMLInputElement} */ (page.getByLabelText("Server address"));
  assert.equal(address.value, server);
});

test("a locked keyring at start can be tried again", async () => {
  let locked = true;
  const { page } = await openPage({
    restore: () => (locked ? Promise.reject(problem("keyring_locked")) : connection()),
  });
  await settled();
  page.getByText("The system keyring is locked.");
  locked = false;
  fireEvent.click(page.getByRole("button", { name: "Try again" }));
  await settled();
  page.getByRole("grid");
});

test("signed out at start leads to the form with the reason", async () => {
  const { page } = await openPage({ restore: () => Promise.reject(problem("signed_out")) });
  await settled();
  page.getByText("You’re signed out.");
  page.getByLabelText("Bearer token");
});

test("unreadable settings are reported", async () => {
  const { page } = await openWelcome({}, { notice: problem("settings_unreadable") });
  page.getByText("The settings were damaged.");
});

test("started to look at sample data, the app keeps nothing and does not offer to", async () => {
  const { page } = await openPage({
    start: () => startup({ connections: [], last: null, sample: true }),
    try_sample: () => Promise.reject(problem("cancelled")),
  });
  await settled();
  page.getByText("You’re using sample data. Nothing will be saved.");
  const keyring = page.getByRole("radio", { name: "Save in the system keyring" });
  assert.ok(/** @type {HTMLInputElement} */ (keyring).disabled);
});

test("a bearer that was for one session is asked for as one again", async () => {
  const { page } = await openPage({
    start: () => startup({ connections: [known({ signedIn: false, sessionOnly: true })] }),
  });
  await settled();
  const session = page.getByRole("radio", { name: "Keep for this session only" });
  assert.ok(/** @type {HTMLInputElement} */ (session).checked);
});

test("says where a bearer comes from", async () => {
  const { page, bearer } = await openWelcome();
  page.getByText(/^A JWT that signs you in to this server/);
  const described = (bearer().getAttribute("aria-describedby") ?? "").split(" ");
  assert.ok(described.some((id) => document.getElementById(id)?.textContent?.includes("A JWT")));
});

test("K4: an entry that is no bearer leads to the form, which says so and replaces it", async () => {
  const { page, callsTo } = await openPage({
    restore: () => Promise.reject(problem("keyring_unrecognized")),
  });
  await settled();
  page.getByText("The keyring entry for this connection isn’t a bearer token.");
  const bearer = page.getByLabelText("Bearer token");
  type(bearer, "a.b.c");
  pressEnter(bearer);
  await settled();
  assert.equal(callsTo("connect")[0]?.args.connection, "c1");
});

test("K1: each trouble of the keyring has its own words and its own next step", async () => {
  /** @type {[import("../types/ipc").ErrorCode, RegExp][]} */
  const expected = [
    ["keyring_no_bus", /no D-Bus session bus.*Start the app from your desktop/],
    ["keyring_no_provider", /No keyring is running.*GNOME Keyring, KWallet or KeePassXC/],
    ["keyring_no_collection", /no default collection.*Create one/],
    ["keyring_locked", /is locked.*Unlock it/],
    ["keyring_dismissed", /was closed.*enter the password/],
    ["keyring_not_created", /creating one was refused.*confirm the keyring’s window/],
    ["keyring_timed_out", /isn’t responding.*Look for a password prompt/],
    ["keyring_ambiguous", /more than one entry.*remove all but one/],
    ["keyring_not_deleted", /didn’t delete the entry.*Remove it/],
    ["keyring_failed", /reported an error.*Try again/],
  ];
  for (const [code, words] of expected) {
    const { page, callsTo } = await openPage({ restore: () => Promise.reject(problem(code)) });
    await settled();
    const alert = page.getAllByRole("alert").find((one) => one.classList.contains("pane"));
    assert.match(alert?.textContent ?? "", words);
    fireEvent.click(page.getByRole("button", { name: "Try again" }));
    await settled();
    assert.equal(callsTo("restore").length, 2, code);
    fireEvent.click(page.getByRole("button", { name: "Use for this session only" }));
    const session = /** @type {HTMLInputElement} */ (
      page.getByRole("radio", { name: "Keep for this session only" })
    );
    assert.ok(session.checked, code);
  }
});

test("C47: after a middle click what was selected is used, and the clipboard is not offered to be cleared", async () => {
  const { page, bearer, callsTo } = await openWelcome();
  // A token that Rust has not recognized comes as a paste that follows the click.
  fireEvent.mouseDown(bearer(), { button: 1 });
  paste(bearer());
  await settled();
  assert.equal(callsTo("paste_bearer_token")[0]?.args.source, "primary");
  page.getByText("Bearer token pasted");
  assert.equal(page.queryByRole("button", { name: "Clear clipboard" }), null);
  fireEvent.click(page.getByRole("button", { name: "Remove the pasted bearer token" }));
  fireEvent.mouseDown(bearer(), { button: 0 });
  paste(bearer());
  await settled();
  assert.equal(callsTo("paste_bearer_token")[1]?.args.source, "clipboard");
  page.getByRole("button", { name: "Clear clipboard" });
});

test("C47: a middle click that Rust has kept goes to the field under the pointer, and nowhere else", async () => {
  const { page, bearer, callsTo } = await openWelcome();
  const { onPaste } = callsTo("follow_pastes")[0]?.args ?? {};
  /** @type {Element | null} */
  let under = document.body;
  document.elementFromPoint = () => under;
  bearer().focus();
  onPaste.onmessage({ source: "primary", at: [0.5, 0.5] });
  await settled();
  assert.equal(callsTo("paste_bearer_token").length, 0);
  assert.equal(page.queryByText(/it wasn’t pasted here/), null);
  fireEvent.change(page.getByLabelText("Server"), { target: { value: "other" } });
  under = /** @type {HTMLElement} */ (page.getByLabelText(/address/i));
  onPaste.onmessage({ source: "primary", at: [0.5, 0.5] });
  await settled();
  page.getByText("The selected text is a token, so it wasn’t pasted here.");
  page.getByLabelText("Server").focus();
  under = bearer();
  onPaste.onmessage({ source: "primary", at: [0.5, 0.5] });
  await settled();
  assert.equal(callsTo("paste_bearer_token")[0]?.args.source, "primary");
  page.getByText("Bearer token pasted");
});

/** @typedef {import("../types/ipc").RouteSummary} RouteSummary */
const routeShown = () => document.querySelector(".route span")?.textContent ?? "";

test("the route and what decided it are shown before anything is sent", async () => {
  /** @type {[RouteSummary, string][]} */
  const routes = [
    [{ kind: "direct", reason: { kind: "not_configured" } }, "Requests go directly to the server."],
    [{ kind: "direct", reason: { kind: "this_computer" } }, "Requests stay on this computer."],
    [
      { kind: "direct", reason: { kind: "settings" } },
      "Requests go directly to the server (set by Settings).",
    ],
    [
      { kind: "direct", reason: { kind: "variable", name: "NO_PROXY" } },
      "Requests go directly to the server (set by NO_PROXY).",
    ],
    [
      { kind: "direct", reason: { kind: "system_exception" } },
      "Requests go directly to the server (set by an exception in the system’s settings).",
    ],
    [
      { kind: "proxy", name: "secure:443", reason: { kind: "system" } },
      "Requests go through secure:443 (set by the system’s settings).",
    ],
    [
      { kind: "proxy", name: "proxy.corp:3128", reason: { kind: "variable", name: "all_proxy" } },
      "Requests go through proxy.corp:3128 (set by all_proxy).",
    ],
  ];
  for (const [route, words] of routes) {
    const { callsTo } = await openWelcome({ route_to: () => route });
    assert.equal(routeShown(), words);
    assert.deepEqual(callsTo("route_to")[0]?.args, { server: "https://cloud-api.calyptia.com" });
    assert.equal(callsTo("connect").length, 0);
  }
});

test("a route that cannot be used is shown beforehand, with the way to Settings", async () => {
  /** @type {[RouteSummary, RegExp][]} */
  const routes = [
    [
      {
        kind: "unusable",
        problem: problem("proxy_unusable", "files:2121"),
        reason: { kind: "variable", name: "HTTPS_PROXY" },
      },
      /^The proxy files:2121 can’t be used\. Set by HTTPS_PROXY\.$/,
    ],
    [
      { kind: "unusable", problem: problem("proxy_script"), reason: { kind: "system" } },
      /^The system chooses the proxy with a configuration script \(PAC\), which this app can’t follow\.$/,
    ],
    [{ kind: "unusable", problem: problem("internal"), reason: null }, /./],
  ];
  for (const [route, words] of routes) {
    const { page } = await openWelcome({ route_to: () => route });
    assert.match(routeShown(), words);
    fireEvent.click(page.getByRole("button", { name: "Change in Settings" }));
    page.getByRole("dialog", { name: "Settings" });
  }
});

test("the route follows the address that is typed, and is not shown for another or for none", async () => {
  const clock = holdClock();
  const { page, callsTo } = await openPage(
    {
      start: () => startup({ connections: [], last: null }),
      route_to: ({ server }) =>
        server.endsWith(".test")
          ? { kind: "proxy", name: `for-${server}`, reason: { kind: "system" } }
          : Promise.reject(problem("bad_server")),
    },
    clock.prepare,
  );
  await settled();
  fireEvent.change(page.getByLabelText("Server"), { target: { value: "other" } });
  await settled();
  assert.equal(routeShown(), "");
  const asked = callsTo("route_to").length;
  const address = page.getByLabelText("Server address");
  for (const text of ["a", "a.te", "a.test"]) type(address, text);
  assert.equal(callsTo("route_to").length, asked, "nobody is asked while somebody types");
  await clock.advance(300);
  assert.equal(callsTo("route_to").length, asked + 1);
  assert.match(routeShown(), /for-a\.test/);
  type(address, "a.test:x");
  assert.equal(routeShown(), "");
  await clock.advance(300);
  assert.equal(routeShown(), "");
});

test("a route that is reported late is not shown for another server", async () => {
  /** @type {Later<RouteSummary>} */
  const late = new Later();
  const { page } = await openWelcome(
    {
      route_to: ({ server }) =>
        server.includes("localhost") ? { kind: "direct", reason: { kind: "this_computer" } } : late.promise,
    },
    {
      servers: [
        { name: "Production", url: "https://api.example.com", internal: false },
        { name: "Local", url: "http://localhost:5000", internal: false },
      ],
    },
  );
  fireEvent.change(page.getByLabelText("Server"), { target: { value: "http://localhost:5000" } });
  await settled();
  late.resolve({ kind: "proxy", name: "proxy.corp:3128", reason: { kind: "system" } });
  await settled();
  assert.equal(routeShown(), "Requests stay on this computer.");
});
