/** What has changed since the last look: said above the list only if something has, and seen once its dialog is closed. */
import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { clockTime } from "../src/shared/format.js";
import { holdClock } from "./support/clock.js";
import { closePage, openPage } from "./support/page.js";
import { alertIn, pressEsc, settled, shortcut } from "./support/person.js";
import { Later, listChanges, loaded, PREFERENCES, problem, row, withTokens } from "./support/rust.js";

afterEach(async () => {
  mock.restoreAll();
  await closePage();
});

const chip = () => /** @type {HTMLElement} */ (document.querySelector("button.changes"));

/** @param {import("./support/rust.js").Commands} [commands] */
async function open(commands) {
  const opened = await openPage({ what_changed: () => listChanges(), ...commands });
  await settled();
  return {
    ...opened,
    async show() {
      fireEvent.click(chip());
      await settled();
      return within(opened.page.getByRole("dialog", { name: "What changed" }));
    },
  };
}

test("when nothing has changed, nothing is on screen", async () => {
  const { page, callsTo } = await open({ what_changed: () => null });
  assert.deepEqual(callsTo("what_changed")[0]?.args, { connection: "c1", project: "p1" });
  assert.equal(chip(), null);
  assert.equal(page.queryByRole("button", { name: /since/ }), null);
});

test("what has changed is said in a line, and announced", async () => {
  const { page } = await open();
  const text = chip().textContent ?? "";
  assert.match(
    text,
    /^1 can do more, 1 new, 1 gone, 1 can do less and 1 renamed since (today|yesterday), \d/,
  );
  assert.ok(chip());
  assert.ok(page.getAllByText(text).length > 1, "in the live region, too");
});

test("only what has changed is counted, and a clock that was set back is not believed", async () => {
  await open({ what_changed: () => listChanges({ since: null, raised: 0, lowered: 0, renamed: 0, new: 3 }) });
  assert.equal(chip().textContent, "3 new and 1 gone since you last looked");
});

test("the dialog shows each token with what it could do and what it can do now", async () => {
  const { show } = await open();
  const dialog = await show();
  const lines = dialog.getAllByRole("listitem").map(({ textContent }) => textContent);
  assert.deepEqual(lines, [
    "ci-deployread→now:▲Full access",
    "hotfix-debug-shellreadupdate",
    "stale-agent-sweeperreadupdateothers",
    "edge-agent-eureadupdate→now:read",
    "grafanabefore: grafana-readonlyread",
  ]);
  const titles = dialog.getAllByRole("heading", { level: 2 }).map(({ textContent }) => textContent);
  assert.deepEqual(titles, ["Can do more 1", "New 1", "Gone 1", "Can do less 1", "Renamed 1"]);
  dialog.getByText("Acme / production");
});

test("of many changes the first are listed and the others counted, and names that repeat come with their ids", async () => {
  const twin = { ...listChanges().changes[1], kind: "new", id: "12345678-twin", name: "twin" };
  const { show } = await open({
    what_changed: () =>
      listChanges({
        ...{ raised: 0, gone: 0, lowered: 0, renamed: 0, new: 1503 },
        changes: /** @type {any} */ ([twin, { ...twin, id: "87654321-twin" }]),
      }),
  });
  const dialog = await show();
  dialog.getByText("12345678");
  dialog.getByText("87654321");
  dialog.getByText("And 1,501 more.");
});

test("closing the dialog in any way marks the changes as seen, and the line is gone", async () => {
  for (const close of [
    () => pressEsc(),
    (/** @type {any} */ dialog) => fireEvent.click(dialog.getByRole("button", { name: "Mark as seen" })),
  ]) {
    const { show, callsTo } = await open();
    const dialog = await show();
    assert.equal(document.activeElement?.textContent, "Mark as seen");
    assert.equal(callsTo("mark_changes_seen").length, 0);
    close(dialog);
    await settled();
    const args = { connection: "c1", project: "p1", number: 1 };
    assert.deepEqual(callsTo("mark_changes_seen")[0]?.args, args);
    assert.equal(chip(), null);
    assert.notEqual(document.activeElement, document.body);
  }
});

