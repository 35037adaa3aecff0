/**
 * Copies an existing token in a snippet.
 */
/** @import { Connection, ProjectSummary, Row } from "../../types/ipc" */

import { named, pills } from "../list/row.js";
import { button, h, uniqueId } from "../shared/dom.js";
import { t } from "../shared/language.js";
import { createDialog } from "../shared/modal.js";
import { copyAndClose } from "./copy-and-close.js";
import { snippetChoice } from "./snippet.js";

/**
 * @param {{ connection: Connection, project: ProjectSummary, row: Row, restore: () => void }} options
 */
export function openCopyAs({ connection, project, row, restore }) {
  const titleId = uniqueId("copy-as");
  const dialog = createDialog({
    className: "dialog",
    labelledBy: titleId,
    closeOnBackdrop: true,
    restore,
    onClose: () => choice.stop(),
  });
  const choice = snippetChoice({
    connection,
    project,
    row,
    startsAlone: false,
    onChange: () => copy.tell(null),
  });
  const copy = copyAndClose({
    connection,
    row,
    snippet: choice.request,
    onCopied: () => dialog.close(),
  });
  const content = h(
    "div",
    { class: "copy-as" },
    h("h1", { id: titleId }, t("snippet.title")),
    h("p", { class: "lead" }, named(row)),
    h("p", { class: "permissions" }, ...pills(row.access)),
    choice.element,
    copy.error,
    h(
      "div",
      { class: "dialog-actions" },
      button(t("action.close"), () => dialog.close()),
      copy.button,
    ),
  );
  content.addEventListener("keydown", copy.byKey);
  dialog.element.append(content);
  dialog.open();
  choice.focus();
}
