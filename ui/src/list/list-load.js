/**
 * Loads a project's list and holds its state. At most one load is in flight. After a transient failure, the list reloads
 * automatically once the server responds.
 */
/** @import { Connection, Loaded, PrefetchedList, Problem, ProjectSummary, Rows, View } from "../../types/ipc" */
/** @import { List } from "./list-state.js" */
import { cancelLoad, loadTokens } from "../ipc.js";
import { asProblem } from "../shared/errors.js";
import { NETWORK_CHANGED, SIGNED_IN } from "../shared/events.js";
import { isModalOpen } from "../shared/modal.js";
import { isSignedOut, mayPass } from "../shared/problems.js";
import { reachability } from "../shared/reachability.js";
import { setClockOffset } from "../shared/server-clock.js";
import { signInAgain } from "../sign-in/sign-in.js";
import { begun, ended, LOADING, problemOf, streaming, withRows } from "./list-state.js";

/**
 * @param {{
 *   connection: Connection,
 *   project: ProjectSummary,
 *   signal: AbortSignal,
 *   onGeneration: (generation: number) => void,
 *   onChange: () => void,
 *   onSettled: () => void,
 * }} options `onGeneration` when rows must be read; `onSettled` when a load has ended
 */
export function listLoad({ connection, project, signal, onGeneration, onChange, onSettled }) {
  /** @type {List} */
  let list = LOADING;
  let loading = false;
  /** Whether another load must follow, because the one in progress may have started too early. */
  let again = false;
  /** The result of the first load, until its rows have been read: both are shown together. @type {Loaded | null} */
  let first = null;
  /** @type {number | null} */
  let clockOffset = null;
  const reach = reachability(connection.id, () => void load(), signal);

  /** @param {List} next */
  function set(next) {
    list = next;
    onChange();
  }

  async function load() {
    if (loading || signal.aborted) return;
    loading = true;
    reach.rest();
    set(begun(list));
    try {
      const loaded = await loadTokens({ connection: connection.id, project: project.id }, (progress) => {
        if (signal.aborted || !loading) return;
        set(streaming(list, progress.total));
        onGeneration(progress.generation);
      });
      if (signal.aborted) return;
      if (list.at === "loading" && (loaded.total > 0 || loaded.problem === null)) {
        first = loaded;
        onGeneration(loaded.generation);
      } else {
        settle(loaded, loaded.problem);
        onGeneration(loaded.generation);
      }
    } catch (reason) {
      if (signal.aborted) return;
      settle(null, asProblem(reason));
      // What had arrived stays; the rows themselves tell how many there are.
      onGeneration(-1);
    }
  }

  /**
   * @param {Loaded | null} loaded
   * @param {Problem | null} problem
   */
  function settle(loaded, problem) {
    first = null;
    loading = false;
    if (loaded) {
      clockOffset = loaded.clockOffset;
      setClockOffset(connection, clockOffset);
    }
    list = ended(list, loaded, problem, Date.now());
    if (problem === null) reach.reset();
    else if (mayPass(problem)) reach.watch(problem.retryAfter);
    onSettled();
    if (again) {
      again = false;
      void load();
    } else if (problem && isSignedOut(problem) && !isModalOpen()) {
      signIn();
    }
  }

  function signIn() {
    const problem = problemOf(list);
    if (problem) void signInAgain(connection, problem);
  }

  // Whatever asked for the bearer token, a list that was refused for want of it can be loaded now.
  const signedIn = () => {
    const problem = problemOf(list);
    if (problem && isSignedOut(problem)) void load();
    onChange();
  };
  document.addEventListener(SIGNED_IN, signedIn, { signal });

  // What could not be loaded one way may be loaded another.
  const networkChanged = () => {
    if (problemOf(list)) void load();
  };
  document.addEventListener(NETWORK_CHANGED, networkChanged, { signal });

  return {
    list: () => list,
    clockOffset: () => clockOffset,
    load: () => void load(),
    /** A list that came with its connection. @param {PrefetchedList} opened @param {View} view */
    open({ loaded, rows }, view) {
      if (loaded.total > 0 || loaded.problem === null) list = withRows(list, rows, view);
      settle(loaded, loaded.problem);
    },
    /** What is on the server has changed: a load under way may not have seen it. */
    loadAgain() {
      if (loading) again = true;
      else void load();
    },
    stop: () => void cancelLoad({ connection: connection.id }).catch(() => {}),
    signIn,
    /** Rows have been read. @param {Rows} rows @param {View} view */
    take(rows, view) {
      // A list that failed to load has no rows.
      if (list.at === "failed") return;
      list = withRows(list, rows, view);
      if (first) settle(first, first.problem);
      else onChange();
    },
    /** They could not be read. @param {Problem} problem */
    fail(problem) {
      if (first) settle(null, problem);
    },
  };
}
