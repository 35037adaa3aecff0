/** A server that cannot be reached, breaks off or asks for a pause: reported truly, and retried automatically. */
import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { fireEvent } from "@testing-library/dom";
import { holdClock } from "./support/clock.js";
import { closePage, openPage } from "./support/page.js";
import { settled } from "./support/person.js";
import { Later, listOf, loaded, problem, row, startup, withTokens } from "./support/rust.js";

afterEach(async () => {
  mock.restoreAll();
  await closePage();
});

/** @param {boolean} hidden */
function setHidden(hidden) {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}

/** @param {import("./support/rust.js").Commands} commands */
async function openHeld(commands) {
  const clock = holdClock();
  const opened = await openPage(commands, clock.prepare);
  await settled();
  return { ...opened, clock, probes: () => opened.callsTo("is_reachable").length };
}

const lost = () => loaded({ whole: true, problem: problem("unreachable") });

test("N1: after 5, 10, 20, 30 and 30 seconds it asks whether the server answers, and then loads by itself", async () => {
  const { page, clock, probes, callsTo, commands } = await openHeld({ load_tokens: lost });
  let so_far = 0;
  for (const seconds of [5, 10, 20, 30, 30]) {
    await clock.advance(seconds * 1000 - 1);
    assert.equal(probes(), so_far, `not before ${seconds} s`);
    await clock.advance(1);
    so_far += 1;
    assert.equal(probes(), so_far, `after ${seconds} s`);
  }
  assert.equal(callsTo("load_tokens").length, 1);
  commands.is_reachable = () => true;
  commands.load_tokens = () => loaded();
  await clock.advance(30_000);
  assert.equal(callsTo("load_tokens").length, 2);
  assert.equal(page.queryByText("The server can’t be reached."), null);
  await clock.advance(120_000);
  assert.equal(probes(), so_far + 1, "and then asks no more");
});

test("N1: it asks only while somebody can see it, and at once when they come back", async () => {
  const { clock, probes } = await openHeld({ load_tokens: lost });
  setHidden(true);
  await clock.advance(600_000);
  assert.equal(probes(), 0);
  setHidden(false);
  await settled();
  assert.equal(probes(), 1);
  window.dispatchEvent(new Event("online"));
  await settled();
  assert.equal(probes(), 2, "at once when the network comes back");
});

test("N1: each way of not reaching the server names itself and what to do", async () => {
  for (const [code, title, next] of /** @type {const} */ ([
    ["server_not_found", /No server was found at this address/, /spelling/],
    ["connection_refused", /The server isn’t accepting connections/, /port/],
    ["server_error", /Server error/, /try again in a minute/],
  ])) {
    const { page } = await openHeld({ load_tokens: () => loaded({ whole: true, problem: problem(code) }) });
    page.getByText(title, { selector: ".list-notice *" });
    page.getByText(next, { selector: ".list-notice *" });
    page.getByText(/Showing the last list that loaded\./, { selector: ".list-notice *" });
  }
});

test("N6: a proxy that does not answer is named in the bar", async () => {
  const fault = problem("proxy_unreachable", "proxy.corp:3128");
  const { page } = await openHeld({ load_tokens: () => loaded({ whole: true, problem: fault }) });
  page.getByText("The proxy proxy.corp:3128 can’t be reached.", { selector: ".list-notice *" });
});

test("N9: a certificate that is not trusted is reported, and not asked about again", async () => {
  const fault = problem("certificate_unknown_issuer");
  const { page, clock, probes } = await openHeld({
    load_tokens: () => loaded({ whole: true, problem: fault }),
  });
  page.getByText(/doesn’t trust the issuer/, { selector: ".list-notice *" });
  await clock.advance(600_000);
  assert.equal(probes(), 0);
});

test("N4: while it loads again, an incomplete list stays marked until there is a new result", async () => {
  const { page, commands } = await openHeld({
    load_tokens: () => loaded({ problem: problem("timed_out") }),
  });
  page.getByText("2 tokens · incomplete");
  const answer = new Later();
  commands.load_tokens = () => answer.promise;
  fireEvent.click(page.getByRole("button", { name: "Try again" }));
  await settled();
  page.getByText("This list is incomplete.");
  page.getByText("2 tokens · incomplete · refreshing…");
  answer.resolve(loaded());
  await settled();
  assert.equal(page.queryByText("This list is incomplete."), null);
});

