/**
 * Asks before several tokens are taken away for good, and then takes away one after the other. What became of each is told
 * beside its name. One that fails does not keep the others; what would fail for all of them, and Stop, ends it between two.
 * Where they are many, or a lot may depend on one of them, their number has to be typed first.
 */
/** @import { Connection, Problem, ProjectSummary, Row } from "../../types/ipc" */

import { cancelChange, deleteToken } from "../ipc.js";
import { fullAccessPill, named } from "../list/row.js";
import { announce } from "../shared/announce.js";
import { button, h, uniqueId } from "../shared/dom.js";
import { asProblem, withDetail } from "../shared/errors.js";
import { shortSuffix } from "../shared/format.js";
import { icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { createDialog, modalsChanged } from "../shared/modal.js";
import { changeBanner, tellAt } from "../shared/notices.js";
import { isStopped, isUnsure, stopsAll } from "../shared/problems.js";
import { waitLine } from "../shared/waits.js";
import { whereFacts } from "../shared/where.js";
import { whileSignedIn } from "../sign-in/sign-in.js";
import { effectFacts } from "./revoke-effects.js";
import { typedConfirmation } from "./typed-confirmation.js";

/** The next one would fail just the same, or nobody wants it any more. @param {Problem} problem */
const failsForAll = (problem) => stopsAll(problem) || isStopped(problem);

/** So many answers in a row that are lost are not about a token any more. */
const LOST_IN_A_ROW = 2;

/** So long a second press on Stop is a slip, in milliseconds. */
const SLIP = 500;

/**
 * @param {{
 *   connection: Connection,
 *   project: ProjectSummary,
 *   rows: readonly Row[],
 *   hidden: Set<string>,
 *   onRevoked: (row: Row) => void,
 *   onClosed: (done: { revoked: number, unsure: number }) => void,
 * }} options `hidden` by the filter; `onClosed` once nothing is under way any more; `unsure` how many may have been revoked all the same
 */
export function openRevokeMany({ connection, project, rows, hidden, onRevoked, onClosed }) {
  /** Those that are still there, as far as anybody knows. */
  let left = rows.map((row) => ({ row, sent: false, unsure: false, ...line(row) }));
  let revoked = 0;
  let tried = false;
  let failed = false;
  let running = false;
  let stopping = false;
  let stoppedAt = 0;
  let closed = false;
  const titleId = uniqueId("revoke-many");
  const dialog = createDialog({
    className: "dialog",
    labelledBy: titleId,
    onClose() {
      closed = true;
      if (running) cancelChange({ connection: connection.id }).catch(() => {});
      else end();
    },
    mayClose,
    mayQuit: mayClose,
    isBusy: () => running,
  });
  const end = () => onClosed({ revoked, unsure: left.filter(({ unsure }) => unsure).length });
  const title = h("h1", { id: titleId }, t("revokeMany.title", { count: left.length }));
  for (const { row, tell } of left) if (hidden.has(row.id)) tell(null, t("revokeMany.isHidden"));
  const unseen = rows.filter(({ id }) => hidden.has(id)).length;
  const hiddenNote = h(
    "p",
    { class: "note", hidden: unseen === 0 },
    icon("warning"),
    t("revokeMany.hidden", { count: unseen }),
  );
  const warning = h(
    "div",
    {},
    h("dl", { class: "facts" }, ...effectFacts()),
    h("p", { class: "note" }, icon("warning"), t("revoke.warning")),
  );
  const list = h("ul", { class: "many", role: "list", tabindex: 0, "aria-label": t("table.label") });
  list.append(...left.map(({ element }) => element));
  const notice = h("div", { class: "notice" });
  const progress = h("p", { class: "how-far", role: "status" });
  const cancel = button(t("action.cancel"), () => (running ? stop() : dialog.close()));
  const go = button("", start, { class: "button danger" });
  const confirmation = typedConfirmation({ connection, rows, go, onEnter: start });
  const content = h(
    "div",
    { class: "revoke-many" },
    title,
    h("dl", { class: "facts" }, ...whereFacts(connection, project)),
    list,
    hiddenNote,
    warning,
    confirmation?.element,
    notice,
    progress,
    waitLine(),
    h("div", { class: "dialog-actions" }, confirmation?.why, cancel, go),
  );

  /** The first time it stops between two; whoever asks again does not want to wait for the one that is under way. */
  function mayClose() {
    if (!running) return true;
    if (stopping) return performance.now() - stoppedAt > SLIP;
    stop();
    return false;
  }

  function stop() {
    if (stopping) return void (mayClose() && dialog.close());
    stopping = true;
    stoppedAt = performance.now();
    cancel.textContent = t("revokeMany.stopping");
  }

  function start() {
    if (running) return;
    // What is left of those that were confirmed is not asked about again.
    if (!tried && confirmation && !confirmation.isTyped()) confirmation.insist();
    else void run();
  }

  async function run() {
    tried = true;
    running = true;
    stopping = false;
    notice.replaceChildren();
    cancel.focus();
    const all = left;
    const kept = [];
    /** @type {Problem | null} */
    let obstacle = null;
    let lost = 0;
    title.textContent = t("revokeMany.going", { count: all.length });
    list.classList.add("tried");
    draw(0, all.length);
    for (const [at, one] of all.entries()) {
      if (stopping || closed || obstacle) {
        kept.push(one);
        if (!one.sent) one.tell("waiting", t("revokeMany.notTried"));
        continue;
      }
      draw(at, all.length);
      one.tell("going");
      one.sent = true;
      if (!list.matches(":hover, :focus-within")) one.element.scrollIntoView({ block: "nearest" });
      const problem = await revoke(one.row);
      if (problem === null) {
        one.tell("done");
        revoked += 1;
        lost = 0;
        onRevoked(one.row);
        continue;
      }
      kept.push(one);
      // A later try that fails in another way says nothing of the one before.
      one.unsure ||= isUnsure(problem);
      lost = problem.code === "change_unknown" ? lost + 1 : 0;
      if (failsForAll(problem) || lost === LOST_IN_A_ROW) obstacle = problem;
      // What is about all of them is told once, beneath.
      const why = failsForAll(problem) ? "" : withDetail(problem, "changing");
      one.tell("failed", one.unsure ? t("revokeMany.unsure") : why);
    }
    running = false;
    left = kept;
    if (closed || left.length === 0) {
      if (closed) end();
      else dialog.close();
      return;
    }
    finish(all.length, obstacle);
  }

  /** @param {Row} row @returns {Promise<Problem | null>} */
  async function revoke(row) {
    try {
      await whileSignedIn(
        connection,
        () => deleteToken({ connection: connection.id, id: row.id }),
        () => !closed && !stopping,
      );
      return null;
    } catch (reason) {
      return asProblem(reason);
    }
  }

  /**
   * @param {number} of how many were to be revoked
   * @param {Problem | null} obstacle
   */
  function finish(of, obstacle) {
    failed = obstacle !== null || left.some(({ element }) => element.classList.contains("failed"));
    const news = t("revokeMany.left", { count: left.length, all: of });
    title.textContent = news;
    list.replaceChildren(...left.map(({ element }) => element));
    announce(news);
    draw(0, 0);
    if (obstacle) tellAt(notice, changeBanner(obstacle), cancel);
    else cancel.focus();
  }

  /**
   * @param {number} at
   * @param {number} of 0 when nothing is under way
   */
  function draw(at, of) {
    content.setAttribute("aria-busy", String(running));
    modalsChanged();
    progress.textContent = running ? t("revokeMany.progress", { count: at + 1, all: of }) : "";
    warning.hidden = tried;
    if (confirmation) confirmation.element.hidden = tried;
    if (tried) hiddenNote.hidden = true;
    go.hidden = running;
    go.textContent = failed ? t("action.tryAgain") : t("revokeMany.go", { count: left.length });
    if (!running) cancel.textContent = tried ? t("action.close") : t("action.cancel");
    else if (!stopping) cancel.textContent = t("status.stop");
  }

  dialog.element.append(content);
  draw(0, 0);
  dialog.open();
  (confirmation ?? cancel).focus();
}

/** @typedef {"going" | "done" | "failed" | "waiting" | null} State */

/** A token's name, and what became of it. @param {Row} row */
function line(row) {
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
    /** @param {State} state @param {string} [text] */
    tell(state, text = "") {
      element.className = state ?? "";
      mark.replaceChildren();
      if (state === "done")
        mark.append(icon("check", 14), h("span", { class: "visually-hidden" }, t("revokeMany.gone")));
      if (state === "failed") mark.append(icon("warning", 14));
      why.textContent = text;
      why.hidden = text === "";
    },
  };
}
