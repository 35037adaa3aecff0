/**
 * Changes several tokens, one after the other, for a dialog that lists them. The result of each is shown beside its name. One
 * that fails doesn’t stop the others; what would fail for all of them, and Stop, end it between two.
 */
/** @import { Connection, Problem, Row } from "../../types/ipc" */

import { cancelChange } from "../ipc.js";
import { fullAccessPill, named } from "../list/row.js";
import { announce } from "../shared/announce.js";
import { copyDetailsButton } from "../shared/copy-details.js";
import { button, h, uniqueId } from "../shared/dom.js";
import { asProblem, withDetail } from "../shared/errors.js";
import { shortSuffix } from "../shared/format.js";
import { icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { createDialog, modalsChanged } from "../shared/modal.js";
import { changeBanner, tellAt } from "../shared/notices.js";
import { isStopped, isUnsure, stopsAll } from "../shared/problems.js";
import { whileSignedIn } from "../sign-in/sign-in.js";

/** The next one would fail in the same way, or nobody wants it any more. @param {Problem} problem */
const failsForAll = (problem) => stopsAll(problem) || isStopped(problem);

/** So many lost responses in a row are not about a token any more. */
const LOST_IN_A_ROW = 2;

/** So long a second press on Stop is a slip, in milliseconds. */
const SLIP_MS = 500;

/**
 * `skipped` ones are not tried again; `unsure` ones may have been changed although that failed.
 * @typedef {ReturnType<typeof tokenLine> & { row: Row, sent: boolean, unsure: boolean, skipped: boolean }} Line
 */

/**
 * `change` resolves to null once it is made, or to the reason why the token is left as it is. `onDraw` is called whenever the
 * buttons of the dialog may have to change, `onEnd` when it has closed and nothing is in progress any more.
 * @typedef {{
 *   connection: Connection,
 *   rows: readonly Row[],
 *   words: {
 *     title: string,
 *     going: (count: number) => string,
 *     left: (count: number, all: number) => string,
 *     done: string,
 *     unsure: string,
 *   },
 *   change: (row: Row) => Promise<string | null>,
 *   onDone: (row: Row) => void,
 *   onDraw: () => void,
 *   onEnd: (result: { done: number, unsure: number }) => void,
 * }} Options
 */

/** @param {Options} options */
export function oneByOne({ connection, rows, words, change, onDone, onDraw, onEnd }) {
  const titleId = uniqueId("one-by-one");
  /** Those that are not done, as far as is known. @type {Line[]} */
  let left = rows.map((row) => ({
    ...{ row, sent: false, unsure: false, skipped: false },
    ...tokenLine(row, words.done),
  }));
  let done = 0;
  let tried = false;
  let running = false;
  let stopping = false;
  let stoppedAt = 0;
  let closed = false;
  const title = h("h1", { id: titleId }, words.title);
  const list = h("ul", { class: "many", role: "list", tabindex: 0, "aria-label": t("table.label") });
  list.append(...left.map(({ element }) => element));
  const notice = h("div", { class: "notice" });
  const progress = h("p", { class: "how-far", role: "status" });
  const cancel = button(t("action.cancel"), () => (running ? stop() : dialog.close()));

  /** The first time it stops between two; whoever asks again does not want to wait for the one in progress. */
  function mayClose() {
    if (!running) return true;
    if (stopping) return performance.now() - stoppedAt > SLIP_MS;
    stop();
    return false;
  }

  function stop() {
    if (stopping) return void (mayClose() && dialog.close());
    stopping = true;
    stoppedAt = performance.now();
    cancel.textContent = t("revokeMany.stopping");
  }

  function leave() {
    closed = true;
    if (running) cancelChange({ connection: connection.id }).catch(() => {});
    else end();
  }

  const end = () => onEnd({ done, unsure: left.filter(({ unsure }) => unsure).length });

  async function run() {
    if (running) return;
    tried = true;
    running = true;
    stopping = false;
    notice.replaceChildren();
    cancel.focus();
    const listed = left.length;
    const all = left.filter(({ skipped }) => !skipped);
    title.textContent = words.going(all.length);
    list.classList.add("tried");
    const obstacle = await changeEach(all);
    running = false;
    if (closed) end();
    else if (left.length === 0) dialog.close();
    else finish(listed, obstacle);
  }

  /**
   * @param {readonly Line[]} all
   * @returns {Promise<Problem | null>} what stands in the way of those that were not tried
   */
  async function changeEach(all) {
    /** @type {Problem | null} */
    let obstacle = null;
    let lost = 0;
    draw(0, all.length);
    for (const [at, one] of all.entries()) {
      if (stopping || closed || obstacle) {
        if (!one.sent) one.tell("waiting", t("revokeMany.notTried"));
        continue;
      }
      draw(at, all.length);
      const problem = await changeOne(one);
      lost = problem?.code === "change_unknown" ? lost + 1 : 0;
      if (problem && (failsForAll(problem) || lost === LOST_IN_A_ROW)) obstacle = problem;
    }
    return obstacle;
  }

  /** @param {Line} one @returns {Promise<Problem | null>} */
  async function changeOne(one) {
    one.tell("going");
    one.sent = true;
    if (!list.matches(":hover, :focus-within")) one.element.scrollIntoView({ block: "nearest" });
    const { why, problem } = await attempt(one.row);
    if (problem) {
      // A later try that fails in another way says nothing of the one before.
      one.unsure ||= isUnsure(problem);
      // What is about all of them is said once, beneath.
      const text = failsForAll(problem) ? "" : withDetail(problem, "changing");
      const details = text !== "" && copyDetailsButton(problem, { doing: "changing", small: true });
      one.tell("failed", one.unsure ? words.unsure : text, details);
      return problem;
    }
    one.unsure = false;
    one.skipped = why !== null;
    if (why !== null) one.tell("failed", why);
    else {
      one.tell("done");
      done += 1;
      left = left.filter((other) => other !== one);
      onDone(one.row);
    }
    return null;
  }

  /** @param {Row} row @returns {Promise<{ why: string | null, problem: Problem | null }>} */
  async function attempt(row) {
    try {
      const isWanted = () => !closed && !stopping;
      return { why: await whileSignedIn(connection, () => change(row), isWanted), problem: null };
    } catch (reason) {
      return { why: null, problem: asProblem(reason) };
    }
  }

  /**
   * @param {number} all how many were listed before
   * @param {Problem | null} obstacle
   */
  function finish(all, obstacle) {
    const news = words.left(left.length, all);
    title.textContent = news;
    list.replaceChildren(...left.map(({ element }) => element));
    announce(news);
    draw(0, 0);
    if (obstacle) tellAt(notice, changeBanner(obstacle), cancel);
    else cancel.focus();
  }

  /**
   * @param {number} at
   * @param {number} of 0 when nothing is in progress
   */
  function draw(at, of) {
    modalsChanged();
    progress.textContent = running ? t("revokeMany.progress", { count: at + 1, all: of }) : "";
    if (!running) cancel.textContent = tried ? t("action.close") : t("action.cancel");
    else if (!stopping) cancel.textContent = t("status.stop");
    onDraw();
  }

  const dialog = createDialog({
    className: "dialog",
    labelledBy: titleId,
    onClose: leave,
    mayClose,
    mayQuit: mayClose,
    isBusy: () => running,
  });

  return {
    dialog,
    title,
    list,
    notice,
    progress,
    cancel,
    lines: left,
    run: () => void run(),
    isRunning: () => running,
    isTried: () => tried,
    /** Whether some were tried in vain and can be tried again. */
    hasFailed: () => left.some(({ sent, skipped }) => sent && !skipped),
    /** How many can be tried, for the first time or again. */
    countLeft: () => left.filter(({ skipped }) => !skipped).length,
  };
}

/** @typedef {"going" | "done" | "failed" | "waiting" | null} State */

/**
 * A token’s name, and the result of its change.
 * @param {Row} row
 * @param {string} doneLabel for those who hear it
 */
export function tokenLine(row, doneLabel) {
  const mark = h("span", { class: "mark" });
  const why = h("small", { class: "why", hidden: true });
  const element = h(
    "li",
    {},
    mark,
    h(
      "span",
      { class: "one-text" },
      h("span", {}, named(row), row.access.kind === "full" && fullAccessPill()),
      why,
    ),
    h("bdi", { class: row.suffix === null ? "suffix" : "suffix mono", dir: "ltr" }, shortSuffix(row.suffix)),
  );
  return {
    element,
    /** @param {State} state @param {string} [text] @param {Node | false} [details] what copies them */
    tell(state, text = "", details = false) {
      element.className = state ?? "";
      mark.replaceChildren();
      if (state === "done")
        mark.append(icon("check", 14), h("span", { class: "visually-hidden" }, doneLabel));
      if (state === "failed") mark.append(icon("warning", 14));
      why.replaceChildren(text, details || "");
      why.hidden = text === "";
    },
  };
}
