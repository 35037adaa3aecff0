/**
 * A modal dialog that gives the focus back to whatever opened it, and in which a held Enter counts once.
 */
import { carryToasts, dialogToasts } from "./announce.js";
import { h } from "./dom.js";

const QUIT = "quit";

const STOPS = "button, input, select, textarea, [tabindex='0']";

/** Whether Tab stops there. Of several choices of a kind it stops at the one that is made. @param {Element} element */
function isStop(element) {
  if (element.matches(":disabled, [tabindex='-1']") || element.closest("[inert], [hidden]")) return false;
  return !(element instanceof HTMLInputElement && element.type === "radio") || element.checked;
}

/** Whether the dialogs that are open let the app end without a word. */
export const mayQuit = () =>
  [...document.querySelectorAll("dialog[open]")].every((dialog) =>
    dialog.dispatchEvent(new Event(QUIT, { cancelable: true })),
  );

/**
 * @param {{
 *   className: string,
 *   labelledBy: string,
 *   mayClose?: () => boolean,
 *   mayQuit?: () => boolean,
 *   closeOnBackdrop?: boolean,
 *   onClose?: () => void,
 * }} options
 */
export function createDialog({
  className,
  labelledBy,
  mayClose = () => true,
  mayQuit = () => true,
  closeOnBackdrop = false,
  onClose,
}) {
  const element = h("dialog", { class: className, "aria-labelledby": labelledBy });
  const opener = document.activeElement;

  element.addEventListener("cancel", (event) => {
    if (!mayClose()) event.preventDefault();
  });
  element.addEventListener(QUIT, (event) => {
    if (!mayQuit()) event.preventDefault();
  });
  element.addEventListener("close", () => {
    carryToasts(element);
    element.remove();
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    onClose?.();
  });
  if (closeOnBackdrop) {
    element.addEventListener("pointerdown", (event) => {
      if (event.target === element && mayClose()) element.close();
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
  element.addEventListener("keyup", (event) => {
    if (event.key === "Enter") enterHeld = false;
  });

  // Beyond the last control a web view goes to places that nobody sees.
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Tab") return;
    const stops = [...element.querySelectorAll(STOPS)].filter((stop) => isStop(stop));
    const [from, to] = event.shiftKey ? [stops.at(0), stops.at(-1)] : [stops.at(-1), stops.at(0)];
    if (document.activeElement !== from || !(to instanceof HTMLElement)) return;
    event.preventDefault();
    to.focus();
  });

  return {
    element,
    open() {
      element.append(dialogToasts());
      document.body.append(element);
      element.showModal();
      carryToasts();
    },
    close() {
      if (element.open) element.close();
    },
  };
}
