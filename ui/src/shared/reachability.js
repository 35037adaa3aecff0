/**
 * Checks from time to time whether a server that could not be reached responds again: soon at first, then every half
 * minute, immediately when the network or the window comes back, and never while the window is hidden.
 */
import { isReachable } from "../ipc.js";

const PAUSES = [5_000, 10_000, 20_000, 30_000];

/** A timer takes no more, and rings at once if it is given more. */
const LONGEST = 2 ** 31 - 1;

/**
 * @param {string} connection the id of the connection whose server it is
 * @param {() => void} onReachable
 * @param {AbortSignal} signal ends it
 */
export function reachability(connection, onReachable, signal) {
  let watching = false;
  let asking = false;
  let round = 0;
  let timer = 0;
  /** Before this the server itself asked not to be asked. */
  let notBefore = 0;

  function plan() {
    window.clearTimeout(timer);
    if (!watching || document.hidden) return;
    const pause = PAUSES[Math.min(round, PAUSES.length - 1)] ?? 0;
    round += 1;
    const wait = Math.max(pause, notBefore - Date.now());
    timer = window.setTimeout(() => void ask(), Math.min(wait, LONGEST));
  }

  async function ask() {
    if (!watching || asking) return;
    if (notBefore > Date.now()) return plan();
    asking = true;
    const answers = await isReachable({ connection }).catch(() => false);
    asking = false;
    if (!watching) return;
    if (!answers) return plan();
    watching = false;
    onReachable();
  }

  function atOnce() {
    if (!watching || document.hidden) return;
    window.clearTimeout(timer);
    if (notBefore > Date.now()) plan();
    else void ask();
  }

  function onVisibility() {
    if (document.hidden) window.clearTimeout(timer);
    else atOnce();
  }

  window.addEventListener("online", atOnce, { signal });
  document.addEventListener("visibilitychange", onVisibility, { signal });

  const rest = () => {
    watching = false;
    window.clearTimeout(timer);
  };
  signal.addEventListener("abort", rest);
  return {
    /** @param {number | null} retryAfter seconds the server wants to be left alone */
    watch(retryAfter) {
      notBefore = retryAfter === null ? 0 : Date.now() + retryAfter * 1000;
      watching = true;
      plan();
    },
    rest,
    /** It answered with what was wanted: the next trouble starts with short pauses again. */
    reset() {
      rest();
      round = 0;
    },
  };
}
