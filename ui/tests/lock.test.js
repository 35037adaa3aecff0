/** Time passes: the bearer ends, nobody is there, the clock is wrong. */
import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { clockTexts, listText } from "../src/views/status.js";
import { holdClock } from "./support/clock.js";
import { closePage, openPage } from "./support/page.js";
import { pressEsc, settled, shortcut, type } from "./support/person.js";
import { connection, Later, loaded, PREFERENCES, problem, startup } from "./support/rust.js";

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
  page.getByText("12 min left");
  assert.equal(page.queryByRole("button", { name: "Sign in again" }), null);
  await clock.advance(3 * MINUTE);
  page.getByText("9 min left");
  page.getByRole("button", { name: "Sign in again" });
  assert.equal(page.queryByRole("dialog"), null);
  await clock.advance(7 * MINUTE + 1000);
  const sheet = within(page.getByRole("dialog", { name: "Sign in again" }));
  sheet.getByText(/expires in 2 minutes/);
  fireEvent.click(sheet.getByRole("button", { name: "Later" }));
  await clock.advance(MINUTE);
  assert.equal(page.queryByRole("dialog"), null, "it does not nag");
  page.getByText(/^\d+ s left$/);
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

const LOCKING = { start: () => startup({ preferences: { ...PREFERENCES, lockMinutes: 5 } }) };

test("after the time set nobody sees the tokens, Rust drops what it has, and unlocking reads the keyring", async () => {
  const { page, clock, callsTo } = await open(LOCKING);
  await clock.advance(4 * MINUTE);
  fireEvent.pointerMove(document.body);
  await clock.advance(4 * MINUTE);
  page.getByRole("grid", { name: "Tokens" });
  await clock.advance(MINUTE + 5000);
  page.getByText("Acme cloud");
  page.getByText(/Nobody was here for a while\./);
  assert.equal(page.queryByRole("grid"), null);
  assert.equal(callsTo("lock").length, 1);
  await clock.advance(10 * MINUTE);
  assert.equal(callsTo("lock").length, 1, "locked is locked");
  fireEvent.click(page.getByRole("button", { name: "Unlock" }));
  await settled();
  assert.deepEqual(callsTo("restore")[1]?.args, { connection: "c1" });
  page.getByRole("grid", { name: "Tokens" });
});

test("a dialog that is open is closed with its draft, but one that waits for an answer is not", async () => {
  const answer = new Later();
  const { page, clock, callsTo } = await open({ ...LOCKING, create_token: () => answer.promise });
  fireEvent.click(page.getByRole("button", { name: /New token/ }));
  type(page.getByRole("textbox", { name: "Name" }), "edge");
  fireEvent.click(page.getByRole("button", { name: "Create token" }));
  await clock.advance(6 * MINUTE);
  assert.equal(callsTo("lock").length, 0);
  answer.reject(problem("timed_out"));
  await clock.advance(10_000);
  assert.equal(callsTo("lock").length, 1);
  assert.equal(page.queryByRole("dialog"), null);
});

test("a token that the lock took away uncopied is told until somebody has seen it", async () => {
  const { page, clock } = await open(LOCKING);
  fireEvent.click(page.getByRole("button", { name: /New token/ }));
  type(page.getByRole("textbox", { name: "Name" }), "edge");
  fireEvent.click(page.getByRole("button", { name: "Create token" }));
  await clock.advance(6 * MINUTE);
  page.getByRole("button", { name: "Unlock" });
  await clock.advance(60 * MINUTE);
  assert.match(page.getByRole("alert").textContent ?? "", /The token “edge” was made and is not copied\./);
  fireEvent.click(page.getByRole("button", { name: "Dismiss" }));
  assert.equal(page.queryByText(/is not copied/), null);
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
  const { page, clock } = await open({ ...LOCKING, load_tokens: () => loaded({ clockOffset: 3600 }) });
  fireEvent.click(page.getByRole("button", { name: /New token/ }));
  type(page.getByRole("textbox", { name: "Name" }), "edge");
  fireEvent.click(page.getByRole("button", { name: "Create token" }));
  await clock.advance(1000);
  pressEsc();
  page.getByText("It is not copied yet.");
  await clock.advance(6 * MINUTE);
  fireEvent.click(page.getByRole("button", { name: "Unlock" }));
  await clock.advance(1000);
  page.getByText(/was made and is not copied/);
  page.getByText(/^Clock .* behind\.$/);
});

