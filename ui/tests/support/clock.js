/** A clock that stands still until a test moves it: the page's timers and its idea of now. */
import { mock } from "node:test";
import { settled } from "./person.js";

/** @typedef {{ at: number, every: number | null, run: () => void }} Timer */

/** For `openPage`, before the page's first script runs. `mock.restoreAll` gives the time of day back. */
export function holdClock() {
  let now = Date.now();
  let ids = 0;
  /** @type {Map<number, Timer>} */
  const timers = new Map();
  /** @param {boolean} repeats */
  const start =
    (repeats) =>
    (/** @type {() => void} */ run, /** @type {number} */ wait = 0) => {
      ids += 1;
      // As in a browser, which counts in 32 bits.
      const due = Math.max(0, wait | 0);
      timers.set(ids, { at: now + due, every: repeats ? Math.max(1, due) : null, run });
      return ids;
    };
  const stop = (/** @type {number} */ id) => timers.delete(id);
  return {
    prepare() {
      Object.assign(window, {
        setTimeout: start(false),
        setInterval: start(true),
        clearTimeout: stop,
        clearInterval: stop,
      });
      mock.method(Date, "now", () => now);
    },
    /** @param {number} span milliseconds */
    async advance(span) {
      const end = now + span;
      for (;;) {
        const [next] = [...timers].filter(([, { at }]) => at <= end).sort((a, b) => a[1].at - b[1].at);
        if (!next) break;
        const [id, timer] = next;
        now = Math.max(now, timer.at);
        if (timer.every === null) timers.delete(id);
        else timer.at += timer.every;
        timer.run();
        await settled();
      }
      now = end;
      await settled();
    },
  };
}
