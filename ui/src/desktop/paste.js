/**
 * Where pastes come from. Rust reads what is pasted itself, and has to know whether that is what was copied or, for a middle
 * click on Linux, what was selected.
 */
/** @import { PasteSource } from "../../types/ipc" */

const MIDDLE_BUTTON = 1;

/** Whether the last thing pressed was the middle button. */
let isMiddleClick = false;

export function watchMiddleClicks() {
  const pastes = !/^(Mac|iPhone|iPad|Win)/.test(navigator.platform);
  const set = (/** @type {boolean} */ is) => {
    isMiddleClick = is && pastes;
  };
  set(false);
  document.addEventListener("mousedown", ({ button }) => set(button === MIDDLE_BUTTON), true);
  document.addEventListener("keydown", () => set(false), true);
}

/**
 * What a paste takes.
 * @param {Event} event
 * @returns {PasteSource}
 */
export function pasteSource(event) {
  if (event instanceof CustomEvent) return event.detail;
  return isMiddleClick ? "primary" : "clipboard";
}
