/**
 * Tells Rust that somebody uses the app. Rust decides when nobody has for too long, by a clock that runs while the computer
 * sleeps.
 */
import { reportActivity } from "../ipc.js";

/** Reports are at least this far apart. */
const INTERVAL_MS = 3_000;

const EVENTS = ["keydown", "pointerdown", "pointermove", "wheel", "click"];

/** Once, at the start. */
export function watchActivity() {
  let last = 0;
  const report = () => {
    const since = Date.now() - last;
    // The clock may have been set back.
    if (since >= 0 && since < INTERVAL_MS) return;
    last = Date.now();
    reportActivity().catch(() => {});
  };
  for (const event of EVENTS) document.addEventListener(event, report, { capture: true, passive: true });
}
