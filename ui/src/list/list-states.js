/**
 * What stands in place of the table, or in a bar above it, when there is something other than tokens to say.
 * Each state has its own words and its own way on.
 */
/** @import { Problem, View } from "../../types/ipc" */
import { copyDetailsButton } from "../shared/copy-details.js";
import { button, h, userText } from "../shared/dom.js";
import { detailOf, wordsFor } from "../shared/errors.js";
import { longSpan } from "../shared/format.js";
import { icon } from "../shared/icons.js";
import { t, tNodes } from "../shared/language.js";
import { pane, problemPane } from "../shared/notices.js";
import { isOffline, isSignedOut, isStopped } from "../shared/problems.js";
import { facetNames, hasFacets } from "./facets.js";

/** What no name looks like, but a token's value does. */
const VALUE = /^[\w-]{20,}\.[\w-]{20,}$/;

/**
 * What a person can do from here.
 * @typedef {object} Ways
 * @property {() => void} retry
 * @property {() => void} create
 * @property {() => void} clear take away filter and chips
 * @property {() => void} searchAll take away the chips
 * @property {() => void} chooseProject
 * @property {() => void} signIn
 */

export function skeleton() {
  const row = () =>
    h(
      "div",
      { class: "row bone" },
      h("div", { class: "cell checkbox" }),
      ...["name", "permissions", "suffix", "created"].map((cell) => bone(cell)),
    );
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
    title: t("state.empty"),
    text: t("state.emptyText"),
    actions: [button(t("action.newToken"), create, { class: "button main" })],
  });
}

/**
 * @param {View} view
 * @param {Ways} ways
 */
export function noMatchPane({ filter, facets }, { clear, searchAll }) {
  if (filter.trim() === "") {
    return pane({
      picture: "list",
      title: t("state.noneLikeThat", { kinds: facetNames(facets) }),
      actions: [button(t("state.showAll"), clear)],
    });
  }
  const isNarrowed = hasFacets(facets);
  const value = filter.trim();
  // A token's value that somebody looks for is not for the middle of the screen.
  const title = VALUE.test(value)
    ? tNodes("state.noValue", { suffix: userText(value.slice(-6)) })
    : tNodes("state.noMatch", { filter: userText(filter) });
  return pane({
    picture: "search",
    title: h("span", {}, ...title),
    ...(isNarrowed ? { text: t("state.onlySome", { kinds: facetNames(facets) }) } : {}),
    actions: [
      button(t("action.clear"), clear),
      ...(isNarrowed ? [button(t("state.searchAll"), searchAll, { class: "button main" })] : []),
    ],
  });
}

/**
 * Nothing is on screen and this is why.
 * @param {Problem} problem
 * @param {Ways} ways
 */
export function failedPane(problem, { retry, chooseProject, signIn }) {
  const again = button(t("action.tryAgain"), retry, { class: "button main" });
  if (isSignedOut(problem)) {
    return pane({
      picture: "key",
      title: t("error.signed_out.title"),
      text: t("state.signedOutText"),
      detail: detailOf(problem),
      tone: "trouble",
      actions: [
        button(t("action.signInAgain"), signIn, { class: "button main" }),
        copyDetailsButton(problem),
      ],
    });
  }
  if (problem.code === "permission_denied" || problem.code === "not_found") {
    const { title, next } = wordsFor({ ...problem, code: "permission_denied" });
    return pane({
      picture: "project",
      title,
      text: next,
      detail: problem.detail,
      tone: "trouble",
      actions: [
        button(t("action.tryAgain"), retry),
        button(t("state.chooseProject"), chooseProject, { class: "button main" }),
        copyDetailsButton(problem),
      ],
    });
  }
  if (isStopped(problem)) {
    return pane({ picture: "list", title: t("state.stopped"), actions: [again] });
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
  const again = button(t("action.tryAgain"), retry, { class: "button small" });
  const since =
    loadedAt === null ? t("state.fromBefore") : t("state.fromAgo", { span: longSpan(Date.now() - loadedAt) });
  const age = whole ? since : "";
  const details = copyDetailsButton(problem, { small: true });
  if (isSignedOut(problem)) {
    return listNotice(
      "key",
      [t("error.signed_out.title"), `${t("state.signedOutText")} ${age}`],
      button(t("action.signInAgain"), signIn, { class: "button small" }),
      details,
    );
  }
  const stopped = isStopped(problem);
  if (!whole) {
    return listNotice(
      "list",
      [t("state.incomplete"), stopped ? t("state.stopped") : `${title} ${next}`],
      again,
      ...(stopped ? [] : [details]),
    );
  }
  if (stopped) return listNotice("list", [t("state.refreshStopped"), age], again);
  return listNotice(isOffline(problem) ? "offline" : "warning", [title, `${next} ${age}`], again, details);
}

/**
 * @param {import("../shared/icons.js").IconName} picture
 * @param {[string, string]} words
 * @param {...HTMLButtonElement} actions
 */
function listNotice(picture, [title, text], ...actions) {
  return h(
    "div",
    { class: "list-notice" },
    icon(picture),
    h("p", {}, h("b", {}, title), " ", text.trim()),
    ...actions,
  );
}
