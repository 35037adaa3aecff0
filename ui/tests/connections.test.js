/** Several connections: adding, switching, renaming, leaving. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { closePage, openPage } from "./support/page.js";
import { press, pressEnter, pressEsc, settled, shortcut, type, waited } from "./support/person.js";
import { connection, known, Later, problem, startup } from "./support/rust.js";

afterEach(closePage);

const ACME = known();
const LAB = known({
  id: "c2",
  name: "Lab",
  host: "lab.example",
  server: "https://lab.example",
  account: null,
});
const OUT = known({
  id: "c3",
  name: "Old",
  host: "old.example",
  server: "https://old.example",
  signedIn: false,
});

/** @param {import("./support/rust.js").Commands} [commands] */
async function open(commands) {
  const opened = await openPage({
    start: () => startup({ connections: [ACME, LAB, OUT], last: "c1" }),
    // Fresh each time, as Rust's answers are.
    list_connections: () => [ACME, LAB, OUT].map((one) => ({ ...one })),
    restore: ({ connection: id }) =>
      id === "c2" ? connection({ id, name: "Lab", server: LAB.server }) : connection(),
    ...commands,
  });
  await settled();
  return opened;
}

/** @param {import("./support/rust.js").Commands} [commands] */
async function openPicker(commands) {
  const opened = await open(commands);
  fireEvent.click(opened.page.getByRole("button", { name: /Project Acme/ }));
  await settled();
  return { ...opened, picker: within(opened.page.getByRole("dialog", { name: "Projects" })) };
}

test("the panel lists the connections, whose they are, and which one is in use", async () => {
  const { picker } = await openPicker();
  picker.getByRole("button", { name: /Acme cloud/, current: true });
  picker.getByText("ana@acme.example · cloud-api.calyptia.com");
  picker.getByText("ana@acme.example · old.example · signed out");
  const lab = picker.getByRole("button", { name: /^Lab/ });
  assert.equal(lab.querySelector("kbd")?.textContent, "Ctrl 2");
});

test("the command key and a digit open a connection from the first screen, where they are reported", async () => {
  const { page, callsTo } = await open({
    start: () => startup({ connections: [ACME, LAB, OUT], last: "c3" }),
  });
  const lab = page.getByRole("button", { name: /^Lab/ });
  assert.equal(lab.querySelector("kbd")?.textContent, "Ctrl 2");
  shortcut("2");
  await settled();
  assert.deepEqual(callsTo("restore")[0]?.args, { connection: "c2" });
});

test("a click switches: what it connects to is named, then its tokens are there", async () => {
  const answer = new Later();
  const { page, picker, callsTo } = await openPicker({
    restore: ({ connection: id }) => (id === "c2" ? answer.promise : connection()),
  });
  fireEvent.click(picker.getByRole("button", { name: /^Lab/ }));
  await waited();
  page.getByText(/^Connecting to/);
  assert.deepEqual(callsTo("restore")[1]?.args, { connection: "c2" });
  answer.resolve(connection({ id: "c2", name: "Lab" }));
  await settled();
  page.getByRole("grid", { name: "Tokens" });
  page.getByText("Lab");
});

test("the command key and a digit switch, too, but not beneath a dialog", async () => {
  const { page, callsTo } = await open();
  shortcut("1");
  await settled();
  assert.equal(callsTo("restore").length, 1, "it is in use already");
  shortcut("2");
  await settled();
  assert.deepEqual(callsTo("restore")[1]?.args, { connection: "c2" });
  page.getByText("Lab");
  fireEvent.click(page.getByRole("button", { name: /New token/ }));
  shortcut("1");
  await settled();
  assert.equal(callsTo("restore").length, 2);
});

test("A3: a switch that is stopped goes back to what was in use, and only when Rust says so", async () => {
  const answer = new Later();
  const { page, callsTo } = await open({
    restore: ({ connection: id }) => (id === "c2" ? answer.promise : connection()),
  });
  shortcut("2");
  await waited();
  fireEvent.click(page.getByRole("button", { name: "Cancel" }));
  assert.equal(callsTo("cancel_connect").length, 1);
  page.getByText(/^Connecting to/);
  answer.reject(problem("cancelled"));
  await settled();
  page.getByRole("grid", { name: "Tokens" });
  page.getByText("Acme cloud");
});

