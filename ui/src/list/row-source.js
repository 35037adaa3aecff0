/**
 * Reads windows of rows from the list in Rust, at most once per frame. A response that arrives after a newer one, or that belongs
 * to another view or an older list, is dropped.
 */
/** @import { Problem, Rows, View } from "../../types/ipc" */
import { rows as fetchRows } from "../ipc.js";
import { asProblem } from "../shared/errors.js";

/** @typedef {{ view: View, from: number, count: number, token: string | null }} Wanted */

/**
 * @param {{
 *   connection: string,
 *   wanted: () => Wanted,
 *   onRows: (rows: Rows, wanted: Wanted) => void,
 *   onProblem: (problem: Problem) => void,
 * }} options
 */
export function rowSource({ connection, wanted, onRows, onProblem }) {
  let sent = 0;
  let applied = 0;
  /** Responses to requests before this one belong to another view or list. */
  let oldest = 1;
  /** Unknown at first: until then Rust may still hold the rows of another project. */
  let generation = -1;
  let frame = 0;
  let again = false;
  let gone = false;

  function ask() {
    if (gone || generation < 0) return;
    if (frame !== 0) {
      again = true;
      return;
    }
    frame = requestAnimationFrame(() => {
      frame = 0;
      if (!again) return;
      again = false;
      ask();
    });
    void send();
  }

  async function send() {
    sent += 1;
    const number = sent;
    const isStale = () => gone || number < oldest || number < applied;
    const asked = wanted();
    try {
      const rows = await fetchRows({ connection, ...asked });
      if (isStale() || rows.generation < generation) return;
      applied = number;
      onRows(rows, asked);
    } catch (reason) {
      if (!isStale()) onProblem(asProblem(reason));
    }
  }

  return {
    ask,
    /** Drops the responses to all requests so far. */
    forget() {
      oldest = sent + 1;
    },
    /** Drops responses from lists older than this. @param {number} next */
    since(next) {
      generation = Math.max(generation, next);
    },
    destroy() {
      gone = true;
      cancelAnimationFrame(frame);
    },
  };
}
