/** Toasts: the latest can be seen and heard, a copy that takes a while says so, and what is said of the clipboard is true. */
import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { failureToast, toast } from "../src/shared/announce.js";
import { holdClock } from "./support/clock.js";
import { closePage, openPage } from "./support/page.js";
import { press, pressEsc, settled, shortcut, type } from "./support/person.js";
import { Later, problem } from "./support/rust.js";

afterEach(async () => {
  mock.restoreAll();
  await closePage();
});

/** @param {import("./support/rust.js").Commands} [commands] */
async function open(commands) {
  const clock = holdClock();
  const opened = await openPage(commands, clock.prepare);
  await clock.advance(0);
  return { ...opened, clock };
}

/** @param {string} text */
const toastWith = (text) =>
  [...document.querySelectorAll(".toast")].find((one) => one.textContent?.includes(text)) ??
  assert.fail(text);

test("C63: a success stands beneath an older warning in one stack, not on its place", async () => {
  const { page, commands, clock } = await open();
  commands.copy_token = () => Promise.reject(problem("clipboard_unavailable"));
  fireEvent.click(page.getByRole("button", { name: "Copy token ci-deploy" }));
  await clock.advance(0);
  commands.copy_token = () => ({ clearsAfterSeconds: 30 });
  fireEvent.click(page.getByRole("button", { name: "Copy token ci-deploy" }));
  await clock.advance(0);
  const [warning, success] = [toastWith("Couldn’t copy"), toastWith("Copied “ci-deploy”")];
  const stack = warning.closest(".toasts");
  assert.equal(stack, success.closest(".toasts"));
  assert.equal(document.querySelectorAll("body > .toasts").length, 1);
  assert.ok(warning.compareDocumentPosition(success) & Node.DOCUMENT_POSITION_FOLLOWING);
});

test("C63: with a dialog open, toasts are in it, in regions that it had from its beginning", async () => {
  const { page, clock } = await open();
  failureToast("Old warning");
  fireEvent.click(page.getByRole("button", { name: /New token/ }));
  const dialog = document.querySelector("dialog") ?? assert.fail();
  const polite = dialog.querySelector(".toasts [role=status]") ?? assert.fail();
  assert.ok(dialog.contains(toastWith("Old warning")), "a warning can still be dismissed");
  toast("Good news");
  assert.ok(polite.contains(toastWith("Good news")));
  // Over that one another dialog.
  shortcut(",");
  assert.equal(document.querySelectorAll("dialog").length, 1);
  pressEsc();
  await clock.advance(0);
  assert.ok(toastWith("Good news").closest("body > .toasts"), "they outlive it");
  assert.ok(toastWith("Old warning").closest("body > .toasts"));
  await clock.advance(20_000);
  assert.equal(document.querySelector(".toast"), null);
});

test("C63: of two dialogs, the one on top has them", async () => {
  const { page, clock } = await open({
    create_token: () => Promise.reject(problem("unauthenticated")),
  });
  fireEvent.click(page.getByRole("button", { name: /New token/ }));
  type(page.getByRole("textbox", { name: "Name" }), "edge");
  fireEvent.click(page.getByRole("button", { name: "Create token" }));
  await clock.advance(0);
  toast("Good news");
  const heading = () => toastWith("Good news").closest("dialog")?.querySelector("h1")?.textContent;
  assert.equal(heading(), "Sign in again");
  pressEsc();
  await clock.advance(0);
  assert.equal(heading(), "New token");
});