test("a connection that cannot be reached leads back, or to signing in", async () => {
  const { page } = await open({
    restore: ({ connection: id }) =>
      id === "c2" ? Promise.reject(problem("keyring_ambiguous")) : connection(),
  });
  shortcut("2");
  await settled();
  page.getByText("The keyring has more than one entry for this connection.");
  fireEvent.click(page.getByRole("button", { name: "Back" }));
  await settled();
  page.getByRole("grid", { name: "Tokens" });
});

test("one that is signed out asks for a bearer, for that very connection", async () => {
  const { page, callsTo } = await open();
  shortcut("3");
  await settled();
  page.getByText("Sign in to", { exact: false });
  const address = /** @type {HTMLInputElement} */ (page.getByLabelText("Server address"));
  assert.equal(address.value, "https://old.example");
  const bearer = page.getByLabelText("Bearer token");
  type(bearer, "a.b.c");
  pressEnter(bearer);
  await settled();
  assert.equal(callsTo("connect")[0]?.args.connection, "c3");
});

test("another is added over the one in use, and Back returns to it", async () => {
  const { page, picker, callsTo } = await openPicker();
  fireEvent.click(picker.getByRole("button", { name: "Add a connection…" }));
  await settled();
  page.getByText("Connect to another server, or to this one with a different account.");
  fireEvent.click(page.getByRole("button", { name: "Back" }));
  await settled();
  page.getByRole("grid", { name: "Tokens" });
  assert.equal(callsTo("restore").length, 1);
});

test("renaming is reported in the header; a name that cannot be is reported at its field", async () => {
  const { page, picker, callsTo } = await openPicker({
    rename_connection: ({ name }) => (name.trim() ? null : Promise.reject(problem("bad_connection_name"))),
  });
  fireEvent.click(picker.getByRole("button", { name: "More actions for Acme cloud" }));
  fireEvent.click(page.getByRole("menuitem", { name: "Rename…" }));
  const field = picker.getByRole("textbox", { name: "Connection name" });
  type(field, " ");
  pressEnter(field);
  await settled();
  picker.getByText(/^This name can’t be used\./);
  fireEvent.keyUp(field, { key: "Enter" });
  type(field, "Acme EU");
  pressEnter(field);
  await settled();
  assert.deepEqual(callsTo("rename_connection")[1]?.args, { connection: "c1", name: "Acme EU" });
  page.getByRole("button", { name: "Project Acme / production Acme EU" });
  assert.equal(document.activeElement?.getAttribute("aria-label"), "More actions for Acme EU");
});

test("K6: another connection is forgotten from the panel, and stays while the keyring refuses", async () => {
  let refuses = true;
  let all = [ACME, LAB];
  const { page, picker, callsTo } = await openPicker({
    list_connections: () => all,
    forget_connection() {
      if (refuses) return Promise.reject(problem("keyring_locked"));
      all = [ACME];
      return null;
    },
  });
  fireEvent.click(picker.getByRole("button", { name: "More actions for Lab" }));
  fireEvent.click(page.getByRole("menuitem", { name: "Forget…" }));
  picker.getByRole("heading", {
    name: "Forget this connection and remove its bearer token from the keyring?",
  });
  assert.equal(callsTo("forget_connection").length, 0);
  fireEvent.click(picker.getByRole("button", { name: "Forget" }));
  await settled();
  picker.getByText(/^You’re still signed in\. The system keyring is locked\./);
  refuses = false;
  fireEvent.click(picker.getByRole("button", { name: "Try again" }));
  await settled();
  assert.deepEqual(callsTo("forget_connection")[1]?.args, { connection: "c2" });
  assert.equal(picker.queryByRole("button", { name: /^Lab/ }), null);
  page.getByRole("grid", { hidden: true });
});

