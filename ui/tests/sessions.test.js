/** Sessions: each command names the connection it means, and nothing of a session outlives it on screen. */
import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { holdClock } from "./support/clock.js";
import { closePage, openPage } from "./support/page.js";
import { press, pressEnter, pressEsc, settled, shortcut, type } from "./support/person.js";
import {
  connection,
  created,
  known,
  Later,
  listChanges,
  loaded,
  PROJECT,
  problem,
  row,
  SESSION_COMMANDS,
  startup,
} from "./support/rust.js";

afterEach(async () => {
  await closePage();
  mock.restoreAll();
});

const CONNECTIONS = [known(), known({ id: "c2", name: "Lab", server: "https://lab.example" })];

/** @param {import("./support/rust.js").Commands} [commands] */
async function open(commands) {
  const opened = await openPage({
    start: () => startup({ connections: CONNECTIONS }),
    list_connections: () => CONNECTIONS,
    restore: ({ connection: id }) => (id === "c2" ? connection({ id, name: "Lab" }) : connection()),
    ...commands,
  });
  await settled();
  return opened;
}

/** @param {any} page @param {string} name */
const click = (page, name) => fireEvent.click(page.getByRole("button", { name }));

/** @param {any} page */
function createOne(page) {
  fireEvent.click(page.getByRole("button", { name: /New token/ }));
  type(page.getByRole("textbox", { name: "Name" }), "edge");
  pressEnter(page.getByRole("textbox", { name: "Name" }));
}

test("every command of a session names the connection that its view was made for", async () => {
  const clock = holdClock();
  const { page, calls, commands } = await openPage(
    { restore: () => connection({ id: "c7" }) },
    clock.prepare,
  );
  await clock.advance(0);

  fireEvent.click(page.getByRole("button", { name: /Project Acme/ }));
  await clock.advance(0);
  pressEsc();
  fireEvent.click(page.getByRole("checkbox", { name: "Select ci-deploy" }));
  page.getByText("1 selected", { selector: ".tally" });
  click(page, "Refresh");
  await clock.advance(0);

  commands.create_token = () => ({ outcome: "not_found", problem: null });
  createOne(page);
  await clock.advance(0);
  click(page, "Check again");
  await clock.advance(0);
  commands.check_create = () => new Promise(() => {});
  click(page, "Check again");
  pressEsc();
  await clock.advance(0);
  commands.create_token = () => created(row("edge"));
  commands.list_fleets = () => new Promise(() => {});
  fireEvent.click(page.getByRole("button", { name: /New token/ }));
  click(page, "Start over");
  type(page.getByRole("textbox", { name: "Name" }), "edge");
  pressEnter(page.getByRole("textbox", { name: "Name" }));
  await clock.advance(0);
  fireEvent.change(page.getByRole("combobox", { name: "Copy as" }), { target: { value: "cli" } });
  await clock.advance(0);
  click(page, "Copy and close");
  await clock.advance(0);

  fireEvent.click(page.getByText("ci-deploy"));
  press("Enter");
  type(page.getByRole("textbox", { name: "Name" }), "ci-2");
  commands.update_token = () => new Promise(() => {});
  click(page, "Save");
  pressEsc();
  await clock.advance(0);
  press("Escape");
  fireEvent.click(page.getByText("ci-deploy"));
  press("Delete");
  type(page.getByRole("textbox", { name: "Type ci-deploy to confirm" }), "ci-deploy");
  click(page, "Revoke");
  await clock.advance(0);

  commands.paste_into_filter = () => ({
    kind: "token",
    paste: 1,
    id: "t9",
    project: "p1",
    row: null,
    elsewhere: false,
  });
  commands.check_found_token = () => ({ state: "not_permitted" });
  commands.revoke_found_token = () => ({ state: "revoked" });
  fireEvent.paste(page.getByRole("searchbox"));
  await clock.advance(0);
  click(page, "Copy ID");
  click(page, "Check it");
  await clock.advance(0);
  click(page, "Revoke…");
  click(page, "Revoke");
  await clock.advance(0);

  commands.what_changed = () => listChanges();
  click(page, "Refresh");
  await clock.advance(0);
  fireEvent.click(page.getByRole("button", { name: /1 can do more/ }));
  click(page, "Mark as seen");
  await clock.advance(0);

  commands.created_by = () => new Promise(() => {});
  fireEvent.click(page.getByText("edge-agent-eu"));
  press("Enter");
  pressEsc();
  await clock.advance(0);

  click(page, "Export…");
  fireEvent.click(page.getByRole("menuitem", { name: /CSV/ }));
  await clock.advance(0);

  const [old, successor] = [row("ci-deploy"), row("edge-agent-eu")];
  const pair = { oldId: old.id, old, new: successor, renameTo: null };
  commands.rotations = () => ({ pairs: [pair], problem: null });
  click(page, "Refresh");
  await clock.advance(0);
  click(page, "More actions for ci-deploy");
  fireEvent.click(page.getByRole("menuitem", { name: "Keep both" }));
  commands.search_files = () => new Promise(() => {});
  click(page, "Find in files…");
  click(page, "Choose a folder…");
  pressEsc();
  await clock.advance(0);

  commands.load_tokens = () => new Promise(() => {});
  click(page, "Refresh");
  await clock.advance(0);
  click(page, "Stop loading");
  await clock.advance(0);

  const offline = await openPage(
    {
      restore: () => connection({ id: "c7" }),
      load_tokens: () => loaded({ problem: problem("unreachable") }),
    },
    clock.prepare,
  );
  await clock.advance(6_000);
  const refused = await openPage(
    {
      restore: () => connection({ id: "c7" }),
      load_tokens: () => Promise.reject(problem("unauthenticated")),
    },
    clock.prepare,
  );
  await clock.advance(0);
  const field = refused.page.getByLabelText("Bearer token");
  type(field, "a.b.c");
  pressEnter(field);
  await clock.advance(0);

  const all = [...calls, ...offline.calls, ...refused.calls];
  const named = all.filter(({ command }) => SESSION_COMMANDS.has(command));
  assert.deepEqual([...new Set(named.map(({ command }) => command))].sort(), [...SESSION_COMMANDS].sort());
  for (const { command, args } of named) assert.equal(args.connection, "c7", command);
  assert.equal(all.find(({ command }) => command === "match_name")?.args.project, PROJECT.id);
});