test("it locks at once when asked to, by keys or from the panel, and never by itself unless it is set", async () => {
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
  page.getByText("Your bearer token was kept for this session only, and is forgotten. Sign in to continue.");
  page.getByRole("button", { name: "Sign in again" });
});

test("sample data needs no bearer to unlock", async () => {
  const { page } = await open({ restore: () => connection({ sample: true, storage: "session" }) });
  shortcut("l");
  await settled();
  page.getByText("Nothing is kept in memory. Unlocking opens it again.");
  page.getByRole("button", { name: "Unlock" });
});

test("the times are settings that apply at once", async () => {
  const { page, clock, callsTo } = await open({});
  shortcut(",");
  await settled();
  fireEvent.change(page.getByLabelText("Clear a copied token from the clipboard after"), {
    target: { value: "60" },
  });
  fireEvent.change(page.getByLabelText("Lock the app when nobody has used it for"), {
    target: { value: "5" },
  });
  await settled();
  assert.deepEqual(callsTo("set_preferences").at(-1)?.args, {
    preferences: { ...PREFERENCES, clipboardSeconds: 60, lockMinutes: 5 },
  });
  page.getByText("Saved.");
  await clock.advance(5 * MINUTE + 5000);
  assert.equal(callsTo("lock").length, 1);
});

test("M1: times that could not be written to disk are told, and hold all the same", async () => {
  const { page, clock, callsTo } = await open({
    set_preferences: () => Promise.reject(problem("settings_not_saved")),
  });
  shortcut(",");
  await settled();
  fireEvent.change(page.getByLabelText("Lock the app when nobody has used it for"), {
    target: { value: "5" },
  });
  await settled();
  page.getByText("The settings couldn’t be written to disk.");
  await clock.advance(5 * MINUTE + 5000);
  assert.equal(callsTo("lock").length, 1);
});

test("M8: a clock that is off by a day is told, and the bearer's end is counted by the server's", async () => {
  const day = 24 * 60 * MINUTE;
  const { page, clock } = await open({
    ...endingIn(3 * 60 * MINUTE + day),
    load_tokens: () => loaded({ clockOffset: day / 1000 }),
  });
  page.getByText("Clock 24 hours behind.");
  page.getByText("Clock 24 hours behind");
  page.getByText("3 h left");
  await clock.advance(2000);
  assert.equal(page.queryByRole("dialog"), null);
  assert.equal(clockTexts(-600).text, "Clock 10 minutes ahead");
  assert.equal(clockTexts(null).text, "");
});

test("M8: a clock that jumps back makes nothing older than now, and no wait longer", async () => {
  const status = {
    ...{ loading: false, streaming: false, total: 2, matched: null, incomplete: false, failed: false },
    ...{ conflicting: 0, unreadable: 0, noRoom: 0, shortened: 0, clockOffset: null, loadedAt: 1_000_000_000 },
  };
  assert.equal(listText(status, 999_000_000), "2 tokens · updated just now");
  const { clock, callsTo } = await open(LOCKING);
  await clock.advance(4 * MINUTE);
  const ahead = Date.now();
  mock.method(Date, "now", () => ahead - 60 * MINUTE);
  await clock.advance(5000);
  mock.method(Date, "now", () => ahead - 54 * MINUTE);
  await clock.advance(5000);
  assert.equal(callsTo("lock").length, 1, "counted anew from when it jumped");
});