test("C67: a bearer token that may still be in the keyring is named, and signing out is offered until it is gone", async () => {
  let refuses = true;
  let all = [
    ACME,
    known({ id: "c2", name: "Lab", host: "lab.example", signedIn: false, inKeyring: true }),
    known({ id: "c3", name: "Tmp", host: "tmp.example", sessionOnly: true, inKeyring: true }),
  ];
  const { page, picker, callsTo } = await openPicker({
    list_connections: () => all,
    sign_out() {
      if (refuses) return Promise.reject(problem("keyring_timed_out"));
      all = all.map((one) => (one.id === "c2" ? { ...one, inKeyring: false } : one));
      return null;
    },
  });
  const warned = () =>
    picker.getAllByText("Its bearer token may still be in the keyring.").map((one) => one.parentElement);
  assert.equal(warned().length, 2);
  assert.match(warned()[0]?.textContent ?? "", /^Lab.*signed out/);
  fireEvent.click(picker.getByRole("button", { name: "More actions for Lab" }));
  page.getByRole("menuitem", { name: "Forget…" });
  fireEvent.click(page.getByRole("menuitem", { name: "Sign out…" }));
  picker.getByRole("heading", { name: "Sign out and remove your bearer token from the keyring?" });
  fireEvent.click(picker.getByRole("button", { name: "Sign out" }));
  await settled();
  picker.getByText(/^Its bearer token may still be in the keyring\. The system keyring isn’t responding\./);
  refuses = false;
  fireEvent.click(picker.getByRole("button", { name: "Try again" }));
  await settled();
  assert.deepEqual(callsTo("sign_out")[1]?.args, { connection: "c2" });
  assert.equal(warned().length, 1);
  fireEvent.click(picker.getByRole("button", { name: "More actions for Lab" }));
  assert.equal(page.queryByRole("menuitem", { name: "Sign out…" }), null);
});

test("signing out names the connection in use and leads to the first screen", async () => {
  const { page, picker, callsTo } = await openPicker();
  fireEvent.click(picker.getByRole("button", { name: "Sign out…" }));
  fireEvent.click(picker.getByRole("button", { name: "Sign out" }));
  await settled();
  assert.deepEqual(callsTo("sign_out")[0]?.args, { connection: "c1" });
  page.getByRole("heading", { name: "Calyptia Tokens" });
  assert.match(document.querySelector("main")?.textContent ?? "", /Sign in to Acme cloud again/);
  assert.equal(page.queryByRole("button", { name: "Back" }), null);
  fireEvent.click(page.getByRole("button", { name: /^Lab/ }));
  await settled();
  assert.deepEqual(callsTo("restore")[1]?.args, { connection: "c2" });
});

test("the list of connections can fail and be tried again", async () => {
  let fails = true;
  const { picker } = await openPicker({
    list_connections: () => (fails ? Promise.reject(problem("internal")) : [ACME]),
  });
  picker.getByText("Something went wrong in the app.");
  fails = false;
  fireEvent.click(picker.getByRole("button", { name: "Try again" }));
  await settled();
  picker.getByText("Acme cloud");
});

test("M1: a connection that could not be remembered says so", async () => {
  const { page } = await open({ restore: () => connection({ notice: problem("settings_not_saved") }) });
  page.getByText("The settings couldn’t be written to disk.");
  page.getByRole("grid", { name: "Tokens" });
});

test("Esc while renaming leaves the name and the panel", async () => {
  const { page, picker } = await openPicker();
  fireEvent.click(picker.getByRole("button", { name: "More actions for Lab" }));
  fireEvent.click(page.getByRole("menuitem", { name: "Rename…" }));
  press("Escape");
  picker.getByRole("button", { name: /^Lab/ });
});

test("the server of the environment comes before a connection that is signed out", async () => {
  const preset = "https://new.example";
  const opened = (/** @type {string} */ suggested) =>
    openPage({ start: () => startup({ connections: [OUT], last: "c3", preset: suggested }) });
  const other = await opened(preset);
  await settled();
  const field = (/** @type {typeof other} */ { page }) =>
    /** @type {HTMLInputElement} */ (page.getByLabelText("Server address")).value;
  assert.equal(field(other), preset);
  const same = await opened("https://old.example/");
  await settled();
  assert.equal(field(same), "https://old.example");
  same.page.getByText("Sign in to", { exact: false });
});

test("A3: whoever goes back from a second switch is where Rust is", async () => {
  const late = new Later();
  const all = [known(), known({ id: "c2", name: "Lab" }), known({ id: "c3", name: "Third" })];
  const { page } = await openPage({
    start: () => startup({ connections: all }),
    list_connections: () => all,
    open_last: () => connection(),
    restore: ({ connection: id }) =>
      id === "c2" ? late.promise : Promise.reject(problem("keyring_ambiguous")),
  });
  await settled();
  shortcut("2");
  await settled();
  shortcut("3");
  await settled();
  late.resolve(connection({ id: "c2", name: "Lab" }));
  await settled();
  fireEvent.click(page.getByRole("button", { name: "Back" }));
  await settled();
  page.getByText("Lab");
});

