/** Time passes: the bearer ends, nobody is there, the clock is wrong. */
import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { NO_FACETS } from "../src/list/facets.js";
import { clockTexts, listText } from "../src/list/status.js";
import { holdClock } from "./support/clock.js";
import { closePage, openPage } from "./support/page.js";
import { press, pressEsc, settled, shortcut, type } from "./support/person.js";
import { connection, Later, listOf, loaded, PREFERENCES, problem, row, startup } from "./support/rust.js";

afterEach(async () => {
  await closePage();
  mock.restoreAll();
});

const MINUTE = 60_000;

/**
 * @param {import("./support/rust.js").Commands} commands
 */
async function open(commands) {
  const clock = holdClock();
  const opened = await openPage(commands, clock.prepare);
  await clock.advance(0);
  return { ...opened, clock };
}

/** @param {number} span */
const endingIn = (span) => ({
  restore: () => connection({ account: { email: "ana@acme.example", expiresAt: Date.now() + span } }),
});

test("two minutes before the bearer ends, a sheet asks for a fresh one, once", async () => {
  const { page, clock, callsTo } = await open(endingIn(12 * MINUTE));
  page.getByText("expires in 12 min");
  assert.equal(page.queryByRole("button", { name: "Sign in again" }), null);
  await clock.advance(3 * MINUTE);
  page.getByText("expires in 9 min");
  page.getByRole("button", { name: "Sign in again" });
  assert.equal(page.queryByRole("dialog"), null);
  await clock.advance(7 * MINUTE + 1000);
  const sheet = within(page.getByRole("dialog", { name: "Sign in again" }));
  sheet.getByText(/expires in 2 minutes/);
  fireEvent.click(sheet.getByRole("button", { name: "Later" }));
  await clock.advance(MINUTE);
  assert.equal(page.queryByRole("dialog"), null, "it does not nag");
  page.getByText(/^expires in \d+ s$/);
  assert.equal(callsTo("reauthenticate").length, 0);
});

test("nobody who is typing is interrupted by it", async () => {
  const { page, clock } = await open(endingIn(2 * MINUTE + 2000));
  fireEvent.click(page.getByRole("button", { name: /New token/ }));
  type(page.getByRole("textbox", { name: "Name" }), "edge");
  await clock.advance(1000);
  for (let key = 0; key < 4; key += 1) {
    fireEvent.keyDown(page.getByRole("textbox", { name: "Name" }), { key: "x" });
    await clock.advance(1000);
  }
  assert.equal(page.queryByRole("dialog", { name: "Sign in again" }), null);
  await clock.advance(4000);
  page.getByRole("dialog", { name: "Sign in again" });
  pressEsc();
  page.getByRole("dialog", { name: "New token" });
});

/** @typedef {import("../types/ipc").LockReason} LockReason */

/**
 * The page, and Rust locking the app.
 * @param {import("./support/rust.js").Commands} [commands]
 */
async function openLockable(commands = {}) {
  /** @type {(reason: LockReason) => void} */
  let send = () => {};
  const opened = await open({
    follow_locks({ onLock }) {
      send = (reason) => onLock.onmessage(reason);
      return new Promise(() => {});
    },
    ...commands,
  });
  return {
    ...opened,
    /** @param {LockReason} reason */
    async lockBecause(reason) {
      send(reason);
      await settled();
    },
  };
}

/** @type {LockReason} */
const IDLE = { kind: "idle", minutes: 5 };
/** @type {LockReason} */
const DESKTOP = { kind: "desktop" };

/** @param {Awaited<ReturnType<typeof openPage>>["page"]} page */
function sendCreate(page) {
  fireEvent.click(page.getByRole("button", { name: /New token/ }));
  type(page.getByRole("textbox", { name: "Name" }), "edge");
  fireEvent.click(page.getByRole("button", { name: "Create token" }));
}

test("once Rust has locked nobody sees the tokens, the reason is shown, and unlocking reads the keyring", async () => {
  /** @type {[LockReason, RegExp][]} */
  const reasons = [
    [IDLE, /^Locked after 5 minutes of inactivity\. Everything was cleared from memory/],
    [{ kind: "idle", minutes: 1 }, /^Locked after 1 minute of inactivity\./],
    [DESKTOP, /^Locked with your desktop session\./],
    [{ kind: "sleep" }, /^Locked before sleep\./],
  ];
  for (const [reason, text] of reasons) {
    const { page, callsTo, lockBecause } = await openLockable();
    page.getByRole("grid", { name: "Tokens" });
    await lockBecause(reason);
    page.getByText("Acme cloud");
    page.getByText(text);
    assert.equal(page.queryByRole("grid"), null);
    assert.equal(callsTo("lock").length, 0, "Rust has locked already");
    await lockBecause(DESKTOP);
    page.getByText(text);
    fireEvent.click(page.getByRole("button", { name: "Unlock" }));
    await settled();
    assert.deepEqual(callsTo("restore")[1]?.args, { connection: "c1" });
    page.getByRole("grid", { name: "Tokens" });
  }
});