test("a call that comes late, after a switch, names the connection of before", async () => {
  const answer = new Later();
  const { page, callsTo } = await open({ create_token: () => answer.promise });
  createOne(page);
  await settled();
  pressEsc();
  assert.deepEqual(callsTo("cancel_create")[0]?.args, { connection: "c1" });
  shortcut("2");
  await settled();
  assert.equal(callsTo("load_tokens").at(-1)?.args.connection, "c2");
  answer.resolve(created(row("edge")));
  await settled();
  assert.deepEqual(callsTo("forget_created").at(-1)?.args, { connection: "c1" });
  assert.equal(callsTo("load_tokens").length, 2, "the list of the other connection is not touched");
});

test("what a session that is closed refuses or gives up is silent in views that are gone", async () => {
  for (const code of /** @type {const} */ (["signed_out", "superseded", "cancelled"])) {
    const [copy, load] = [new Later(), new Later()];
    const { page, commands } = await open({ copy_token: () => copy.promise });
    click(page, "Copy token ci-deploy");
    commands.load_tokens = () => load.promise;
    click(page, "Refresh");
    shortcut("l");
    await settled();
    copy.reject(problem(code));
    load.reject(problem(code));
    await settled();
    assert.equal(page.queryByRole("alert")?.textContent ?? "", "", code);
    assert.equal(page.queryByRole("dialog"), null, code);
  }
});

const COPIED = /The clipboard will be cleared/;

