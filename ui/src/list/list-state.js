/**
 * The state of a project's list as one tagged value, and what the screen shows for it. All functions here are pure.
 */
/** @import { Loaded, Rows, View } from "../../types/ipc" */
/** @import { Located } from "../shared/copy-details.js" */
import { isSignedOut } from "../shared/problems.js";
import { hasFacets } from "./facets.js";

/**
 * What the last completed load reported about the rows.
 * @typedef {Pick<Loaded, "whole" | "conflicting" | "unreadable" | "noRoom" | "shortened"> & { loadedAt: number | null }} Summary
 *   `loadedAt` is when the list on screen was last loaded completely
 */

/**
 * @typedef {{ at: "loading", total: number }} LoadingList nothing can be shown yet; `total` rows have arrived
 * @typedef {{ at: "failed", problem: Located }} FailedList nothing was loaded
 * @typedef {{
 *   at: "rows",
 *   rows: Rows,
 *   view: View,
 *   load: "idle" | "quiet" | "refreshing" | "streaming",
 *   total: number,
 *   summary: Summary,
 *   problem: Located | null,
 * }} ShownList `rows` match `view`; `load` is "quiet" while a refresh that nobody asked for does not show; `problem` is how the
 *   last load ended
 * @typedef {LoadingList | FailedList | ShownList} List
 */

/** @type {Summary} */
const UNKNOWN = { whole: false, conflicting: 0, unreadable: 0, noRoom: 0, shortened: 0, loadedAt: null };

/** @type {LoadingList} */
export const LOADING = { at: "loading", total: 0 };

/** Whether a view leaves any rows out. @param {View} view */
export const narrows = ({ facets, filter }) => hasFacets(facets) || filter.trim() !== "";

/** Whether a load is shown to be under way. @param {List} list */
export const isLoading = (list) =>
  list.at === "loading" || (list.at === "rows" && list.load !== "idle" && list.load !== "quiet");

/** @param {List} list */
export const problemOf = (list) => (list.at === "loading" ? null : list.problem);

/** @param {List} list */
export const totalOf = (list) => (list.at === "failed" ? 0 : list.total);

/**
 * A load has started.
 * @param {List} list
 * @param {"refreshing" | "quiet"} [load]
 * @returns {List}
 */
export const begun = (list, load = "refreshing") => (list.at === "rows" ? { ...list, load } : LOADING);

/** Rows of the load in progress have arrived. @param {List} list @param {number} total @returns {List} */
export const streaming = (list, total) =>
  list.at === "rows"
    ? { ...list, load: "streaming", total, summary: { ...list.summary, whole: false } }
    : { at: "loading", total };

/**
 * Rows have been read from the list.
 * @param {List} list
 * @param {Rows} rows
 * @param {View} view
 * @returns {List}
 */
export function withRows(list, rows, view) {
  if (list.at !== "rows") {
    return {
      ...{ at: "rows", rows, view, load: "streaming", total: Math.max(totalOf(list), rows.counts.all) },
      ...{ summary: UNKNOWN, problem: null },
    };
  }
  const total = list.load === "streaming" ? Math.max(list.total, rows.counts.all) : rows.counts.all;
  return { ...list, rows, view, total };
}

/**
 * A load has ended. Rows that were on screen stay.
 * @param {List} list
 * @param {Loaded | null} loaded null if only the problem is known
 * @param {Located | null} problem
 * @param {number} now
 * @returns {List}
 */
export function ended(list, loaded, problem, now) {
  const total = loaded?.total ?? totalOf(list);
  if (problem !== null && (total === 0 || list.at !== "rows")) return { at: "failed", problem };
  if (list.at !== "rows") return list;
  const { whole, conflicting, unreadable, noRoom, shortened } = loaded ?? list.summary;
  const loadedAt = problem === null ? now : whole ? list.summary.loadedAt : null;
  const summary = { whole, conflicting, unreadable, noRoom, shortened, loadedAt };
  return { ...list, load: "idle", total, summary, problem };
}

/**
 * What is shown: the table, or a pane in its place.
 * @param {List} list
 * @returns {"loading" | "failed" | "empty" | "no match" | "rows"}
 */
export function screenOf(list) {
  if (list.at !== "rows") return list.at;
  const { rows, view, load, total } = list;
  if (total === 0) return load === "streaming" ? "loading" : "empty";
  return rows.matched === 0 && narrows(view) ? "no match" : "rows";
}

/** What is wrong with the rows on screen. @param {List} list */
export function troubleOf(list) {
  if (list.at !== "rows" || list.problem === null) return null;
  const { whole, loadedAt } = list.summary;
  return { problem: list.problem, whole, loadedAt };
}

/**
 * @param {List} list
 * @returns {Omit<import("./status.js").ListStatus, "clockOffset">}
 */
export function statusOf(list) {
  const { loadedAt, whole, conflicting, unreadable, noRoom, shortened } =
    list.at === "rows" ? list.summary : UNKNOWN;
  const problem = problemOf(list);
  return {
    loading: isLoading(list),
    streaming: list.at === "rows" && list.load === "streaming",
    failed: list.at === "failed",
    total: totalOf(list),
    matched: list.at === "rows" && narrows(list.view) ? list.rows.matched : null,
    incomplete: problem !== null && !whole,
    signedOut: problem !== null && isSignedOut(problem),
    ...{ loadedAt, conflicting, unreadable, noRoom, shortened },
  };
}
