/**
 * Asks before several tokens are taken away for good, and then takes away one after the other. Where they are many, or a lot may
 * depend on one of them, their number has to be typed first.
 */
/** @import { Connection, ProjectSummary, Row } from "../../types/ipc" */

import { deleteToken } from "../ipc.js";
import { button, h } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { waitLine } from "../shared/waits.js";
import { whereLine } from "../shared/where.js";
import { oneByOne } from "./one-by-one.js";
import { effectFactsOfMany } from "./revoke-effects.js";
import { typedConfirmation } from "./typed-confirmation.js";

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
  const batch = oneByOne({
    connection,
    rows,
    words: {
      title: t("revokeMany.title", { count: rows.length }),
      going: (count) => t("revokeMany.going", { count }),
      left: (count, all) => t("revokeMany.left", { count, all }),
      done: t("revokeMany.gone"),
      unsure: t("revokeMany.unsure"),
    },
    async change({ id }) {
      await deleteToken({ connection: connection.id, id });
      return null;
    },
    onDone: onRevoked,
    onDraw: draw,
    onEnd: ({ done, unsure }) => onClosed({ revoked: done, unsure }),
  });
  for (const { row, tell } of batch.lines) if (hidden.has(row.id)) tell(null, t("revokeMany.isHidden"));
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
    h("dl", { class: "facts" }, ...effectFactsOfMany()),
    h("p", { class: "note" }, icon("warning"), t("revoke.warning")),
  );
  const go = button("", start, { class: "button danger" });
  const confirmation = typedConfirmation({ connection, rows, go, onEnter: start });
  const content = h(
    "div",
    { class: "revoke-many" },
    batch.title,
    whereLine(connection, project),
    batch.list,
    hiddenNote,
    warning,
    confirmation?.element,
    batch.notice,
    batch.progress,
    waitLine(),
    h("div", { class: "dialog-actions" }, confirmation?.why, batch.cancel, go),
  );

  function start() {
    // What is left of those that were confirmed is not asked about again.
    if (!batch.isTried() && confirmation && !confirmation.isTyped()) confirmation.insist();
    else batch.run();
  }

  function draw() {
    content.setAttribute("aria-busy", String(batch.isRunning()));
    warning.hidden = batch.isTried();
    if (confirmation) confirmation.element.hidden = batch.isTried();
    if (batch.isTried()) hiddenNote.hidden = true;
    go.hidden = batch.isRunning();
    go.textContent = batch.hasFailed()
      ? t("action.tryAgain")
      : t("revokeMany.go", { count: batch.countLeft() });
  }

  batch.dialog.element.append(content);
  draw();
  batch.dialog.open();
  (confirmation ?? batch.cancel).focus();
}
