/**
 * The time as the server has it: its dates are compared with this, because the clock of this computer may be off.
 */
/** @import { Connection } from "../../types/ipc" */

/** Milliseconds by which the server’s clock is ahead, where it is known to be. @type {WeakMap<Connection, number>} */
const offsets = new WeakMap();

/**
 * @param {Connection} connection
 * @param {number | null} seconds by which the server’s clock is ahead; null if it agrees, as far as is known
 */
export const setClockOffset = (connection, seconds) => void offsets.set(connection, (seconds ?? 0) * 1000);

/** @param {Connection} connection */
export const serverNow = (connection) => Date.now() + (offsets.get(connection) ?? 0);
