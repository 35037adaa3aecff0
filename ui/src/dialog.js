/**
 * A modal dialog that gives the focus back to whatever opened it, and in which a held Enter counts once.
 */
import { h } from "./dom.js";

const QUIT = "quit";

/** Whether the dialog in front, if there is one, lets the app end without a word. */
export function mayQuit() {
  const front = [...document.querySelectorAll("dialog[open]")].at(-1);
  return !front || front.dispatchEvent(new Event(QUIT, { cancelable: true }));
}

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
    element.remove();
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    onClose?.();
  });
  if (closeOnBackdrop) {
    element.addEventListener("pointerdown", (event) => {
      if (event.target === element && mayClose()) element.close();
    });
  }

  // A held Enter would otherwise send the form and then press the button that takes its place.
  let enterHeld = false;
  element.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Enter") return;
      if (enterHeld || event.repeat) event.preventDefault();
      enterHeld = true;
    },
    { capture: true },
  );
  element.addEventListener("keyup", (event) => {
    if (event.key === "Enter") enterHeld = false;
  });

  return {
    element,
    open() {
      document.body.append(element);
      element.showModal();
    },
    close() {
      if (element.open) element.close();
    },
  };
}