for (const [how, end] of /** @type {[string, (page: any) => unknown][]} */ ([
  ["locked", () => shortcut("l")],
  ["switched", () => shortcut("2")],
  ["signed out of", (page) => leave(page, "Sign out")],
  ["forgotten", (page) => leave(page, "Forget")],
])) {
  test(`C65: "Copied" is gone when its session is ${how}, with what was on the clipboard`, async () => {
    const { page } = await open();
    click(page, "Copy token ci-deploy");
    await settled();
    page.getByText(COPIED);
    await end(page);
    await settled();
    assert.equal(page.queryByText(COPIED), null);
  });
}

test("C65: a copy that is reported only after the lock is not called copied", async () => {
  const answer = new Later();
  const { page } = await open({ copy_token: () => answer.promise });
  click(page, "Copy token ci-deploy");
  shortcut("l");
  answer.resolve({ clearsAfterSeconds: 30 });
  await settled();
  page.getByRole("button", { name: "Unlock" });
  assert.equal(page.queryByText(COPIED), null);
});

/** @param {any} page @param {"Sign out" | "Forget"} what */
async function leave(page, what) {
  fireEvent.click(page.getByRole("button", { name: /Project Acme/ }));
  await settled();
  const picker = within(page.getByRole("dialog"));
  fireEvent.click(picker.getByRole("button", { name: "More actions for Acme cloud" }));
  fireEvent.click(page.getByRole("menuitem", { name: `${what}…` }));
  page.getByText(COPIED);
  fireEvent.click(picker.getByRole("button", { name: what }));
}

test("C65: signing out clears the clipboard even if the keyring then refuses; another connection's leaves it", async () => {
  const { page } = await open({ sign_out: () => Promise.reject(problem("keyring_locked")) });
  click(page, "Copy token ci-deploy");
  await settled();
  fireEvent.click(page.getByRole("button", { name: /Project Acme/ }));
  await settled();
  const picker = within(page.getByRole("dialog"));
  fireEvent.click(picker.getByRole("button", { name: "More actions for Lab" }));
  fireEvent.click(page.getByRole("menuitem", { name: "Sign out…" }));
  click(picker, "Sign out");
  await settled();
  page.getByText(COPIED);
  click(picker, "Cancel");
  await settled();
  click(picker, "Sign out…");
  click(picker, "Sign out");
  await settled();
  picker.getByText(/^You’re still signed in\./);
  assert.equal(page.queryByText(COPIED), null);
});

test("M7: a token that cannot be cleared from the clipboard is reported until it is gone", async () => {
  const { page, callsTo } = await open({});
  const { onChange } = callsTo("follow_clipboard")[0]?.args ?? {};
  onChange.onmessage("no_token");
  assert.equal(page.queryByText(/clipboard/), null);
  onChange.onmessage("overdue");
  assert.match(page.getByRole("alert").textContent ?? "", /couldn’t be cleared from the clipboard/);
  onChange.onmessage("no_token");
  assert.equal(page.queryByText(/couldn’t be cleared/), null);
  page.getByText("The token is no longer on the clipboard.");
});

test("K6: signed out, but the settings on disk do not say so: both are reported", async () => {
  const { page } = await open({ sign_out: () => problem("settings_not_saved") });
  fireEvent.click(page.getByRole("button", { name: /Project Acme/ }));
  await settled();
  fireEvent.click(page.getByRole("button", { name: "Sign out…" }));
  fireEvent.click(page.getByRole("button", { name: "Sign out" }));
  await settled();
  page.getByText("The settings couldn’t be written to disk.");
  assert.equal(page.queryByRole("grid"), null);
});

test('C65: "Copied" never stands longer than the token is on the clipboard', async () => {
  const clock = holdClock();
  const { page } = await openPage({ copy_token: () => ({ clearsAfterSeconds: 5 }) }, clock.prepare);
  await clock.advance(0);
  click(page, "Copy token ci-deploy");
  await clock.advance(0);
  page.getByText(COPIED);
  await clock.advance(4_900);
  page.getByText(COPIED);
  await clock.advance(100);
  assert.equal(page.queryByText(COPIED), null);
});