test("C64: a copy that takes longer than 150 ms shows that on its row, and is announced", async () => {
  const answer = new Later();
  const { page, clock } = await open({ copy_token: () => answer.promise });
  fireEvent.click(page.getByText("ci-deploy"));
  press("c", { ctrlKey: true });
  const row = page.getByRole("row", { current: true });
  await clock.advance(149);
  assert.equal(row.getAttribute("aria-busy"), null);
  await clock.advance(1);
  assert.equal(row.getAttribute("aria-busy"), "true");
  assert.ok(within(row).getByRole("button", { name: "Copy token ci-deploy" }).matches(".copying"));
  assert.equal(page.getByRole("status").textContent, "Copying “ci-deploy”…");
  assert.equal(document.querySelectorAll(".row[aria-busy]").length, 1);
  await clock.advance(3_000);
  answer.resolve({ clearsAfterSeconds: 30 });
  await clock.advance(0);
  assert.equal(row.getAttribute("aria-busy"), null);
  assert.equal(document.querySelector(".copying"), null);
  toastWith("Copied “ci-deploy”");
});

test("C64: one that fails late says so, and one that is quick shows nothing before", async () => {
  const answer = new Later();
  const { page, clock, commands } = await open({ copy_token: () => answer.promise });
  fireEvent.click(page.getByText("ci-deploy"));
  press("c", { ctrlKey: true });
  await clock.advance(200);
  answer.reject(problem("clipboard_unavailable"));
  await clock.advance(0);
  assert.equal(document.querySelector("[aria-busy=true]"), null);
  toastWith("Couldn’t copy");
  commands.copy_token = () => ({ clearsAfterSeconds: 30 });
  press("c", { ctrlKey: true });
  await clock.advance(1_000);
  assert.doesNotMatch(page.getByRole("status").textContent ?? "", /Copying/);
});

test("C64: with a dialog open since, nothing says any more that it is being copied", async () => {
  const answer = new Later();
  const { page, clock } = await open({ copy_token: () => answer.promise });
  fireEvent.click(page.getByText("ci-deploy"));
  press("c", { ctrlKey: true });
  await clock.advance(200);
  press("n", { ctrlKey: true });
  await clock.advance(0);
  assert.ok(page.getByRole("dialog"));
  answer.resolve({ clearsAfterSeconds: 30 });
  await clock.advance(0);
  const quiet = [...document.querySelectorAll("p.quiet")].map((element) => element.textContent);
  assert.deepEqual(quiet, [""]);
});

test("C65: the time that a token has left on the clipboard counts down, and it goes although the mouse is on it", async () => {
  const { page, clock } = await open();
  fireEvent.click(page.getByRole("button", { name: "Copy token ci-deploy" }));
  await clock.advance(0);
  const copied = toastWith("Copied “ci-deploy”");
  mock.method(copied, "matches", (/** @type {string} */ selector) => selector.includes(":hover"));
  for (const [after, left] of /** @type {const} */ ([
    [0, 30],
    [1_000, 29],
    [10_000, 19],
    [18_000, 1],
  ])) {
    await clock.advance(after);
    assert.match(copied.textContent ?? "", new RegExp(`cleared in ${left} s`));
    assert.ok(copied.isConnected);
  }
  assert.equal(
    copied.querySelector("[role=timer]")?.textContent,
    "1",
    "what counts is not read aloud each second",
  );
  await clock.advance(1_000);
  assert.ok(!copied.isConnected);
});

/** @param {(command: string) => { args: any }[]} callsTo */
const clipboardIs = (callsTo, /** @type {import("../types/ipc").ClipboardState} */ state) =>
  callsTo("follow_clipboard")[0]?.args.onChange.onmessage(state);

test("after the news of a copy, what is on the clipboard stays in sight, and that it is gone is said once Rust knows", async () => {
  const { page, clock, callsTo } = await open();
  fireEvent.click(page.getByRole("button", { name: "Copy token ci-deploy" }));
  await clock.advance(0);
  clipboardIs(callsTo, "held");
  await clock.advance(7_000);
  const kept = toastWith("“ci-deploy” will be cleared from the clipboard in 23 s");
  assert.equal(document.querySelectorAll(".toast").length, 1);
  const region = kept.closest("[role]");
  assert.equal(region?.getAttribute("aria-live"), "off", "it is not read aloud each second");
  assert.equal(region?.parentElement, document.querySelector("#toasts"));
  toast("Other news");
  failureToast("A warning");
  assert.ok(kept.isConnected, "other toasts do not take its place");
  fireEvent.click(page.getByRole("button", { name: /New token/ }));
  assert.ok(kept.closest("dialog"), "nor does a dialog cover it");
  await clock.advance(23_000);
  assert.ok(kept.isConnected);
  assert.equal(kept.textContent, "Clearing the clipboard…");
  clipboardIs(callsTo, "no_token");
  assert.ok(!kept.isConnected);
  const gone = toastWith("The token is no longer on the clipboard.");
  assert.ok(gone.closest("[role=status]"));
  await clock.advance(7_000);
  assert.ok(!gone.isConnected);
});

