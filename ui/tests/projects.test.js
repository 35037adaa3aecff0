/** Choosing a project, and signing out. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { closePage, openPage } from "./support/page.js";
import { settled } from "./support/person.js";
import { connection, known, Later, PROJECT, problem } from "./support/rust.js";

afterEach(closePage);

const STAGING = { id: "p2", name: "Acme / staging", agents: 1, members: null };

/** @param {import("./support/rust.js").Commands} [commands] */
async function openPicker(commands) {
  const opened = await openPage({ list_projects: () => [PROJECT, STAGING], ...commands });
  await settled();
  fireEvent.click(opened.page.getByRole("button", { name: /Project Acme/ }));
  await settled();
  return { ...opened, picker: () => within(opened.page.getByRole("dialog")) };
}

test("several projects and none remembered: a choice comes first", async () => {
  const { page, callsTo } = await openPage({
    restore: () => connection({ projects: [PROJECT, STAGING], project: null }),
  });
  await settled();
  page.getByRole("heading", { name: "Choose a project" });
  fireEvent.click(page.getByRole("button", { name: /staging/ }));
  await settled();
  assert.equal(callsTo("load_tokens")[0]?.args.project, "p2");
});

test("the only project is opened without asking", async () => {
  const { callsTo } = await openPage({ restore: () => connection({ project: null }) });
  await settled();
  assert.equal(callsTo("load_tokens")[0]?.args.project, PROJECT.id);
});

test("no project at all has its own words", async () => {
  const { page, callsTo } = await openPage({
    restore: () => connection({ projects: [], project: null }),
    list_projects: () => [PROJECT],
  });
  await settled();
  page.getByRole("heading", { name: "No projects yet" });
  fireEvent.click(page.getByRole("button", { name: "Check again" }));
  await settled();
  assert.equal(callsTo("list_projects").length, 1);
  page.getByRole("button", { name: /Acme.* agents/ });
});

test("while no project is open, the way to the other connections, to the lock and to the settings is there, too", async () => {
  const { page, callsTo } = await openPage({
    restore: ({ connection: id }) => connection({ id, projects: [], project: null }),
    list_connections: () => [known(), known({ id: "c2", name: "Lab" })],
  });
  await settled();
  fireEvent.click(page.getByRole("button", { name: "Settings" }));
  fireEvent.click(
    within(page.getByRole("dialog", { name: "Settings" })).getByRole("button", { name: "Close" }),
  );
  fireEvent.click(page.getByRole("button", { name: "Lock" }));
  await settled();
  fireEvent.click(page.getByRole("button", { name: "Unlock" }));
  await settled();
  fireEvent.click(page.getByRole("button", { name: /^Lab/ }));
  await settled();
  assert.deepEqual(callsTo("restore").at(-1)?.args, { connection: "c2" });
});

test("the picker loads afresh, marks the open project, and the arrows move in it", async () => {
  const { picker, callsTo } = await openPicker();
  assert.equal(callsTo("list_projects").length, 1);
  const current = picker().getByRole("button", { name: /production/, current: true });
  picker().getByText("42 agents · 7 members");
  picker().getByText("1 agent");
  assert.equal(document.activeElement, current);
  fireEvent.keyDown(current, { key: "ArrowDown" });
  const other = picker().getByRole("button", { name: /staging/ });
  assert.equal(document.activeElement, other);
  fireEvent.click(other);
  await settled();
  assert.equal(callsTo("load_tokens").at(-1)?.args.project, "p2");
});

test("C66: what is loaded takes the focus only if nobody is typing elsewhere", async () => {
  const answer = new Later();
  const { page, picker } = await openPicker({
    list_projects: () => answer.promise,
    list_connections: () => [known(), known({ id: "c2", name: "Lab" })],
  });
  fireEvent.click(picker().getAllByRole("button", { name: /^More/ })[0] ?? assert.fail());
  fireEvent.click(page.getByRole("menuitem", { name: "Rename…" }));
  const field = picker().getByRole("textbox");
  assert.equal(document.activeElement, field);
  answer.resolve([PROJECT, STAGING]);
  await settled();
  picker().getByRole("button", { name: /staging/ });
  assert.equal(document.activeElement, field);
});