test("activity is reported to Rust, once in three seconds at most", async () => {
  const { clock, callsTo } = await open({});
  for (let moved = 0; moved < 50; moved += 1) {
    fireEvent.pointerMove(document.body);
    await clock.advance(100);
  }
  assert.equal(callsTo("report_activity").length, 2, "in five seconds");
  await clock.advance(MINUTE);
  assert.equal(callsTo("report_activity").length, 2, "nobody is there");
  fireEvent.keyDown(document.body, { key: "x" });
  assert.equal(callsTo("report_activity").length, 3);
});

test("a create that a lock cuts off is reported after unlocking, and its name is not on the lock screen", async () => {
  const answer = new Later();
  const { page, clock, lockBecause } = await openLockable({ create_token: () => answer.promise });
  sendCreate(page);
  await lockBecause(DESKTOP);
  assert.equal(page.queryByRole("dialog"), null);
  answer.reject(problem("signed_out"));
  await clock.advance(60 * MINUTE);
  page.getByText(/^Locked with your desktop session\./);
  assert.doesNotMatch(document.body.textContent ?? "", /edge/);
  fireEvent.click(page.getByRole("button", { name: "Unlock" }));
  await clock.advance(1000);
  assert.match(page.getByRole("alert").textContent ?? "", /“edge” may already have been created/);
});

test("a token that the lock took away uncopied is reported after unlocking, until somebody has seen it", async () => {
  const { page, clock, lockBecause } = await openLockable();
  sendCreate(page);
  await clock.advance(1000);
  await lockBecause(IDLE);
  await clock.advance(60 * MINUTE);
  assert.doesNotMatch(document.body.textContent ?? "", /edge/, "not on the lock screen");
  fireEvent.click(page.getByRole("button", { name: "Unlock" }));
  await clock.advance(60 * MINUTE);
  assert.match(page.getByRole("alert").textContent ?? "", /“edge” was created but never copied\./);
  fireEvent.click(page.getByRole("button", { name: "Dismiss" }));
  assert.equal(page.queryByText(/was created but never copied/), null);
});

test("a lasting toast that names a token is hidden while the app is locked", async () => {
  const { page, clock, lockBecause } = await openLockable();
  sendCreate(page);
  await clock.advance(1000);
  for (const reason of [DESKTOP, IDLE]) {
    await lockBecause(reason);
    assert.equal(page.queryByText(/was created but never copied/), null);
    fireEvent.click(page.getByRole("button", { name: "Unlock" }));
    await clock.advance(1000);
    page.getByText(/was created but never copied/);
  }
});

test("the lock's key works over a dialog, too", async () => {
  const { page, callsTo } = await open({});
  fireEvent.click(page.getByRole("button", { name: /New token/ }));
  shortcut("l");
  await settled();
  assert.equal(callsTo("lock").length, 1);
  assert.equal(page.queryByRole("dialog"), null);
});

test("the lock's key pressed while an answer is awaited locks as soon as the answer is there", async () => {
  const answer = new Later();
  const { page, callsTo } = await open({ create_token: () => answer.promise });
  fireEvent.click(page.getByRole("button", { name: /New token/ }));
  type(page.getByRole("textbox", { name: "Name" }), "edge");
  fireEvent.click(page.getByRole("button", { name: "Create token" }));
  shortcut("l");
  await settled();
  assert.equal(callsTo("lock").length, 0);
  answer.reject(problem("timed_out"));
  await settled();
  assert.equal(callsTo("lock").length, 1);
  page.getByRole("button", { name: "Unlock" });
});

test("asked once about the copy and then gone is not an answer, and no other news takes that away", async () => {
  const { page, clock, lockBecause } = await openLockable({
    load_tokens: () => loaded({ clockOffset: 3600 }),
  });
  sendCreate(page);
  await clock.advance(1000);
  pressEsc();
  page.getByText("You haven’t copied it yet.");
  await lockBecause(IDLE);
  fireEvent.click(page.getByRole("button", { name: "Unlock" }));
  await clock.advance(1000);
  page.getByText(/was created but never copied/);
  page.getByText(/^Clock .* slow$/);
});

test("it locks at once when asked to, by keys or from the panel, and never by itself", async () => {
  const { page, clock, callsTo } = await open({
    restore: () => connection({ account: { email: null, expiresAt: null } }),
  });
  await clock.advance(24 * 60 * MINUTE);
  assert.equal(callsTo("lock").length, 0);
  shortcut("l");
  await settled();
  assert.equal(callsTo("lock").length, 1);
  assert.equal(document.activeElement, page.getByRole("button", { name: "Unlock" }));
  fireEvent.click(page.getByRole("button", { name: "Unlock" }));
  await settled();
  fireEvent.click(page.getByRole("button", { name: /Project Acme/ }));
  await settled();
  fireEvent.click(page.getByRole("button", { name: "Lock" }));
  await settled();
  assert.equal(callsTo("lock").length, 2);
});

test("a bearer of this session only is gone with the lock, and it says so", async () => {
  const { page } = await open({ restore: () => connection({ storage: "session" }) });
  shortcut("l");
  await settled();
  page.getByText(
    "Your bearer token was kept for this session only and has been erased. Sign in to continue.",
  );
  page.getByRole("button", { name: "Sign in again" });
});

