/**
 * Notices that nobody has been at the app for a while.
 */

const LOOK_MS = 5_000;

/** Never, until the settings are known. @type {number | null} */
let limit = null;
let last = 0;
let looking = 0;

/**
 * Once, at the start.
 * @param {() => void} onIdle called again and again while nobody comes back
 */
export function watchIdleness(onIdle) {
  const here = () => {
    last = Date.now();
  };
  here();
  for (const event of ["keydown", "pointerdown", "pointermove", "wheel"]) {
    document.addEventListener(event, here, { capture: true, passive: true });
  }
  const look = () => {
    const away = Date.now() - last;
    // A clock that was set back says nothing of how long; it counts from now on.
    if (away < 0) here();
    else if (limit !== null && away >= limit) onIdle();
  };
  window.clearInterval(looking);
  looking = window.setInterval(look, LOOK_MS);
  // After a sleep the timer may come late, and whoever wakes the computer must not see the tokens first.
  document.addEventListener("visibilitychange", look);
  window.addEventListener("focus", look);
}

/** @param {number | null} minutes */
export function setIdleLimit(minutes) {
  limit = minutes === null ? null : minutes * 60_000;
  last = Date.now();
}
