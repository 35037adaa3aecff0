/**
 * Owns the stack of open dialogs. Keeps the focus in the top one, moves the toasts and live regions into it, and restores the
 * focus when it closes. Holding Enter counts as one press.
 */
import { placeToasts } from "./announce.js";
import { h } from "./dom.js";

/** @typedef {{ element: HTMLDialogElement, mayQuit: () => boolean, isBusy: () => boolean, close: () => void }} Dialog */

/** The last one is on top. @type {Dialog[]} */
let stack = [];
/** @type {Set<() => void>} */
const watchers = new Set();

export const isModalOpen = () => stack.length > 0;

/** Whether the top dialog waits for a response that the user needs to see. */
export const isModalBusy = () => stack.at(-1)?.isBusy() ?? false;

/** Whether no open dialog objects to quitting. One that does shows why. */
export const mayQuit = () => stack.every((dialog) => dialog.mayQuit());

export function closeAll() {
  for (const dialog of [...stack].reverse()) dialog.close();
}

/** Calls back when a dialog has closed or its `isBusy` has changed. @param {() => void} onChange */
export function watchModals(onChange) {
  watchers.add(onChange);
  return () => watchers.delete(onChange);
}

/** Call this when `isBusy` of a dialog has changed. Watchers run after the current task, so that they see its result. */
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
 * }} options `restore` restores the focus when it closes; by default to the control that had it, if it still exists
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
      // A press on the dialog's scroll bar has the dialog as its target, too.
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const isInside = clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
      if (target === element && !isInside && mayClose()) close();
    });
  }

  // Otherwise holding Enter would submit the form and then press the button that replaces it, and holding Esc would answer the
  // question that Esc asked.
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
  // The key may be released in another window, such as a keyring prompt.
  const forgetEnter = () => {
    enterHeld = false;
  };
  const closing = new AbortController();

  element.addEventListener("keydown", (event) => {
    // Chromium fires "cancel" only for the first Esc; the second one closes the dialog unconditionally.
    if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing) {
      event.preventDefault();
      if (mayClose()) close();
    }
    // After the last control, Tab would leave the page for controls of the web view that are not visible.
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
    // The event fires later, but the caller continues now.
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
      // The focus may have moved out of the dialog.
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
