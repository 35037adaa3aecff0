/**
 * What stands in place of the table, or in a bar above it, when there is something other than tokens to say.
 * Each state has its own words and its own way on.
 */
/** @import { Problem } from "../../types/ipc" */
import { button, given, h } from "../dom.js";
import { detailOf, wordsFor } from "../errors.js";
import { longSpan } from "../format.js";
import { icon } from "../icons.js";
import { pane, problemPane } from "../notices.js";
import { isOffline, isSignedOut } from "../problems.js";

/**
 * What a person can do from here.
 * @typedef {object} Ways
 * @property {() => void} retry
 * @property {() => void} create
 * @property {() => void} clear take away filter and chip
 * @property {() => void} chooseProject
 * @property {() => void} signIn
 */

export function skeleton() {
  const row = () =>
    h("div", { class: "row bone" }, ...["name", "permissions", "tail", "created"].map((cell) => bone(cell)));
  return h("div", { class: "skeleton", "aria-hidden": "true" }, ...Array.from({ length: 9 }, row));
}

/** @param {string} cell */
function bone(cell) {
  return h("div", { class: `cell ${cell}` }, h("span", { class: "bone-line" }));
}

/** @param {Ways} ways */
export function emptyPane({ create }) {
  return pane({
    picture: "key",
    title: "No tokens yet",
    text: "Make one for each agent, script or person, with just what it needs.",
    actions: [button("New token", create, { class: "button main" })],
  });
}

/**
 * @param {string} filter
 * @param {Ways} ways
 */
export function noMatchPane(filter, { clear }) {
  if (filter.trim() === "") {
    return pane({ picture: "list", title: "No token is like that", actions: [button("Show all", clear)] });
  }
  return pane({
    picture: "search",
    title: h("span", {}, "Nothing matches “", given(filter), "”"),
    actions: [button("Clear filter", clear)],
  });
}

/**
 * Nothing is on screen and this is why.
 * @param {Problem} problem
 * @param {Ways} ways
 */
export function failedPane(problem, { retry, chooseProject, signIn }) {
  const again = button("Try again", retry, { class: "button main" });
  if (isSignedOut(problem)) {
    return pane({
      picture: "key",
      title: "You are signed out.",
      text: "The server no longer accepts your bearer.",
      detail: detailOf(problem),
      tone: "trouble",
      actions: [button("Sign in again", signIn, { class: "button main" })],
    });
  }
  if (problem.code === "permission_denied" || problem.code === "not_found") {
    return pane({
      picture: "project",
      title: "You are not a member of this project, or it does not exist.",
      text: "Choose another project, or ask one of its members to invite you.",
      detail: problem.detail,
      tone: "trouble",
      actions: [
        button("Try again", retry),
        button("Choose another project", chooseProject, { class: "button main" }),
      ],
    });
  }
  if (problem.code === "cancelled") {
    return pane({ picture: "list", title: "Loading was stopped.", actions: [again] });
  }
  return problemPane(problem, again);
}

/**
 * Rows are on screen, but not all of them, or not of now.
 * @param {{ problem: Problem, whole: boolean, loadedAt: number | null }} state whether what is on screen is a whole
 *   list, and since when if this screen knows
 * @param {Ways} ways
 */
export function trouble({ problem, whole, loadedAt }, { retry, signIn }) {
  const { title, next } = wordsFor(problem);
  const again = button("Try again", retry, { class: "button small" });
  const when = loadedAt === null ? "before" : `${longSpan(Date.now() - loadedAt)} ago`;
  const age = whole ? `Showing the list from ${when}.` : "";
  if (isSignedOut(problem)) {
    return bar(
      "key",
      ["You are signed out.", `The server no longer accepts your bearer. ${age}`],
      button("Sign in again", signIn, { class: "button small" }),
    );
  }
  const stopped = problem.code === "cancelled";
  if (!whole) {
    return bar(
      "list",
      ["This list is incomplete.", stopped ? "Loading was stopped." : `${title} ${next}`],
      again,
    );
  }
  if (stopped) return bar("list", ["The refresh was stopped.", age], again);
  return bar(isOffline(problem) ? "offline" : "warning", [title, `${next} ${age}`], again);
}

/**
 * @param {import("../icons.js").IconName} picture
 * @param {[string, string]} words
 * @param {HTMLButtonElement} action
 */
function bar(picture, [title, text], action) {
  return h("div", { class: "bar" }, icon(picture), h("p", {}, h("b", {}, title), " ", text.trim()), action);
}
