/**
 * Asks for a fresh bearer token shortly before the one in use ends, once, and not while somebody is typing.
 */
/** @import { Connection } from "../../types/ipc" */
import { signInAgain } from "../sign-in/sign-in.js";

/** From here on it is worth a colour. */
export const SOON = 10 * 60_000;
const ASK_BEFORE = 2 * 60_000;
const TYPING = 3_000;

/**
 * @param {Connection} connection
 * @param {AbortSignal} signal ends it
 */
export function expiryWatch(connection, signal) {
  /** @type {number | null} */
  let asked = null;
  let typed = 0;
  const onKey = () => {
    typed = Date.now();
  };
  document.addEventListener("keydown", onKey, { capture: true, signal });
  return {
    /** @param {number} now by the server's clock */
    look(now) {
      const { expiresAt } = connection.account;
      if (connection.sample || expiresAt === null || asked === expiresAt) return;
      const left = expiresAt - now;
      // What has ended already is for the server to refuse.
      if (left <= 0 || left > ASK_BEFORE || Date.now() - typed < TYPING) return;
      asked = expiresAt;
      void signInAgain(connection, null);
    },
  };
}
