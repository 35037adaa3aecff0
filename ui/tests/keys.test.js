/** Shortcuts on the keyboard layouts of the world, and keys that belong to an input method. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, test } from "node:test";
import { fireEvent } from "@testing-library/dom";
import { closePage, openPage } from "./support/page.js";
import { press, settled, shortcut, type } from "./support/person.js";
import { known, row, withTokens } from "./support/rust.js";

afterEach(closePage);

/** What the keys Q, C, L, N, F, R, A and the comma type, in that order. */
const LAYOUTS = {
  Russian: ["й", "с", "д", "т", "а", "к", "ф", "б"],
  Ukrainian: ["й", "с", "д", "т", "а", "к", "ф", "б"],
  Bulgarian: [null, "ъ", "в", "х", "о", "и", "ь", "р"],
  Greek: [";", "ψ", "λ", "ν", "φ", "ρ", "α", ","],
  Hebrew: ["/", "ב", "ך", "מ", "כ", "ר", "ש", "ת"],
  Arabic: ["ض", "ؤ", "م", "ى", "ب", "ق", "ش", "و"],
  Thai: ["ๆ", "แ", "ส", "ื", "ด", "พ", "ฟ", "ม"],
  Armenian: ["ք", "ց", "լ", "ն", "ֆ", "ր", "ա", "․"],
  Hindi: ["ौ", "म", "त", "ल", "ि", "ी", "ो", ","],
  Korean: ["ㅂ", "ㅊ", "ㅣ", "ㅜ", "ㄹ", "ㄱ", "ㅁ", ","],
  "CapsLock in Russian": ["Й", "С", "Д", "Т", "А", "К", "Ф", "Б"],
  "CapsLock in English": ["Q", "C", "L", "N", "F", "R", "A", ","],
};
const CODES = ["KeyQ", "KeyC", "KeyL", "KeyN", "KeyF", "KeyR", "KeyA", "Comma"];

async function openTokens(commands = {}) {
  const opened = await openPage(commands);
  await settled();
  return opened;
}

const dialog = () => document.querySelector("dialog[open] h1")?.textContent;
const rowOf = (/** @type {HTMLElement} */ name) => /** @type {HTMLElement} */ (name.closest("[role=row]"));
const close = () => document.querySelector("dialog")?.close();

for (const [name, keys] of Object.entries(LAYOUTS)) {
  test(`C40: the shortcuts are on their keys with the layout ${name}`, async () => {
    const { page, callsTo } = await openTokens();
    const pressAt = (/** @type {string} */ code) => {
      const key = keys[CODES.indexOf(code)];
      if (key) press(key, { code, ctrlKey: true });
      return Boolean(key);
    };
    fireEvent.click(page.getByText("ci-deploy"));
    pressAt("KeyC");
    await settled();
    assert.equal(callsTo("copy_token").length, 1);
    pressAt("KeyF");
    assert.equal(document.activeElement, page.getByRole("searchbox"));
    const loads = callsTo("load_tokens").length;
    pressAt("KeyR");
    assert.equal(callsTo("load_tokens").length, loads + 1);
    await settled();
    pressAt("KeyN");
    assert.equal(dialog(), "New token");
    close();
    pressAt("Comma");
    assert.equal(dialog(), "Settings");
    close();
    fireEvent.click(page.getByText("edge-agent-eu"));
    pressAt("KeyA");
    await settled();
    assert.equal(document.querySelector(".tally")?.textContent, "2 selected");
    if (pressAt("KeyQ")) assert.equal(callsTo("quit").length, 1);
    pressAt("KeyL");
    assert.equal(callsTo("lock").length, 1);
  });
}

test("C40: where Latin letters are elsewhere, what the key types decides", async () => {
  const { page, callsTo } = await openTokens();
  fireEvent.click(page.getByText("ci-deploy"));
  // Dvorak: C is on I, and on the key of C there is a J; the apostrophe is on Q, the comma on W.
  press("j", { code: "KeyC", ctrlKey: true });
  press("'", { code: "KeyQ", ctrlKey: true });
  assert.equal(callsTo("copy_token").length + callsTo("quit").length, 0);
  press("c", { code: "KeyI", ctrlKey: true });
  assert.equal(callsTo("copy_token").length, 1);
  press(",", { code: "KeyW", ctrlKey: true });
  assert.equal(dialog(), "Settings");
  close();
  // A sign that Greek has on Q is a sign for who has just typed with a Dvorak of one hand.
  press(";", { code: "KeyQ", ctrlKey: true });
  // AZERTY: A is on Q. Turkish F: L is on B. Bépo: É is on W. Esperanto: Ŝ is on Q.
  press("a", { code: "KeyQ", ctrlKey: true });
  press("ŝ", { code: "KeyQ", ctrlKey: true });
  press("’", { code: "KeyN", ctrlKey: true });
  assert.equal(dialog(), undefined);
  assert.equal(callsTo("quit").length, 0);
  press("l", { code: "KeyB", ctrlKey: true });
  assert.equal(callsTo("lock").length, 1);
});

