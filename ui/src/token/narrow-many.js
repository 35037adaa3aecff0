/**
 * Asks before several tokens are narrowed to Read, and then narrows one after the other. Those that cannot be narrowed are listed,
 * too, with the reason.
 */
/** @import { Connection, ProjectSummary, Row } from "../../types/ipc" */

import { button, h } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { beyondRead, hasNoList, listed, narrowing, parted } from "../shared/permissions.js";
import { waitLine } from "../shared/waits.js";
import { whereLine } from "../shared/where.js";
import { narrowToRead } from "./narrow.js";
import { oneByOne, tokenLine } from "./one-by-one.js";

/**
 * @param {{
 *   connection: Connection,
 *   project: ProjectSummary,
 *   rows: readonly Row[],
 *   hidden: Set<string>,
 *   onChanged: (row: Row) => void,
 *   onMissing: (row: Row) => void,
 *   onClosed: (done: { narrowed: number, unsure: number }) => void,
 * }} options `hidden` by the filter; `onChanged` when the list has another version of a token, `onMissing` when it is no longer
 *   on the server; `onClosed` once nothing is in progress any more; `unsure` how many may have been narrowed
 */
export function openNarrowMany({ connection, project, rows, hidden, onChanged, onMissing, onClosed }) {
  const narrowable = rows.filter(({ access }) => narrowing(access) === "narrowable");
  const count = narrowable.length;
  const batch = oneByOne({
    connection,
    rows: narrowable,
    words: {
      title: count === 0 ? t("narrowMany.none") : t("narrowMany.title", { count }),
      going: (count) => t("narrowMany.going", { count }),
      left: (count, all) => t("narrowMany.left", { count, all }),
      done: t("narrowMany.gone"),
      unsure: t("narrowMany.unsure"),
    },
    change,
    onDone: onChanged,
    onDraw: draw,
    onEnd: ({ done, unsure }) => onClosed({ narrowed: done, unsure }),
  });

  /** @param {Row} row @returns {Promise<string | null>} */
  async function change(row) {
    const { result } = await narrowToRead(connection, row).catch((reason) => {
      if (reason.code !== "not_found") throw reason;
      return { result: /** @type {const} */ ("missing") };
    });
    if (result === "narrowed") return null;
    if (result === "missing") onMissing(row);
    else onChanged(row);
    return t(`unchanged.${result}`);
  }

  for (const { row, tell } of batch.lines)
    tell("waiting", withHidden(row, t("narrowMany.loses", { permissions: beyondRead(row.access) })));
  for (const row of rows) {
    const why = narrowing(row.access);
    if (why === "narrowable") continue;
    const line = tokenLine(row, "");
    line.tell("waiting", withHidden(row, t(`unchanged.${why}`)));
    batch.list.append(line.element);
  }

  /** @param {Row} row @param {string} text */
  function withHidden(row, text) {
    return hidden.has(row.id) ? `${text} ${t("revokeMany.isHidden")}.` : text;
  }

  const unseen = rows.filter(({ id }) => hidden.has(id)).length;
  const hiddenNote =
    unseen > 0 && h("p", { class: "note" }, icon("warning"), t("revokeMany.hidden", { count: unseen }));
  const help = h(
    "div",
    { class: "narrow-notes" },
    count > 0 && h("p", {}, t(hasMoreThanEdit(narrowable) ? "narrowMany.backInPart" : "narrowMany.back")),
    hiddenNote,
  );
  const go = button("", batch.run, { class: "button main" });
  const content = h(
    "div",
    { class: "narrow-many" },
    batch.title,
    whereLine(connection, project),
    batch.list,
    help,
    batch.notice,
    batch.progress,
    waitLine(),
    h("div", { class: "dialog-actions" }, batch.cancel, go),
  );

  function draw() {
    content.setAttribute("aria-busy", String(batch.isRunning()));
    help.hidden = batch.isTried();
    const left = batch.countLeft();
    go.hidden = batch.isRunning() || left === 0;
    go.textContent = batch.hasFailed() ? t("action.tryAgain") : t("narrowMany.go", { count: left });
    if (count === 0) batch.cancel.textContent = t("action.close");
  }

  batch.dialog.element.append(content);
  draw();
  batch.dialog.open();
  batch.cancel.focus();
}

/** Whether some have what cannot be given back by editing them. @param {readonly Row[]} rows */
const hasMoreThanEdit = (rows) =>
  rows.some(({ access }) => hasNoList(access) || parted(listed(access)).kept.length > 0);