test("projects that were open last come first, for each connection, and under a heading where there are many", async () => {
  const many = Array.from({ length: 12 }, (_, at) => ({ ...STAGING, id: `q${at}`, name: `Team ${at}` }));
  const { page, picker, calls } = await openPicker({
    restore: () => connection({ projects: [PROJECT, ...many], recent: ["q7", "gone", "q3"] }),
    list_projects: () => [PROJECT, ...many],
  });
  const shown = () =>
    [...document.querySelectorAll(".project-body :is(h2, .user-text)")].map((one) => one.textContent);
  assert.deepEqual(shown().slice(0, 6), ["Recent", PROJECT.name, "Team 7", "Team 3", "Others", "Team 0"]);
  assert.equal(shown().length, 15);
  fireEvent.click(picker().getByRole("button", { name: /^Team 3/ }));
  await settled();
  fireEvent.click(page.getByRole("button", { name: /Project Team 3/ }));
  await settled();
  assert.deepEqual(shown().slice(0, 5), ["Recent", "Team 3", PROJECT.name, "Team 7", "Others"]);
  const filter = picker().getByRole("textbox", { name: "Filter projects" });
  fireEvent.input(filter, { target: { value: "team" } });
  assert.deepEqual(shown().slice(0, 3), ["Team 3", "Team 7", "Team 0"], "without headings");
  assert.equal(calls.filter(({ command }) => command === "list_projects").length, 2);
});

test("few projects stand in one list, those that were open last first", async () => {
  const { picker } = await openPicker({
    restore: () => connection({ projects: [STAGING, PROJECT] }),
    list_projects: () => [STAGING, PROJECT],
  });
  assert.equal(picker().queryByRole("heading", { name: "Recent" }), null);
  const [first] = [...document.querySelectorAll(".project-body .user-text")];
  assert.equal(first?.textContent, PROJECT.name);
});

test("known projects can be filtered while they are loaded, and a failure stays in sight", async () => {
  const many = Array.from({ length: 9 }, (_, at) => ({ ...STAGING, id: `q${at}`, name: `Team ${at}` }));
  const answer = new Later();
  const { picker } = await openPicker({
    restore: () => connection({ projects: [PROJECT, ...many] }),
    list_projects: () => answer.promise,
  });
  const filter = picker().getByRole("textbox", { name: "Filter projects" });
  assert.equal(document.activeElement, filter);
  const teams = () => picker().queryAllByRole("button", { name: /^Team/ }).length;
  fireEvent.input(filter, { target: { value: "team 7" } });
  assert.equal(teams(), 1);
  answer.reject(problem("timed_out"));
  await settled();
  picker().getByText("The server took too long to respond.");
  fireEvent.input(filter, { target: { value: "team" } });
  picker().getByText("The server took too long to respond.");
  assert.equal(teams(), 9);
  assert.equal(document.activeElement, filter);
});

test("a filter with text in it stays when fewer projects are left", async () => {
  const many = Array.from({ length: 9 }, (_, at) => ({ ...STAGING, id: `q${at}`, name: `Team ${at}` }));
  const answer = new Later();
  const { picker } = await openPicker({
    restore: () => connection({ projects: [PROJECT, ...many] }),
    list_projects: () => answer.promise,
  });
  fireEvent.input(picker().getByRole("textbox"), { target: { value: "team 7" } });
  answer.resolve([PROJECT, STAGING]);
  await settled();
  const filter = picker().getByRole("textbox", { name: "Filter projects" });
  assert.equal(/** @type {HTMLInputElement} */ (filter).value, "team 7");
  picker().getByText("No project matches this filter.");
});

