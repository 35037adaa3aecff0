/**
 * The keys and the wheel that draw the page larger or smaller. The web view's own would know no bounds and forget.
 */
/** @import { ZoomStep } from "../../types/ipc" */
import { changeZoom } from "../ipc.js";
import { hasCommand } from "../shared/keys.js";

/**
 * By the character. On many layouts “+” needs Shift, and “=” is on the same key.
 * @type {Record<string, ZoomStep | undefined>}
 */
const STEPS = { "+": "in", "=": "in", "-": "out", _: "out", 0: "reset" };

/** What a wheel's notch scrolls by, at least, in pixels. A touchpad sends many smaller movements. */
const NOTCH = 50;

/**
 * @param {KeyboardEvent} event
 * @returns {ZoomStep | null}
 */
function stepOf(event) {
  if (!hasCommand(event) || event.altKey) return null;
  const step = STEPS[event.key];
  if (step) return step;
  // A French keyboard has another character on this key without Shift; others have letters on the keys beside it.
  if (event.code === "Digit0") return "reset";
  const isLetter = /^[\p{L}\p{M}]$/u.test(event.key);
  if (isLetter && event.code === "Minus") return "out";
  return isLetter && event.code === "Equal" ? "in" : null;
}

export function watchZoom() {
  let moved = 0;
  /** @param {ZoomStep} step */
  const change = (step) => void changeZoom({ step }).catch(() => {});
  document.addEventListener("keydown", (event) => {
    const step = stepOf(event);
    if (!step) return;
    event.preventDefault();
    change(step);
  });
  document.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      // In pixels, or else in lines, of which one is a notch.
      const by = event.deltaMode === 0 ? event.deltaY : event.deltaY * NOTCH;
      moved = Math.sign(by) === Math.sign(moved) ? moved + by : by;
      if (Math.abs(moved) < NOTCH) return;
      change(moved < 0 ? "in" : "out");
      moved = 0;
    },
    { passive: false },
  );
}
