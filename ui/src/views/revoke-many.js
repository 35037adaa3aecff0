/**
 * Asks before several tokens are taken away for good, and then takes away one after the other. What became of each is told
 * beside its name. One that fails does not keep the others; what would fail for all of them, and Stop, ends it between two.
 */
/** @import { Connection, Problem, Row } from "../../types/ipc" */
import { announce } from "../announce.js";
import { createDialog } from "../dialog.js";
import { button, h, uniqueId } from "../dom.js";
import { asProblem, oneLine } from "../errors.js";
import { shortTail } from "../format.js";
import { icon } from "../icons.js";
import { cancelChange, deleteToken } from "../ipc.js";
import { t } from "../language.js";
import { changeBanner, tellAt } from "../notices.js";
import { isOffline, isSignedOut } from "../problems.js";
import { waitLine } from "../waits.js";
import { named } from "./row.js";
import { whileSignedIn } from "./sign-in.js";

/** The next one would fail just the same. @param {Problem} problem */
const failsForAll = (problem) =>
  isOffline(problem) || isSignedOut(problem) || ["rate_limited", "cancelled"].includes(problem.code);

/**
 * @param {{
 *   connection: Connection,
 *   rows: readonly Row[],
 *   onRevoked: (row: Row) => void,
 *   onClosed: (done: { revoked: number, unsure: boolean }) => void,
 * }} options `onClosed` once nothing is under way any more; `unsure` when one may have been revoked all the same
 */
export function openRevokeMany({ connection, rows, onRevoked, onClosed }) {
  /** Those that are still there, as far as anybody knows. */
  let left = rows.map((row) => ({ row, ...line(row) }));
  let revoked = 0;
  let unsure = false;
  let tried = false;
  let running = false;
  let stopping = false;
  let closed = false;
  const titleId = uniqueId("revoke-many");
  const dialog = createDialog({
    className: "dialog",
    labelledBy: titleId,
    onClose() {
      closed = true;
      if (running) cancelChange().catch(() => {});
      else onClosed({ revoked, unsure });
    },
    mayClose() {
      if (!running || stopping) return true;
      stop();
      return false;
    },
  });
  const title = h("h1", { id: titleId }, t("revokeMany.title", { count: left.length }));
  const warning = h("p", { class: "note" }, icon("warning"), t("revokeMany.warning"));
  const list = h("ul", { class: "many", tabindex: 0, "aria-label": t("table.label") });
  list.append(...left.map(({ element }) => element));
  const notice = h("div", { class: "notice" });
  const progress = h("p", { class: "how-far", hidden: true });
  const cancel = button(t("action.cancel"), () => (running ? stop() : dialog.close()));
  const go = button("", () => void run(), { class: "button danger" });
  const content = h(
    "div",
    { class: "revoke-many" },
    title,
    list,
    warning,
    notice,
    progress,
    waitLine(),
    h("div", { class: "dialog-actions" }, cancel, go),
  );

  function stop() {
    // Whoever asks again does not want to wait for the one that is under way.
    if (stopping) return dialog.close();
    stopping = true;
    cancel.textContent = t("revokeMany.stopping");
  }

  async function run() {
    if (running) return;
    tried = true;
    running = true;
    stopping = false;
    notice.replaceChildren();
    cancel.focus();
    const all = left;
    const kept = [];
    /** @type {Problem | null} */
    let obstacle = null;
    draw(0, all.length);
    for (const [at, one] of all.entries()) {
      if (stopping || closed || obstacle) {
        kept.push(one);
        continue;
      }
      draw(at, all.length);
      one.tell("going");
      one.element.scrollIntoView({ block: "nearest" });
      const problem = await revoke(one.row);
      if (problem === null) {
        one.tell("done");
        revoked += 1;
        onRevoked(one.row);
        continue;
      }
      kept.push(one);
      if (problem.code === "change_unknown" || problem.code === "cancelled") unsure = true;
      if (failsForAll(problem)) {
        obstacle = problem;
        one.tell(null);
      } else one.tell("failed", oneLine(problem, "changing"));
    }
    running = false;
    left = kept;
    if (closed || left.length === 0) {
      if (closed) onClosed({ revoked, unsure });
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
        () => deleteToken({ id: row.id }),
        () => !closed,
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
    progress.hidden = !running;
    progress.textContent = running ? t("revokeMany.progress", { count: at + 1, all: of }) : "";
    warning.hidden = tried;
    go.hidden = running;
    go.textContent = tried ? t("action.tryAgain") : t("revokeMany.go", { count: left.length });
    if (!running) cancel.textContent = tried ? t("action.close") : t("action.cancel");
    else if (!stopping) cancel.textContent = t("status.stop");
  }

  dialog.element.append(content);
  draw(0, 0);
  dialog.open();
  cancel.focus();
}

/** @typedef {"going" | "done" | "failed" | null} State */

/** A token's name, and what became of it. @param {Row} row */
function line(row) {
  const mark = h("span", { class: "mark" });
  const why = h("small", { class: "why", hidden: true });
  const element = h(
    "li",
    {},
    mark,
    h("span", { class: "one-text" }, named(row), why),
    h("bdi", { class: row.tail === null ? "tail" : "tail mono", dir: "ltr" }, shortTail(row.tail)),
  );
  return {
    element,
    /** @param {State} state @param {string} [text] */
    tell(state, text = "") {
      element.className = state ?? "";
      mark.replaceChildren(
        ...(state === "done" ? [icon("check", 14)] : state === "failed" ? [icon("warning", 14)] : []),
      );
      why.textContent = text;
      why.hidden = text === "";
    },
  };
}