test("sample data needs no bearer to unlock", async () => {
  const { page } = await open({ restore: () => connection({ sample: true, storage: "session" }) });
  shortcut("l");
  await settled();
  page.getByText("Unlock to open the sample data again.");
  page.getByRole("button", { name: "Unlock" });
});

test("the times are settings that apply at once", async () => {
  const { page, callsTo } = await open({});
  shortcut(",");
  await settled();
  fireEvent.change(page.getByLabelText("Clear copied tokens from the clipboard after"), {
    target: { value: "60" },
  });
  fireEvent.change(page.getByLabelText("Lock automatically after"), {
    target: { value: "5" },
  });
  await settled();
  assert.deepEqual(callsTo("set_preferences").at(-1)?.args, {
    preferences: { ...PREFERENCES, clipboardSeconds: 60, lockMinutes: 5 },
  });
  page.getByText("Saved.");
});

test("M1: times that could not be written to disk are reported, and hold all the same", async () => {
  const { page, callsTo } = await open({
    set_preferences: () => Promise.reject(problem("settings_not_saved")),
  });
  shortcut(",");
  await settled();
  fireEvent.change(page.getByLabelText("Lock automatically after"), {
    target: { value: "5" },
  });
  await settled();
  page.getByText("The settings couldn’t be written to disk.");
  assert.equal(/** @type {any} */ (page.getByLabelText("Lock automatically after")).value, "5");
  assert.equal(callsTo("set_preferences").length, 1);
});

test("M8: a clock that is off by a day is reported, and the bearer's end is counted by the server's", async () => {
  const day = 24 * 60 * MINUTE;
  const { page, clock } = await open({
    ...endingIn(3 * 60 * MINUTE + day),
    load_tokens: () => loaded({ clockOffset: day / 1000 }),
  });
  page.getByText("Clock 24 hours slow");
  page.getByText("Clock 24 hours slow");
  page.getByText("expires in 3 h");
  await clock.advance(2000);
  assert.equal(page.queryByRole("dialog"), null);
  assert.equal(clockTexts(-600).text, "Clock 10 minutes fast");
  assert.equal(clockTexts(null).text, "");
});

test("M8: a clock that jumps back makes nothing older than now, and activity is still reported", async () => {
  const status = {
    ...{
      loading: false,
      signedOut: false,
      streaming: false,
      total: 2,
      matched: null,
      incomplete: false,
      failed: false,
    },
    ...{ conflicting: 0, unreadable: 0, noRoom: 0, shortened: 0, clockOffset: null, loadedAt: 1_000_000_000 },
  };
  assert.equal(listText(status, 999_000_000), "2 tokens · updated just now");
  const { callsTo } = await open({});
  fireEvent.pointerMove(document.body);
  const ahead = Date.now();
  mock.method(Date, "now", () => ahead - 60 * MINUTE);
  fireEvent.pointerMove(document.body);
  assert.equal(callsTo("report_activity").length, 2);
});

test("A1: a lock that waits for an answer tells how it ended, as it did", async () => {
  for (const [end, message] of /** @type {[(answer: Later<unknown>) => void, RegExp | null][]} */ ([
    [(answer) => answer.resolve(null), /^Revoked/],
    [(answer) => answer.reject(problem("permission_denied")), null],
  ])) {
    const answer = new Later();
    const { page } = await openPage({ delete_token: () => answer.promise });
    await settled();
    fireEvent.click(page.getByText("ci-deploy"));
    press("Delete");
    type(page.getByRole("textbox", { name: "Type ci-deploy to confirm" }), "ci-deploy");
    fireEvent.click(page.getByRole("button", { name: "Revoke" }));
    await settled();
    press("l", { ctrlKey: true });
    assert.ok(page.getByRole("dialog"), "somebody waits for the answer");
    end(answer);
    await settled();
    page.getByRole("button", { name: "Unlock" });
    fireEvent.click(page.getByRole("button", { name: "Unlock" }));
    await settled();
    const toasts = [...document.querySelectorAll(".toast")].map((toast) => toast.textContent ?? "");
    assert.equal(toasts.length, message ? 1 : 0, toasts.join());
    if (message) assert.match(toasts[0] ?? "", message);
  }
});

test("T3: a lock while the page still starts shows no token of the session that it ended", async () => {
  const start = new Later();
  /** @type {any} */
  let locks;
  const rows = listOf([row("secret-name")])({
    view: { filter: "", facets: NO_FACETS, sort: "created", descending: true },
    from: 0,
    count: 64,
  });
  const { page } = await openPage({
    start: () => start.promise,
    open_last: () => connection({ list: { loaded: loaded({ total: 1 }), rows } }),
    follow_locks({ onLock }) {
      locks = onLock;
      return new Promise(() => {});
    },
  });
  await settled();
  locks.onmessage({ kind: "desktop" });
  start.resolve(startup());
  await settled();
  page.getByRole("button", { name: "Unlock" });
  assert.equal(page.queryByText("secret-name"), null);
});