test("C40: the signs are shortcuts however a layout types them, and never with Ctrl or Alt", async () => {
  const { page } = await openTokens();
  const filter = page.getByRole("searchbox");
  const isFilter = () => document.activeElement === filter;
  const one = rowOf(page.getByText("ci-deploy"));
  for (const how of [
    { ctrlKey: true },
    { altKey: true },
    { metaKey: true },
    { ctrlKey: true, altKey: true },
  ]) {
    press("/", { code: "Slash", ...how });
    press("?", { code: "Slash", shiftKey: true, ...how });
    assert.ok(!isFilter() && !dialog(), JSON.stringify(how));
  }
  for (const typed of [
    { key: "/", code: "Slash" },
    { key: "/", code: "KeyQ" },
    { key: "/", code: "Backslash", shiftKey: true },
    { key: "ظ", code: "Slash" },
    { key: "ฝ", code: "Slash" },
  ]) {
    one.focus();
    press(typed.key, typed);
    assert.ok(isFilter(), JSON.stringify(typed));
    press("?", { code: "Slash", shiftKey: true });
    assert.equal(dialog(), undefined, "in a field it is text");
  }
  for (const typed of [
    { key: "?", code: "Slash", shiftKey: true },
    { key: "?", code: "Digit7", shiftKey: true },
    { key: "؟", code: "Slash", shiftKey: true },
    { key: "ฦ", code: "Slash", shiftKey: true },
    { key: "？", code: "Slash", shiftKey: true },
  ]) {
    one.focus();
    press(typed.key, typed);
    assert.equal(dialog(), "Keyboard shortcuts", JSON.stringify(typed));
    close();
  }
});

test("C40: Ctrl and Alt, which AltGr is, type text", async () => {
  const { page, callsTo } = await openTokens();
  fireEvent.click(page.getByText("ci-deploy"));
  for (const [key, code] of /** @type {const} */ ([
    ["c", "KeyC"],
    ["q", "KeyQ"],
    ["l", "KeyL"],
    ["n", "KeyN"],
    ["с", "KeyC"],
    ["1", "Digit1"],
    [",", "Comma"],
  ])) {
    press(key, { code, ctrlKey: true, altKey: true });
    // Linux tells AltGr by its own name.
    const byName = new KeyboardEvent("keydown", { key, code, ctrlKey: true, bubbles: true });
    byName.getModifierState = (name) => name === "AltGraph";
    document.activeElement?.dispatchEvent(byName);
  }
  await settled();
  assert.equal(dialog(), undefined);
  for (const command of ["copy_token", "quit", "lock", "list_connections"])
    assert.equal(callsTo(command).length, 0, command);
});

test("C40: a connection has its key also where the digits are shifted or others", async () => {
  const other = known({ id: "c2", name: "Second" });
  for (const how of [
    { key: "2", code: "Digit2" },
    { key: "2", code: "Numpad2" },
    { key: "é", code: "Digit2" },
    { key: "2", code: "Digit2", shiftKey: true },
    { key: "ě", code: "Digit2" },
    { key: "٢", code: "Digit2" },
    { key: "/", code: "Digit2" },
  ]) {
    const { callsTo } = await openTokens({ list_connections: () => [known(), other] });
    // Layouts zoom by this key.
    press("-", { code: "Digit2", ctrlKey: true });
    await settled();
    assert.equal(callsTo("restore").length, 1);
    press(how.key, { ...how, ctrlKey: true });
    await settled();
    assert.equal(callsTo("restore").at(-1)?.args.connection, "c2", JSON.stringify(how));
  }
});

test("C40: nothing that copies empties the clipboard, and selected text is what it copies", async () => {
  const { page, callsTo } = await openTokens();
  const copies = [
    { key: "c", code: "KeyC", ctrlKey: true },
    { key: "с", code: "KeyC", ctrlKey: true },
    { key: "ψ", code: "KeyC", ctrlKey: true },
    { key: "Insert", code: "Insert", ctrlKey: true },
    { key: "Copy", code: "Copy" },
  ];
  const cuts = [
    { key: "ч", code: "KeyX", ctrlKey: true },
    { key: "Delete", code: "Delete", shiftKey: true },
    { key: "Cut", code: "Cut" },
  ];
  for (const how of [...copies, ...cuts]) assert.equal(fireEvent.keyDown(document.body, how), false, how.key);
  for (const how of [...copies, ...cuts])
    assert.equal(fireEvent.keyDown(page.getByRole("searchbox"), how), true, how.key);
  const one = rowOf(page.getByText("ci-deploy"));
  for (const how of copies) {
    assert.equal(fireEvent.keyDown(one, how), false, how.key);
    await settled();
  }
  assert.equal(callsTo("copy_token").length, copies.length);
  document.getSelection()?.selectAllChildren(page.getByText("edge-agent-eu"));
  for (const how of copies) assert.equal(fireEvent.keyDown(one, how), true, how.key);
  assert.equal(callsTo("copy_token").length, copies.length);
});

