/** Coming back to the window: an old list is loaded again, and nothing shows that unless it takes long, fails or finds news. */
import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { fireEvent } from "@testing-library/dom";
import { holdClock } from "./support/clock.js";
import { closePage, openPage } from "./support/page.js";
import { settled } from "./support/person.js";
import { Later, loaded, problem, row, withTokens } from "./support/rust.js";

afterEach(async () => {
  mock.restoreAll();
  await closePage();
});

/** @param {import("./support/rust.js").Commands} [commands] */
async function open(commands) {
  const clock = holdClock();
  const opened = await openPage(commands, clock.prepare);
  await clock.advance(0);
  const loads = () => opened.callsTo("load_tokens").length;
  const comeBack = async () => {
    window.dispatchEvent(new Event("focus"));
    await clock.advance(0);
  };
  return { ...opened, clock, loads, comeBack };
}

const said = () => document.querySelector("p.quiet")?.textContent;
const isTurning = () => document.querySelector(".refresh.turning") !== null;
const footer = () => document.querySelector("footer")?.textContent ?? "";

test("a list that is older than a minute is loaded when the window gets the focus, and a younger one is not", async () => {
  const { clock, loads, comeBack } = await open();
  await clock.advance(60_000);
  await comeBack();
  assert.equal(loads(), 1);
  await clock.advance(1_000);
  await comeBack();
  assert.equal(loads(), 2);
  await comeBack();
  assert.equal(loads(), 2, "it is new again");
});

test("it is loaded when the window can be seen again, and not while it cannot", async () => {
  const { clock, loads, comeBack } = await open();
  const setHidden = (/** @type {boolean} */ value) =>
    Object.defineProperty(document, "hidden", { value, configurable: true });
  setHidden(true);
  await clock.advance(120_000);
  await comeBack();
  assert.equal(loads(), 1);
  setHidden(false);
  document.dispatchEvent(new Event("visibilitychange"));
  await clock.advance(0);
  assert.equal(loads(), 2);
});

test("nothing shows it at first; after two seconds it is a refresh that can be stopped", async () => {
  const { page, commands, clock, comeBack } = await open();
  const answer = new Later();
  commands.load_tokens = () => answer.promise;
  await clock.advance(120_000);
  const before = footer();
  await comeBack();
  assert.deepEqual([isTurning(), footer(), said()], [false, before, "2 tokens"]);
  await clock.advance(1_999);
  assert.equal(isTurning(), false);
  await clock.advance(1);
  assert.equal(isTurning(), true);
  page.getByRole("button", { name: "Stop loading" });
  answer.resolve(loaded());
  await clock.advance(0);
  assert.equal(isTurning(), false);
  assert.match(footer(), /updated just now/);
});

test("whoever presses Refresh meanwhile sees it, and it is the same request", async () => {
  const { page, commands, clock, loads, comeBack } = await open();
  commands.load_tokens = () => new Promise(() => {});
  await clock.advance(120_000);
  await comeBack();
  fireEvent.click(page.getByRole("button", { name: "Refresh" }));
  await clock.advance(20);
  assert.deepEqual([isTurning(), loads()], [true, 2]);
});

test("it is announced only if other tokens are there, or it fails", async () => {
  const { commands, clock, comeBack } = await open();
  const quiet = document.querySelector("p.quiet") ?? assert.fail();
  await clock.advance(120_000);
  await comeBack();
  assert.ok(quiet.isConnected, "nothing new was said");
  Object.assign(commands, withTokens([row("a"), row("b"), row("c")]));
  await clock.advance(120_000);
  await comeBack();
  assert.equal(said(), "3 tokens");
  commands.load_tokens = () => loaded({ total: 3, whole: true, problem: problem("permission_denied") });
  await clock.advance(120_000);
  await comeBack();
  assert.match(said() ?? "", /not a member of this project/);
  assert.ok(document.querySelector(".list-notice"));
});

test("after a failure it waits for a minute, and what is watched otherwise is left alone", async () => {
  const { commands, clock, loads, comeBack } = await open();
  const fail = (/** @type {import("../types/ipc").ErrorCode} */ code) => {
    commands.load_tokens = () => loaded({ total: 2, whole: true, problem: problem(code) });
  };
  fail("permission_denied");
  await clock.advance(61_000);
  await comeBack();
  assert.equal(loads(), 2);
  await clock.advance(59_000);
  await comeBack();
  assert.equal(loads(), 2);
  fail("unreachable");
  await clock.advance(2_000);
  await comeBack();
  assert.equal(loads(), 3);
  await clock.advance(120_000);
  await comeBack();
  assert.equal(loads(), 3, "the app already asks whether the server answers");
});

test("the details of a failure have the time when it failed, however long it is shown", async () => {
  const { page, commands, clock, callsTo } = await open();
  commands.load_tokens = () => loaded({ total: 2, whole: true, problem: problem("permission_denied") });
  fireEvent.keyDown(document.body, { key: "r", ctrlKey: true });
  await clock.advance(0);
  const failedAt = Math.floor(Date.now() / 1000);
  await clock.advance(3_600_000);
  page.getByText(/1 hour ago/, { selector: ".list-notice *" });
  fireEvent.click(page.getByRole("button", { name: "Copy details" }));
  await clock.advance(0);
  const [, time = ""] = /^Time: (.+)$/m.exec(callsTo("copy_problem_details")[0]?.args.text) ?? [];
  const [date, clockTime, zone] = time.split(" ");
  assert.equal(Date.parse(`${date}T${clockTime}${zone}`) / 1000, failedAt);
});

test("a list that was stopped half-way keeps its rows", async () => {
  const { commands, clock, loads, comeBack, page } = await open();
  commands.load_tokens = () => loaded({ total: 2, whole: false, problem: problem("cancelled") });
  fireEvent.keyDown(document.body, { key: "r", ctrlKey: true });
  await settled();
  const before = loads();
  await clock.advance(120_000);
  await comeBack();
  assert.equal(loads(), before);
  page.getByText("edge-agent-eu");
});

test("not while a dialog is open, nor signed out, nor locked", async () => {
  const { page, commands, clock, loads, comeBack } = await open();
  await clock.advance(120_000);
  fireEvent.click(page.getByRole("button", { name: /New token/ }));
  await comeBack();
  assert.equal(loads(), 1);
  fireEvent.click(page.getByRole("button", { name: "Cancel" }));
  commands.load_tokens = () => loaded({ total: 2, whole: true, problem: problem("unauthenticated") });
  await comeBack();
  assert.equal(loads(), 2);
  // Nobody asked for it, so nobody is interrupted.
  assert.equal(page.queryByRole("dialog"), null);
  page.getByRole("button", { name: "Sign in again" });
  await clock.advance(120_000);
  await comeBack();
  assert.equal(loads(), 2);
  fireEvent.keyDown(document.body, { key: "l", ctrlKey: true });
  await clock.advance(120_000);
  await comeBack();
  await settled();
  assert.equal(loads(), 2);
});
