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
import { begun, ended, LOADING, problemOf, streaming, totalOf, withRows } from "./list-state.js";

/** A list that is older is loaded again when somebody comes back to the window. */
const STALE_MS = 60_000;

/** A refresh that nobody asked for shows once it takes longer. */
const QUIET_MS = 2_000;

/**
 * @param {{
 *   connection: Connection,
 *   project: ProjectSummary,
 *   signal: AbortSignal,
 *   onGeneration: (generation: number, how: { hold: boolean }) => void,
 *   onChange: () => void,
 *   onSettled: (isNews: boolean) => void,
 *   kept?: { list: List, clockOffset: number | null } | null,
 * }} options `onGeneration` when rows must be read: `hold` means that nobody asked for others, so what somebody is at must not move;
 *   `onSettled` when a load has ended: without news, if nobody asked for it and as many tokens are there as before; `kept` is what a
 *   view of the same list had
 */
export function listLoad({ connection, project, signal, onGeneration, onChange, onSettled, kept = null }) {
  /** @type {List} */
  let list = kept?.list ?? LOADING;
  let loading = false;
  /** Whether another load must follow, because the one in progress may have started too early. */
  let again = false;
  /** The result of the first load, until its rows have been read: both are shown together. @type {Loaded | null} */
  let first = null;
  /** @type {number | null} */
  let clockOffset = kept?.clockOffset ?? null;
  const reach = reachability(connection.id, () => void load(), signal);

  /** @param {List} next */
  function set(next) {
    list = next;
    onChange();
  }

  const isQuiet = () => list.at === "rows" && list.load === "quiet";
  /** When the last load ended. */
  let endedAt = 0;

  /** @param {"refreshing" | "quiet"} [how] */
  async function load(how = "refreshing") {
    if (signal.aborted) return;
    if (loading) {
      if (isQuiet() && how !== "quiet") set(begun(list));
      return;
    }
    loading = true;
    reach.rest();
    set(begun(list, how));
    const showing = window.setTimeout(() => isQuiet() && set(begun(list)), QUIET_MS);
    try {
      const loaded = await loadTokens({ connection: connection.id, project: project.id }, (progress) => {
        if (signal.aborted || !loading) return;
        set(streaming(list, progress.total));
        onGeneration(progress.generation, { hold: true });
      });
      if (signal.aborted) return;
      const hold = how === "quiet" || (list.at === "rows" && list.load === "streaming");
      if (list.at === "loading" && (loaded.total > 0 || loaded.problem === null)) {
        first = loaded;
        onGeneration(loaded.generation, { hold });
      } else {
        settle(loaded, loaded.problem);
        onGeneration(loaded.generation, { hold });
      }
    } catch (reason) {
      if (signal.aborted) return;
      settle(null, asProblem(reason));
      // What had arrived stays; the rows themselves tell how many there are.
      onGeneration(-1, { hold: true });
    } finally {
      window.clearTimeout(showing);
    }
  }

  /**
   * @param {Loaded | null} loaded
   * @param {Problem | null} problem
   */
  function settle(loaded, problem) {
    const [wasQuiet, before] = [isQuiet(), list];
    first = null;
    loading = false;
    endedAt = Date.now();
    if (loaded) {
      clockOffset = loaded.clockOffset;
      setClockOffset(connection, clockOffset);
    }
    // It may be shown for hours.
    list = ended(list, loaded, problem && { ...problem, at: endedAt }, endedAt);
    if (problem === null) reach.reset();
    else if (mayPass(problem)) reach.watch(problem.retryAfter);
    const hasProblem = problem !== null || problemOf(before) !== null;
    onSettled(!wasQuiet || hasProblem || totalOf(list) !== totalOf(before));
    if (again) {
      again = false;
      void load();
    } else if (problem && isSignedOut(problem) && !wasQuiet && !isModalOpen()) {
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

  /** Somebody comes back to the window. What `reach` watches, or waits for somebody to sign in, is loaded by those. */
  const cameBack = () => {
    const problem = problemOf(list);
    const isOthers = problem !== null && (mayPass(problem) || isSignedOut(problem));
    if (document.hidden || list.at !== "rows" || isOthers || isModalOpen()) return;
    // A part of a list would be emptied first; whoever stopped it there, or saw why it ended there, loads it again.
    if (!list.summary.whole) return;
    if (Date.now() - endedAt > STALE_MS) void load("quiet");
  };
  window.addEventListener("focus", cameBack, { signal });
  document.addEventListener("visibilitychange", cameBack, { signal });

  return {
    list: () => list,
    clockOffset: () => clockOffset,
    load: () => void load(),
    /** A list that came with its connection. @param {PrefetchedList} opened @param {View} view */
    open({ loaded, rows }, view) {
      if (loaded.total > 0 || loaded.problem === null) list = withRows(list, rows, view);
      settle(loaded, loaded.problem);
    },
    /** As it was in the view before. Returns whether it was there completely. */
    resume() {
      if (list.at !== "rows" || list.load !== "idle") return false;
      if (list.problem !== null && mayPass(list.problem)) reach.watch(list.problem.retryAfter);
      onSettled(true);
      return true;
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