test("C40: a letter finds its entry of a menu, by what it types or by its place", async () => {
  const { page } = await openTokens();
  fireEvent.click(page.getByText("ci-deploy"));
  press("ContextMenu");
  const chosen = () => document.activeElement?.textContent ?? "";
  press("у", { code: "KeyE" });
  assert.match(chosen(), /^Edit/);
  press("r", { code: "KeyO" });
  assert.match(chosen(), /^Rotate/);
  press("с", { code: "KeyC" });
  assert.match(chosen(), /^Copy/);
  press("e", { code: "KeyE", ctrlKey: true });
  assert.match(chosen(), /^Copy/);
});

test("C40: no other file compares a key with a letter or a sign", () => {
  const root = new URL("../src/", import.meta.url);
  const files = readdirSync(root, { recursive: true }).map(String);
  const found = files
    .filter((name) => name.endsWith(".js") && !/^(keys|layouts)\.js$/.test(name))
    .filter((name) =>
      /\.(key|code)\b[^;\n]{0,20}===? *"[^" ]"/.test(readFileSync(new URL(name, root), "utf8")),
    );
  assert.deepEqual(found, []);
});

/** How keys of an input method look: while it composes, and the one that ends that, in WebKit. */
const COMPOSING = [{ isComposing: true, keyCode: 229 }, { isComposing: true }, { keyCode: 229 }];
const KEYS = ["ArrowDown", "ArrowUp", "Escape", "Enter", "Tab", "Delete", "Home", "End", "Process", " "];

test("C41: in the filter the keys of an input method are its own", async () => {
  const { page, callsTo } = await openTokens(withTokens([row("東京"), row("東北"), row("大阪")]));
  const filter = /** @type {HTMLInputElement} */ (page.getByRole("searchbox"));
  fireEvent.click(page.getByRole("checkbox", { name: "Select 東北" }));
  filter.focus();
  fireEvent.compositionStart(filter);
  for (const text of ["t", "と", "東"]) {
    type(filter, text);
    await settled();
    assert.equal(document.activeElement, filter, "filtering leaves the focus");
  }
  assert.equal(callsTo("rows").at(-1)?.args.view.filter, "東");
  for (const how of COMPOSING) {
    for (const key of KEYS) {
      press(key, how);
      await settled();
      assert.equal(document.activeElement, filter, key);
      assert.equal(filter.value, "東", key);
    }
    press("c", { ctrlKey: true, ...how });
    press("n", { ctrlKey: true, ...how });
    press("?", how);
  }
  assert.equal(dialog(), undefined);
  assert.match(document.querySelector(".tally")?.textContent ?? "", /1 selected/);
  fireEvent.compositionEnd(filter);
  press("Escape");
  assert.equal(filter.value, "");
});

test("C41: the Enter that ends a composition sends no form, and Esc closes no dialog", async () => {
  const { page, callsTo } = await openTokens();
  shortcut("n");
  const name = page.getByRole("textbox", { name: "Name" });
  type(name, "東京");
  for (const how of COMPOSING) {
    // A key that nobody stops sends the form, or closes the dialog.
    for (const key of ["Enter", "Escape", "Tab"])
      assert.equal(fireEvent.keyDown(name, { key, ...how }), false, key);
    assert.equal(fireEvent.keyDown(name, { key: "a", ...how }), true, "the text itself goes on");
  }
  assert.equal(callsTo("create_token").length, 0);
  assert.equal(dialog(), "New token");
  // The Enter of before is not one that is held.
  assert.equal(fireEvent.keyDown(name, { key: "Enter" }), true);
});

test("C41: in the names of connections and the filter of projects, too", async () => {
  const projects = ["東京", "大阪", "d", "e", "f", "g", "h", "i", "j"].map((name) => ({
    id: name,
    name,
    agents: null,
    members: null,
  }));
  const { page } = await openTokens({ list_projects: () => projects });
  fireEvent.click(page.getByRole("button", { name: /Project Acme/ }));
  await settled();
  const filter = page.getByRole("textbox", { name: "Filter projects" });
  type(filter, "東");
  for (const how of COMPOSING) {
    for (const key of KEYS) press(key, how);
    assert.equal(document.activeElement, filter);
  }
  fireEvent.click(page.getByRole("button", { name: "More actions for Acme cloud" }));
  fireEvent.click(page.getByRole("menuitem", { name: "Rename…" }));
  const name = page.getByRole("textbox", { name: "Connection name" });
  type(name, "東京");
  for (const how of COMPOSING) for (const key of KEYS) press(key, how);
  assert.ok(name.isConnected, "the name that is typed is still there");
  press("Escape");
  assert.ok(!name.isConnected);
});

test("C41: who composes a word uses the app", async () => {
  const { page, callsTo } = await openTokens();
  const before = callsTo("report_activity").length;
  const later = Date.now() + 60_000;
  const now = Date.now;
  Date.now = () => later;
  try {
    fireEvent.keyDown(page.getByRole("searchbox"), { key: "Process", keyCode: 229 });
  } finally {
    Date.now = now;
  }
  assert.equal(callsTo("report_activity").length, before + 1);
});
