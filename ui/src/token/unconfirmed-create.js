/**
 * What the create dialog turns into once the answer to a create is lost: looking on the server, and what was
 * found there. Nothing is sent from here unless a person asks for it.
 */
/** @import { ConfirmProgress, Connection, Problem, Row } from "../../types/ipc" */

import { copyToken } from "../ipc.js";
import { nameOf, pills, SHORT_ID } from "../list/row.js";
import { button, h, userText } from "../shared/dom.js";
import { asProblem, detailOf, oneLine, wordsFor } from "../shared/errors.js";
import { relativeTime, shortSuffix } from "../shared/format.js";
import { t } from "../shared/language.js";
import { changeBanner } from "../shared/notices.js";
import { isStopped } from "../shared/problems.js";
import { serverNow } from "../shared/server-clock.js";
import { waitLine } from "../shared/waits.js";
import { whileSignedIn } from "../sign-in/sign-in.js";
import { copyReport, pendingCopy } from "./copy-and-close.js";

/**
 * @param {{
 *   titleId: string,
 *   where: Node,
 *   onCheck: () => void,
 *   onCreate: () => void,
 *   onClose: () => void,
 * }} options `where` names the project and the server
 */
export function unconfirmedContent({ titleId, where, onCheck, onCreate, onClose }) {
  const title = h("h1", { id: titleId }, t("action.newToken"));
  const name = h("p", { class: "lead" });
  const say = h("p", { class: "unconfirmed-words", role: "status" });
  const more = h("div", { class: "unconfirmed-more" });
  const actions = h("div", { class: "dialog-actions" });
  const element = h("div", { class: "unconfirmed" }, title, where, name, say, more, waitLine(), actions);

  /**
   * @param {string} words
   * @param {Node[]} content
   * @param {...HTMLButtonElement} buttons the last one has the focus
   */
  function show(words, content, ...buttons) {
    say.textContent = words;
    say.classList.remove("busy");
    more.replaceChildren(...content);
    actions.replaceChildren(...buttons);
    buttons.at(-1)?.focus();
  }

  /** @param {string} words what is being done */
  function working(words) {
    if (!say.classList.contains("busy")) show(words, [], button(t("action.cancel"), onClose));
    say.classList.add("busy");
    say.textContent = words;
  }

  const close = () => button(t("action.close"), onClose);
  const check = () => button(t("unconfirmed.check"), onCheck, { class: "button main" });

  return {
    element,
    /** @param {string} text */
    setName(text) {
      if (name.textContent !== text) name.replaceChildren(userText(text));
    },
    /** It is sent again, because somebody said so. */
    creating: () => working(t("create.creating")),
    /** @param {ConfirmProgress | null} checking */
    looking(checking) {
      const count = checking === null ? "" : ` ${t("unconfirmed.attempt", checking)}`;
      working(`${t("unconfirmed.looking")}${count}`);
    },
    /** @param {Problem | null} problem how it failed, if it was sent just now */
    notFound(problem) {
      const reason = problem && h("p", { class: "note" }, whatFailed(problem));
      show(
        t("unconfirmed.notFound"),
        [...(reason ? [reason] : []), h("p", { class: "note" }, t("unconfirmed.second"))],
        close(),
        button(t("unconfirmed.again"), onCreate),
        check(),
      );
    },
    /**
     * @param {Connection} connection
     * @param {Row[]} rows
     */
    several(connection, rows) {
      show(
        t("unconfirmed.several"),
        [
          h("p", { class: "note" }, t("unconfirmed.severalText")),
          h("ul", { class: "several" }, ...rows.map((row) => h("li", {}, oneOfSeveral(connection, row)))),
        ],
        button(t("action.close"), onClose, { class: "button main" }),
      );
    },
    /** @param {Problem} problem */
    unknown(problem) {
      show(t("unconfirmed.unknown"), isStopped(problem) ? [] : [changeBanner(problem)], close(), check());
    },
  };
}

/** The status and the server's own words. @param {Problem} problem */
function whatFailed(problem) {
  const detail = detailOf(problem);
  const { title } = wordsFor(problem, "changing");
  return detail === null ? title : `${title} ${t("error.detail", { detail })}`;
}

/**
 * @param {Connection} connection
 * @param {Row} row
 */
function oneOfSeveral(connection, row) {
  const error = h("small", { class: "inline-error", role: "alert", hidden: true });
  const name = nameOf({ ...row, duplicateName: true });
  let busy = false;
  const copy = button(
    t("copy.copy"),
    async () => {
      if (busy) return;
      busy = true;
      error.hidden = true;
      const { report, isLatest } = copyReport(row.name);
      const isOver = pendingCopy(copy);
      try {
        const { clearsAfterSeconds } = await whileSignedIn(
          connection,
          () => copyToken({ connection: connection.id, id: row.id }),
          isLatest,
        );
        isOver();
        copy.textContent = t("copy.copied");
        copy.setAttribute("aria-label", t("row.copied", { name }));
        report(clearsAfterSeconds);
      } catch (reason) {
        isOver();
        const problem = asProblem(reason);
        if (isStopped(problem)) return;
        error.textContent = `${t("copy.failed")} ${oneLine(problem)}`;
        error.hidden = false;
      } finally {
        busy = false;
      }
    },
    { class: "button small", "aria-label": t("row.copy", { name }) },
  );
  return h(
    "div",
    { class: "one-of-several" },
    h(
      "div",
      { class: "one-text" },
      h(
        "span",
        {},
        userText(row.name),
        " ",
        h("bdi", { class: "short-id", dir: "ltr", title: row.id }, row.id.slice(0, SHORT_ID)),
      ),
      h("span", { class: "permissions" }, ...pills(row.access)),
      h(
        "small",
        {},
        h("bdi", { dir: "ltr", class: "mono" }, shortSuffix(row.suffix)),
        " · ",
        h("time", {}, relativeTime(row.createdAt, serverNow(connection))),
      ),
      error,
    ),
    copy,
  );
}
