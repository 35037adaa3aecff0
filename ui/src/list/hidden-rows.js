/**
 * Which selected tokens the filter hides. The list answers by window, so that the rows that match are read until all that are
 * selected were seen.
 */
/** @import { Row, View } from "../../types/ipc" */
import { rows as fetchRows } from "../ipc.js";

/** How many rows Rust hands out at once. */
export const MOST_AT_ONCE = 500;
/** So many windows are read. With more matches than that, nobody knows. */
const MOST_WINDOWS = 20;

/**
 * @param {string} connection its id
 * @param {View} view
 * @param {readonly Row[]} selected
 * @param {() => boolean} isWanted whether the answer still matters
 * @returns {Promise<Set<string> | null>} the ids of those that are hidden; null where that is not known
 */
export async function findHidden(connection, view, selected, isWanted) {
  const unseen = new Set(selected.map(({ id }) => id));
  for (let window = 0; window < MOST_WINDOWS; window += 1) {
    const from = window * MOST_AT_ONCE;
    const answer = await fetchRows({ connection, view, from, count: MOST_AT_ONCE, token: null }).catch(
      () => null,
    );
    if (answer === null || !isWanted()) return null;
    for (const { id } of answer.rows) unseen.delete(id);
    if (unseen.size === 0 || from + MOST_AT_ONCE >= answer.matched) return unseen;
  }
  return null;
}