test("a connection is marked as production, says so, and revoking one of its tokens then asks for the name", async () => {
  const { page, picker, callsTo } = await openPicker();
  fireEvent.click(picker.getByRole("button", { name: "More actions for Acme cloud" }));
  fireEvent.click(page.getByRole("menuitem", { name: "Mark connection as production" }));
  await settled();
  assert.deepEqual(callsTo("mark_production")[0]?.args, { connection: "c1", production: true });
  picker.getByText("production · ana@acme.example · cloud-api.calyptia.com");
  assert.equal(document.activeElement?.getAttribute("aria-label"), "More actions for Acme cloud");
  pressEsc();
  fireEvent.click(page.getByText("edge-agent-eu"));
  press("Delete");
  const revoke = page.getByRole("button", { name: "Revoke" });
  assert.equal(revoke.getAttribute("aria-disabled"), "true");
  fireEvent.click(revoke);
  assert.equal(callsTo("delete_token").length, 0);
});

test("a mark that cannot be saved is reported, and nothing says that it is there", async () => {
  const { page, picker } = await openPicker({
    mark_production: () => Promise.reject(problem("settings_not_saved")),
  });
  fireEvent.click(picker.getByRole("button", { name: "More actions for Acme cloud" }));
  fireEvent.click(page.getByRole("menuitem", { name: "Mark connection as production" }));
  await settled();
  page.getByText("Not changed.");
  picker.getByText("ana@acme.example · cloud-api.calyptia.com");
});

test("a color is chosen with the keyboard, is beside the name here and in the header, and can be taken away", async () => {
  const { page, picker, callsTo } = await openPicker();
  const dots = () =>
    [...document.querySelectorAll(".color-dot")].map((dot) => [
      dot.className,
      dot.nextElementSibling?.textContent,
    ]);
  const more = picker.getByRole("button", { name: "More actions for Acme cloud" });
  fireEvent.click(more);
  page.getByRole("menuitem", { name: "Mark connection as production" });
  for (const key of ["ArrowDown", "ArrowDown", "Enter"]) press(key);
  page.getByRole("menu", { name: "Color of Acme cloud" });
  const none = page.getByRole("menuitemradio", { name: "No color", checked: true });
  assert.equal(document.activeElement, none);
  for (const key of ["t", "Enter"]) press(key);
  await settled();
  assert.deepEqual(callsTo("set_connection_color")[0]?.args, { connection: "c1", color: "teal" });
  assert.deepEqual(dots(), [
    ["color-dot teal", "Acme / production"],
    ["color-dot teal", "Acme cloud"],
  ]);
  const again = picker.getByRole("button", { name: "More actions for Acme cloud" });
  assert.equal(document.activeElement, again);
  fireEvent.click(again);
  fireEvent.click(page.getByRole("menuitem", { name: "Color…" }));
  const teal = page.getByRole("menuitemradio", { name: "Teal", checked: true });
  assert.equal(document.activeElement, teal);
  press("Escape");
  assert.equal(document.activeElement, again);
  fireEvent.click(again);
  fireEvent.click(page.getByRole("menuitem", { name: "Color…" }));
  fireEvent.click(page.getByRole("menuitemradio", { name: "No color" }));
  await settled();
  assert.deepEqual(callsTo("set_connection_color")[1]?.args, { connection: "c1", color: null });
  assert.deepEqual(dots(), []);
});

test("a color that cannot be saved is reported and not shown", async () => {
  const { page, picker } = await openPicker({
    set_connection_color: () => Promise.reject(problem("settings_not_saved")),
  });
  fireEvent.click(picker.getByRole("button", { name: "More actions for Lab" }));
  fireEvent.click(page.getByRole("menuitem", { name: "Color…" }));
  fireEvent.click(page.getByRole("menuitemradio", { name: "Pink" }));
  await settled();
  page.getByText("Not changed.");
  assert.equal(document.querySelector(".color-dot"), null);
});