test("many projects can be filtered", async () => {
  const many = Array.from({ length: 9 }, (_, at) => ({ ...STAGING, id: `q${at}`, name: `Team ${at}` }));
  const { picker } = await openPicker({ list_projects: () => many });
  fireEvent.input(picker().getByRole("textbox", { name: "Filter projects" }), {
    target: { value: "team 7" },
  });
  assert.equal(picker().getAllByRole("button", { name: /Team/ }).length, 1);
});

test("a failed project list can be tried again", async () => {
  const { picker, callsTo } = await openPicker({ list_projects: () => Promise.reject(problem("timed_out")) });
  picker().getByText("The server took too long to respond.");
  fireEvent.click(picker().getByRole("button", { name: "Try again" }));
  await settled();
  assert.equal(callsTo("list_projects").length, 2);
});

test("offline, the projects of before can still be opened", async () => {
  const { picker, callsTo } = await openPicker({
    restore: () => connection({ projects: [PROJECT, STAGING] }),
    list_projects: () => Promise.reject(problem("connection_refused")),
  });
  picker().getByRole("button", { name: "Try again" });
  fireEvent.click(picker().getByRole("button", { name: /staging/ }));
  await settled();
  assert.equal(callsTo("load_tokens").at(-1)?.args.project, "p2");
});

test("signing out asks first, and is never claimed while the keyring refuses", async () => {
  let refuses = true;
  const { page, picker, callsTo } = await openPicker({
    sign_out: () => (refuses ? Promise.reject(problem("keyring_failed")) : null),
  });
  fireEvent.click(picker().getByRole("button", { name: "Sign out…" }));
  picker().getByRole("heading", { name: "Sign out and remove your bearer token from the keyring?" });
  assert.equal(callsTo("sign_out").length, 0);
  fireEvent.click(picker().getByRole("button", { name: "Sign out" }));
  await settled();
  picker().getByText(/^You’re still signed in\. The system keyring reported an error\./);
  refuses = false;
  fireEvent.click(picker().getByRole("button", { name: "Try again" }));
  await settled();
  page.getByRole("heading", { name: "Calyptia Tokens" });
});

test("C53: signing out that waits for the keyring says so, and can be stopped", async () => {
  const answer = new Later();
  const { picker, callsTo } = await openPicker({ sign_out: () => answer.promise });
  const waiting = () =>
    picker().queryByText(/^Waiting for the system keyring/, { selector: ".keyring-wait" });
  fireEvent.click(picker().getByRole("button", { name: "Sign out…" }));
  const tell = callsTo("follow_keyring")[0]?.args.onWaiting;
  tell.onmessage(true);
  assert.equal(waiting(), null, "nobody here waits for it");
  fireEvent.click(picker().getByRole("button", { name: "Sign out" }));
  await settled();
  assert.ok(waiting());
  tell.onmessage(false);
  assert.equal(waiting(), null);
  tell.onmessage(true);
  fireEvent.click(picker().getByRole("button", { name: "Cancel" }));
  assert.deepEqual(callsTo("cancel_sign_out")[0]?.args, { connection: "c1" });
  answer.reject(problem("cancelled"));
  await settled();
  assert.equal(waiting(), null);
  picker().getByText(/^You’re still signed in\. Stopped\. If the keyring’s prompt is still open, close it/);
});

test("while signing out, neither Cancel nor a click outside hides what becomes of it", async () => {
  const answer = new Later();
  const { page, picker } = await openPicker({ sign_out: () => answer.promise });
  fireEvent.click(picker().getByRole("button", { name: "Sign out…" }));
  fireEvent.click(picker().getByRole("button", { name: "Sign out" }));
  await settled();
  fireEvent.click(picker().getByRole("button", { name: "Cancel" }));
  fireEvent.click(page.getByRole("dialog"));
  picker().getByText("Signing out…");
  answer.reject(problem("keyring_failed"));
  await settled();
  picker().getByText(/^You’re still signed in\. The system keyring reported an error\./);
});
