/** The menu bar of macOS, the key that ends the app where there is none, and what holds its end up. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent } from "@testing-library/dom";
import { showMenuBar } from "../src/desktop/menu-bar.js";
import { closePage, openPage } from "./support/page.js";
import { press, settled, type } from "./support/person.js";
import { startup } from "./support/rust.js";

afterEach(closePage);

test("the menu bar speaks the page's language, and its entries press the keys", async () => {
  /** @type {any} */
  let shown = null;
  await openPage({
    start: () => startup({ language: "es" }),
    show_menu(args) {
      shown = args;
    },
  });
  await settled();
  showMenuBar();
  assert.equal(shown.labels.quit, "Salir de Calyptia Tokens");
  for (const label of Object.values(shown.labels)) assert.match(String(label), /\S/);
  /** @type {string[]} */
  const pressed = [];
  document.addEventListener(
    "keydown",
    ({ key, metaKey }) => void pressed.push(`${metaKey ? "⌘" : ""}${key}`),
  );
  for (const choice of ["settings", "new_token", "refresh", "shortcuts"]) shown.onChoice.onmessage(choice);
  assert.deepEqual(pressed, ["⌘,", "⌘n", "⌘r", "?"]);
  assert.ok(document.querySelector("dialog[open]"), "the page of shortcuts needs no command key");
});

test("C50: keys and the wheel ask Rust for a larger or smaller page, whatever is open", async () => {
  const { callsTo } = await openPage();
  await settled();
  const steps = () => callsTo("change_zoom").map(({ args }) => args.step);
  press("n", { ctrlKey: true });
  for (const key of ["+", "=", "-", "0"]) press(key, { ctrlKey: true });
  press("à", { ctrlKey: true, code: "Digit0" });
  assert.deepEqual(steps(), ["in", "in", "out", "reset", "reset"]);
  // Thai has letters on the keys of the signs.
  press("ข", { ctrlKey: true, code: "Minus" });
  press("ช", { ctrlKey: true, code: "Equal" });
  press(")", { ctrlKey: true, code: "Minus" });
  assert.deepEqual(steps().splice(5), ["out", "in"]);
  for (const held of [{}, { ctrlKey: true, altKey: true }, { metaKey: true }]) press("+", held);
  assert.equal(steps().length, 7);
  const turn = (/** @type {number} */ deltaY, ctrlKey = true) => {
    const wheel = new Event("wheel", { bubbles: true, cancelable: true });
    return document.body.dispatchEvent(Object.assign(wheel, { deltaY, deltaMode: 0, ctrlKey }));
  };
  assert.equal(turn(-120), false, "the web view does not zoom by itself");
  turn(120);
  assert.deepEqual(steps().slice(7), ["in", "out"]);
  for (let i = 0; i < 5; i += 1) turn(-20);
  assert.deepEqual(steps().slice(9), ["in"], "small movements of a touchpad add up");
  assert.equal(turn(-120, false), true);
  assert.equal(steps().length, 10);
});

test("Ctrl+Q ends the app, also from within a dialog", async () => {
  const { callsTo } = await openPage();
  await settled();
  press("n", { ctrlKey: true });
  assert.ok(document.querySelector("dialog[open]"));
  press("q", { ctrlKey: true });
  assert.equal(callsTo("quit").length, 1);
  press("q");
  assert.equal(callsTo("quit").length, 1);
});

test("a token that is not copied yet holds Ctrl+Q up once", async () => {
  const { page, callsTo } = await openPage();
  await settled();
  press("n", { ctrlKey: true });
  type(page.getByRole("textbox", { name: "Name" }), "edge");
  fireEvent.click(page.getByRole("button", { name: "Create token" }));
  await settled();
  press("q", { ctrlKey: true });
  page.getByText("You haven’t copied it yet.");
  assert.equal(callsTo("quit").length, 0);
  press("q", { ctrlKey: true });
  assert.equal(callsTo("quit").length, 1);
});

test("closing the window also asks about a token that is not copied yet", async () => {
  const { page, callsTo } = await openPage();
  await settled();
  const close = () => callsTo("follow_quit_requests")[0]?.args.onQuitRequest.onmessage(null);
  press("n", { ctrlKey: true });
  type(page.getByRole("textbox", { name: "Name" }), "edge");
  fireEvent.click(page.getByRole("button", { name: "Create token" }));
  await settled();
  close();
  page.getByText("You haven’t copied it yet.");
  assert.equal(callsTo("quit").length, 0);
  // Rust asks once. It may be the second time for the page, though, which then ends the app itself.
  close();
  assert.equal(callsTo("quit").length, 1);
});
