/**
 * The dialogs that are open, and the only place that knows which one is on top. It keeps the focus in that dialog, moves
 * toasts to where they can be seen and heard, and gives the focus back when a dialog closes. A held Enter counts once.
 */
import { placeToasts } from "./announce.js";
import { h } from "./dom.js";

/** @typedef {{ element: HTMLDialogElement, mayQuit: () => boolean, isBusy: () => boolean, close: () => void }} Dialog */

/** The last one is on top. @type {Dialog[]} */
let stack = [];
/** @type {Set<() => void>} */
const watchers = new Set();

export const isModalOpen = () => stack.length > 0;

/** Whether the dialog on top waits for an answer that somebody needs to see. */
export const isModalBusy = () => stack.at(-1)?.isBusy() ?? false;

/** Whether all open dialogs let the app quit without a question. Each is asked, and may tell why not. */
export const mayQuit = () => stack.every((dialog) => dialog.mayQuit());

export function closeAll() {
  for (const dialog of [...stack].reverse()) dialog.close();
}

/** Calls back when a dialog has closed, or is not busy any more. @param {() => void} onChange */
export function watchModals(onChange) {
  watchers.add(onChange);
  return () => watchers.delete(onChange);
}

/** To be called when `isBusy` of a dialog has changed. Whoever is told hears of it after what led to it is done. */
export function modalsChanged() {
  queueMicrotask(() => {
    for (const watcher of [...watchers]) watcher();
  });
}

const STOPS = "button, input, select, textarea, [tabindex='0']";

/** Whether Tab stops there. Of several radio buttons it stops at the checked one. @param {Element} element */
function isStop(element) {
  if (element.matches(":disabled, [tabindex='-1']") || element.closest("[inert], [hidden]")) return false;
  return !(element instanceof HTMLInputElement && element.type === "radio") || element.checked;
}

/**
 * @param {{
 *   className: string,
 *   labelledBy: string,
 *   mayClose?: () => boolean,
 *   mayQuit?: () => boolean,
 *   isBusy?: () => boolean,
 *   closeOnBackdrop?: boolean,
 *   restore?: (() => void) | undefined,
 *   onClose?: () => void,
 * }} options `restore` gives the focus back; by default to the control that had it, if that is still there
 */
export function createDialog({
  className,
  labelledBy,
  mayClose = () => true,
  mayQuit = () => true,
  isBusy = () => false,
  closeOnBackdrop = false,
  restore = focusAgain(document.activeElement),
  onClose,
}) {
  const element = h("dialog", { class: className, "aria-labelledby": labelledBy });
  const dialog = { element, mayQuit, isBusy, close };

  element.addEventListener("cancel", (event) => {
    if (!mayClose()) event.preventDefault();
  });
  element.addEventListener("close", closed);
  if (closeOnBackdrop) {
    element.addEventListener("pointerdown", ({ target, clientX, clientY }) => {
      // Its scroll bar is the dialog, too.
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const isInside = clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
      if (target === element && !isInside && mayClose()) close();
    });
  }

  // A held Enter would otherwise send the form and then press the button that takes its place, and a held Esc answer what
  // it was asked.
  let enterHeld = false;
  element.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Escape" && event.repeat) event.preventDefault();
      if (event.key !== "Enter") return;
      if (enterHeld || event.repeat) event.preventDefault();
      enterHeld = true;
    },
    { capture: true },
  );
  // Another window took the focus, as a keyring's prompt does, and the key was released there.
  const forgetEnter = () => {
    enterHeld = false;
  };
  const closing = new AbortController();

  element.addEventListener("keydown", (event) => {
    // Chromium asks the dialog only the first time, and closes it the second time whatever it answers.
    if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing) {
      event.preventDefault();
      if (mayClose()) close();
    }
    // Beyond the last control a web view goes to places that nobody sees.
    if (event.key !== "Tab") return;
    const stops = [...element.querySelectorAll(STOPS)].filter((stop) => isStop(stop));
    const [from, to] = event.shiftKey ? [stops.at(0), stops.at(-1)] : [stops.at(-1), stops.at(0)];
    if (document.activeElement !== from || !(to instanceof HTMLElement)) return;
    event.preventDefault();
    to.focus();
  });

  function close() {
    if (!element.open) return;
    element.close();
    // The event comes later, and whoever closes the dialog goes on at once.
    closed();
  }

  function closed() {
    if (!stack.includes(dialog)) return;
    stack = stack.filter((other) => other !== dialog);
    placeToasts(stack.at(-1)?.element ?? null);
    element.remove();
    closing.abort();
    restore();
    onClose?.();
    modalsChanged();
  }

  return {
    element,
    open() {
      stack.push(dialog);
      const { signal } = closing;
      window.addEventListener("blur", forgetEnter, { signal });
      // Wherever the focus is by then.
      const released = (/** @type {KeyboardEvent} */ { key }) => key === "Enter" && forgetEnter();
      document.addEventListener("keyup", released, { capture: true, signal });
      document.body.append(element);
      placeToasts(element);
      element.showModal();
    },
    close,
  };
}

/** @param {Element | null} opener */
const focusAgain = (opener) => () => {
  if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
};