test("changes that arrive while the dialog is open are not marked as seen", async () => {
  const { page, show, commands, callsTo } = await open();
  const later = new Later();
  commands.load_tokens = () => later.promise;
  fireEvent.click(page.getByRole("button", { name: "Refresh" }));
  await show();
  commands.what_changed = () => listChanges({ number: 2, new: 7 });
  later.resolve(loaded());
  await settled();
  commands.mark_changes_seen = ({ number }) => number === 2;
  pressEsc();
  await settled();
  assert.equal(callsTo("mark_changes_seen")[0]?.args.number, 1);
  assert.match(chip().textContent ?? "", /^1 can do more, 7 new/);
  assert.equal(callsTo("what_changed").length, 3, "as Rust ignored the number");
  const dialog = await show();
  dialog.getByText("And 6 more.");
  pressEsc();
  await settled();
  assert.equal(callsTo("mark_changes_seen")[1]?.args.number, 2);
  assert.equal(chip(), null);
});

test("the line tells the right day after midnight, and is not announced again", async () => {
  const clock = holdClock();
  const { page } = await openPage({ what_changed: () => listChanges() }, clock.prepare);
  await settled();
  const element = chip();
  const today = element.textContent;
  const tomorrow = Date.now() + 24 * 3_600_000;
  mock.restoreAll();
  mock.method(Date, "now", () => tomorrow);
  await clock.advance(30_000);
  assert.notEqual(element.textContent, today);
  assert.equal(chip(), element, "which keeps the focus");
  assert.equal(page.getByText(element.textContent ?? ""), element);
});

test("the list is compared again when it is loaded again, and not when that failed", async () => {
  const { page, commands, callsTo } = await open({ what_changed: () => null });
  fireEvent.click(page.getByRole("button", { name: "Refresh" }));
  await settled();
  assert.equal(callsTo("what_changed").length, 2);
  commands.load_tokens = () => loaded({ problem: problem("unreachable"), whole: true });
  fireEvent.click(page.getByRole("button", { name: "Refresh" }));
  await settled();
  assert.equal(callsTo("what_changed").length, 2);
});

test("a late answer does not replace a newer one, and a failure says nothing", async () => {
  const first = new Later();
  const { page, commands } = await open({ what_changed: () => first.promise });
  commands.what_changed = () => null;
  fireEvent.click(page.getByRole("button", { name: "Refresh" }));
  await settled();
  first.resolve(listChanges());
  await settled();
  assert.equal(chip(), null);
  commands.what_changed = () => Promise.reject(problem("internal"));
  fireEvent.click(page.getByRole("button", { name: "Refresh" }));
  await settled();
  assert.equal(chip(), null);
  assert.equal(alertIn(page), null);
});

test("after a change made here the list is compared again, but only while there is news", async () => {
  for (const news of [listChanges(), null]) {
    const { page, callsTo } = await open({ ...withTokens([row("edge")]), what_changed: () => news });
    fireEvent.click(page.getByText("edge"));
    fireEvent.keyDown(document.activeElement ?? document.body, { key: "Delete" });
    fireEvent.click(page.getByRole("button", { name: "Revoke" }));
    await settled();
    await new Promise((done) => setTimeout(done, 400));
    assert.equal(callsTo("what_changed").length, news === null ? 1 : 2);
  }
});

test("it can be switched off, which deletes what was kept and says so", async () => {
  const { page, commands, callsTo } = await open();
  shortcut(",");
  await settled();
  const box = /** @type {HTMLInputElement} */ (
    page.getByRole("checkbox", { name: "Show what changed since I last looked" })
  );
  assert.ok(box.checked);
  commands.what_changed = () => null;
  fireEvent.click(box);
  await settled();
  assert.deepEqual(callsTo("set_preferences")[0]?.args, {
    preferences: { ...PREFERENCES, showChanges: false },
  });
  page.getByText("Saved. The records of earlier lists were deleted.");
  assert.equal(chip(), null);
  commands.what_changed = () => listChanges();
  fireEvent.click(box);
  await settled();
  page.getByText("Saved.");
  assert.ok(chip());
});

test("what could not be deleted is not called deleted", async () => {
  const { page } = await open({
    set_preferences: () => Promise.reject(problem("snapshots_not_deleted")),
  });
  shortcut(",");
  await settled();
  fireEvent.click(page.getByRole("checkbox", { name: "Show what changed since I last looked" }));
  await settled();
  page.getByText("The records of earlier lists couldn’t be deleted.");
  assert.equal(page.queryByText(/is deleted/), null);
});

test("the time of the last look goes by the calendar", () => {
  const now = new Date(2026, 10, 28, 9, 0).getTime();
  const at = (/** @type {number} */ day, /** @type {number} */ hour) =>
    new Date(2026, 10, day, hour, 2).getTime();
  assert.equal(clockTime(at(28, 8), now), "today, 8:02 AM");
  assert.equal(clockTime(at(27, 14), now), "yesterday, 2:02 PM");
  assert.equal(clockTime(at(20, 14), now), "Nov 20, 2026, 2:02 PM");
});
