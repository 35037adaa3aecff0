/** What a person does: types, clicks and presses keys, as the events a browser would send. */
import { fireEvent } from "@testing-library/dom";

/**
 * @param {HTMLElement} field
 * @param {string} text
 */
export function type(field, text) {
  field.focus();
  fireEvent.input(field, { target: { value: text } });
}

/**
 * Enter in a field sends its form unless somebody stops the key.
 * @param {HTMLElement} field
 * @param {{ repeat?: boolean }} [how]
 */
export function pressEnter(field, { repeat = false } = {}) {
  const goesOn = fireEvent.keyDown(field, { key: "Enter", repeat });
  const form = field.closest("form");
  if (goesOn && form) form.requestSubmit();
  if (!repeat) return;
  fireEvent.keyUp(field, { key: "Enter" });
}

/**
 * Takes away the focus with a shortcut of this platform; the tests run as on Linux.
 * @param {string} key
 */
export function shortcut(key) {
  fireEvent.keyDown(document.activeElement ?? document.body, { key, ctrlKey: true });
}

/**
 * @param {string} key
 * @param {object} [how] modifiers
 */
export function press(key, how = {}) {
  fireEvent.keyDown(document.activeElement ?? document.body, { key, ...how });
}

/** Esc in the dialog on top. */
export function pressEsc() {
  const dialog = [...document.querySelectorAll("dialog")].at(-1) ?? document.body;
  const focused = document.activeElement;
  fireEvent.keyDown(focused && dialog.contains(focused) ? focused : dialog, { key: "Escape" });
}

/** @typedef {{ queryAllByRole: (...how: any[]) => any[] }} Queries */

/** What a dialog itself is alarmed about: toasts are in it, too. @param {Queries} dialog @returns {Element | null} */
export const alertIn = (dialog) => dialog.queryAllByRole("alert").find(isNoToast) ?? null;

/** @param {Queries} dialog @returns {Element | null} */
export const statusIn = (dialog) => dialog.queryAllByRole("status").find(isNoToast) ?? null;

const isNoToast = (/** @type {Element} */ element) => element.closest(".toasts") === null;

/** What is shown only once something takes a while is shown. */
export async function waited() {
  await new Promise((done) => setTimeout(done, 450));
  await settled();
}

/** Lets everything that is due happen: promises, then a painted frame. */
export async function settled() {
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise((done) => setImmediate(done));
    await new Promise((done) => requestAnimationFrame(() => done(undefined)));
  }
}
