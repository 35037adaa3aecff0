/**
 * Loading a project's list, and what is known of the one on screen: how many rows, how old, whether whole, and
 * what went wrong last. One load is in flight at a time, however often one is asked for. After trouble that may
 * pass, the list loads again by itself once the server answers.
 */
/** @import { Connection, Problem, ProjectSummary, Rows } from "../../types/ipc" */

import { cancelLoad, loadTokens } from "../ipc.js";
import { NETWORK_CHANGED } from "../settings/network-settings.js";
import { asProblem } from "../shared/errors.js";
import { isSignedOut, mayPass } from "../shared/problems.js";
import { reachability } from "../shared/reachability.js";
import { setClockOffset } from "../shared/server-clock.js";
import { SIGNED_IN, signInAgain } from "../sign-in/sign-in.js";

/**
 * @typedef {object} ListState
 * @property {boolean} loading
 * @property {boolean} streaming the rows of the load under way are on screen as they come
 * @property {number} total
 * @property {number | null} loadedAt when the list on screen was loaded whole
 * @property {boolean} whole whether the rows on screen are a whole list
 * @property {number} conflicting
 * @property {number} unreadable
 * @property {number} noRoom
 * @property {number} shortened
 * @property {number | null} clockOffset seconds by which the server's clock is ahead, if it is minutes
 * @property {Problem | null} problem how the last load ended; it stands until another has
 */

/**
 * @param {{
 *   connection: Connection,
 *   project: ProjectSummary,
 *   onGeneration: (generation: number) => void,
 *   onChange: () => void,
 *   onSettled: () => void,
 * }} options
 */
export function listLoad({ connection, project, onGeneration, onChange, onSettled }) {
  /** @type {ListState} */
  const state = {
    loading: false,
    streaming: false,
    total: 0,
    loadedAt: null,
    whole: false,
    conflicting: 0,
    unreadable: 0,
    noRoom: 0,
    shortened: 0,
    clockOffset: null,
    problem: null,
  };
  let gone = false;
  /** Whether the load under way may have begun too early, so that another must follow. */
  let again = false;
  const reach = reachability(connection.id, () => void load());

  async function load() {
    if (state.loading || gone) return;
    state.loading = true;
    reach.rest();
    onChange();
    try {
      const loaded = await loadTokens({ connection: connection.id, project: project.id }, (progress) => {
        if (gone || !state.loading) return;
        Object.assign(state, { streaming: true, whole: false, total: progress.total });
        onGeneration(progress.generation);
        onChange();
      });
      if (gone) return;
      const { whole, conflicting, unreadable, noRoom, shortened, total, clockOffset } = loaded;
      Object.assign(state, { whole, conflicting, unreadable, noRoom, shortened, total, clockOffset });
      setClockOffset(connection, clockOffset);
      onGeneration(loaded.generation);
      settle(loaded.problem);
    } catch (reason) {
      if (gone) return;
      settle(asProblem(reason));
      // What had arrived stays; the rows themselves tell how many there are.
      onGeneration(-1);
    }
  }

  /** @param {Problem | null} problem */
  function settle(problem) {
    Object.assign(state, { loading: false, streaming: false, problem });
    if (problem === null) state.loadedAt = Date.now();
    else if (!state.whole) state.loadedAt = null;
    if (problem === null) reach.reset();
    else if (mayPass(problem)) reach.watch(problem.retryAfter);
    onSettled();
    if (again) {
      again = false;
      void load();
    } else if (problem && isSignedOut(problem) && !document.querySelector("dialog[open]")) {
      signIn();
    }
  }

  function signIn() {
    if (state.problem) void signInAgain(connection, state.problem);
  }

  /** Whatever asked for the bearer token, a list that was refused for want of it can be loaded now. */
  function signedIn() {
    if (state.problem && isSignedOut(state.problem)) void load();
    onChange();
  }
  document.addEventListener(SIGNED_IN, signedIn);

  /** What could not be loaded one way may be loaded another. */
  function networkChanged() {
    if (state.problem) void load();
  }
  document.addEventListener(NETWORK_CHANGED, networkChanged);

  return {
    state,
    load: () => void load(),
    /** What is on the server has changed: a load under way may not have seen it. */
    loadAgain() {
      if (state.loading) again = true;
      else void load();
    },
    stop: () => void cancelLoad({ connection: connection.id }).catch(() => {}),
    signIn,
    /** Rows are the truth about how many there are. @param {Rows} rows */
    count(rows) {
      state.total = state.streaming ? Math.max(state.total, rows.counts.all) : rows.counts.all;
    },
    destroy() {
      gone = true;
      reach.destroy();
      document.removeEventListener(SIGNED_IN, signedIn);
      document.removeEventListener(NETWORK_CHANGED, networkChanged);
    },
  };
}