test("stopping a first load counts what is there: the status and the chips agree", async () => {
  const answer = new Later();
  const { page, callsTo } = await openHeld({
    load_tokens: () => answer.promise,
    rows: listOf(["a", "b", "c"].map((name) => row(name))),
  });
  callsTo("load_tokens")[0]?.args.onProgress.onmessage({ generation: 1, total: 2 });
  await settled();
  fireEvent.click(page.getByRole("button", { name: "Stop loading" }));
  answer.reject(problem("cancelled"));
  await settled();
  page.getByText("3 tokens · incomplete");
  page.getByRole("button", { name: /^All\s*3$/ });
  page.getByText("Loading stopped.");
});

test("D4: rows that were left out are reported, with the reason on hover", async () => {
  const { page } = await openHeld({ load_tokens: () => loaded({ conflicting: 2 }) });
  assert.match(page.getByText("2 rows skipped").title, /same ID as another row but different content/);
});

test("D1: rows that are no tokens are reported together with those", async () => {
  const { page } = await openHeld({ load_tokens: () => loaded({ conflicting: 1, unreadable: 3 }) });
  assert.match(page.getByText("4 rows skipped").title, /3 couldn’t be read as a token/);
});

test("C17: rows without room and names that are shortened are reported", async () => {
  const { page } = await openHeld({ load_tokens: () => loaded({ unreadable: 1, noRoom: 2, shortened: 1 }) });
  const { title } = page.getByText("3 rows skipped · 1 name shortened");
  assert.match(title, /2 didn’t fit: the list is too large for this app\. Only the start of a name/);
  const shortened = await openHeld({ load_tokens: () => loaded({ shortened: 2 }) });
  shortened.page.getByText("2 names shortened");
});

test("H4: a pause the server asks for is counted down in the status bar", async () => {
  const answer = new Later();
  const { page, clock, callsTo } = await openHeld({ load_tokens: () => answer.promise });
  const tell = callsTo("follow_waits")[0]?.args.onWaiting;
  assert.equal(callsTo("follow_waits").length, 1);
  assert.equal(page.queryByText(/^Rate limited/), null);
  tell.onmessage({ seconds: 12 });
  page.getByText("Rate limited. Continuing in 12 s", { selector: "footer *" });
  await clock.advance(3_000);
  page.getByText("Rate limited. Continuing in 9 s", { selector: "footer *" });
  tell.onmessage(null);
  assert.equal(page.queryByText(/^Rate limited/, { selector: "footer *" }), null);
});

test("H4: a pause is reported in a dialog and on the first screen, too", async () => {
  const { page, callsTo } = await openHeld({ create_token: () => new Later().promise });
  fireEvent.click(page.getByRole("button", { name: /New token/ }));
  callsTo("follow_waits")[0]?.args.onWaiting.onmessage({ seconds: 2 });
  page.getByText("Rate limited. Continuing in 2 s", { selector: "dialog .wait" });

  const first = await openHeld({ start: () => startup({ connections: [], last: null }) });
  first.callsTo("follow_waits")[0]?.args.onWaiting.onmessage({ seconds: 2 });
  first.page.getByText("Rate limited. Continuing in 2 s", { selector: "form *" });
});

test("H4: a server that wants to be left alone for longer than a timer can count is left alone", async () => {
  for (const retryAfter of [2_500_000, Number.MAX_SAFE_INTEGER]) {
    const fault = { ...problem("rate_limited"), retryAfter };
    const { clock, probes } = await openHeld({
      load_tokens: () => loaded({ whole: true, problem: fault }),
    });
    await clock.advance(3_600_000);
    assert.equal(probes(), 0, String(retryAfter));
  }
});

test("H4: a server that asked to be left alone is not asked sooner", async () => {
  const fault = { ...problem("rate_limited"), retryAfter: 90 };
  const { page, clock, probes } = await openHeld({
    load_tokens: () => loaded({ whole: true, problem: fault }),
  });
  page.getByText(/Try again in 1 minute\./, { selector: ".list-notice *" });
  window.dispatchEvent(new Event("online"));
  await clock.advance(89_000);
  assert.equal(probes(), 0);
  await clock.advance(1_000);
  assert.equal(probes(), 1);
});

test("after Stop the focus is in the list", async () => {
  const answer = new Later();
  const { page, commands } = await openPage(withTokens([row("edge-agent-eu")]));
  await settled();
  commands.load_tokens = () => answer.promise;
  fireEvent.click(page.getByRole("button", { name: /Refresh/ }));
  await settled();
  page.getByRole("button", { name: "Stop loading" }).focus();
  answer.resolve(loaded({ total: 1, whole: true, problem: problem("cancelled") }));
  await settled();
  assert.match(document.activeElement?.textContent ?? "", /^edge-agent-eu/);
});