test("a token that is replaced before its time is no longer said to be there, and a lock takes all of it away", async () => {
  const { page, clock, callsTo } = await open();
  const copy = async () => {
    fireEvent.click(page.getByRole("button", { name: "Copy token ci-deploy" }));
    await clock.advance(0);
  };
  await copy();
  clipboardIs(callsTo, "no_token");
  assert.equal(document.querySelectorAll(".toast").length, 1);
  toastWith("no longer on the clipboard");
  await copy();
  await clock.advance(7_000);
  toastWith("will be cleared from the clipboard in 23 s");
  shortcut("l");
  clipboardIs(callsTo, "no_token");
  await clock.advance(60_000);
  assert.equal(document.querySelector(".toast"), null);
});

test("a dialog’s button says that it is copying only if that takes longer than 150 ms", async () => {
  const answer = new Later();
  const { page, clock, commands } = await open({ copy_token: () => answer.promise });
  fireEvent.click(page.getByRole("button", { name: "More actions for ci-deploy" }));
  fireEvent.click(page.getByRole("menuitem", { name: "Copy as…" }));
  await clock.advance(0);
  fireEvent.click(page.getByRole("button", { name: "Copy and close" }));
  await clock.advance(149);
  page.getByRole("button", { name: "Copy and close" });
  await clock.advance(1);
  page.getByRole("button", { name: "Copying…" });
  answer.reject(problem("clipboard_unavailable"));
  await clock.advance(0);
  page.getByRole("button", { name: "Copy and close" });
  commands.copy_token = () => Promise.reject(problem("clipboard_unavailable"));
  fireEvent.click(page.getByRole("button", { name: "Copy and close" }));
  await clock.advance(200);
  page.getByRole("button", { name: "Copy and close" });
});

test("C65: after a sleep that was longer than its time, it is gone at the next second", async () => {
  const { page, clock } = await open();
  fireEvent.click(page.getByRole("button", { name: "Copy token ci-deploy" }));
  await clock.advance(0);
  const copied = toastWith("Copied “ci-deploy”");
  const now = Date.now();
  mock.method(Date, "now", () => now + 3_600_000);
  await clock.advance(1_000);
  assert.ok(!copied.isConnected);
});

test("C65: it is gone with the lock also out of a dialog, and does not come back", async () => {
  const { page, clock } = await open();
  fireEvent.click(page.getByRole("button", { name: "Copy token ci-deploy" }));
  await clock.advance(0);
  fireEvent.click(page.getByRole("button", { name: /New token/ }));
  assert.ok(toastWith("Copied “ci-deploy”").closest("dialog"));
  shortcut("l");
  await settled();
  await clock.advance(0);
  assert.equal(page.queryByText(/ci-deploy/), null);
  fireEvent.click(page.getByRole("button", { name: "Unlock" }));
  await clock.advance(100);
  assert.equal(document.querySelector(".toast"), null);
});

test("after Dismiss the focus is where it was", async () => {
  const { page } = await open();
  const filter = page.getByRole("searchbox");
  filter.focus();
  failureToast("Old warning");
  const dismiss = page.getByRole("button", { name: "Dismiss" });
  fireEvent.focus(dismiss, { relatedTarget: filter });
  dismiss.focus();
  fireEvent.click(dismiss);
  assert.equal(document.querySelector(".toast"), null);
  assert.equal(document.activeElement, filter);
});
