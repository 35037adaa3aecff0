/**
 * What the create dialog turns into once the server has made the token: what it is, what it may do, and the
 * one thing to do next, which is to copy it. The value itself stays in Rust; only its end is shown.
 */
/** @import { Connection, ProjectSummary, Row } from "../../types/ipc" */

import { masked, named, pills } from "../list/row.js";
import { announce } from "../shared/announce.js";
import { button, h, userText } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { t, tNodes } from "../shared/language.js";
import { plainName } from "../shared/names.js";
import { accessSentence, isGranted } from "../shared/permissions.js";
import { copyAndClose } from "./copy-and-close.js";
import { snippetChoice } from "./snippet.js";

/**
 * @param {{
 *   connection: Connection,
 *   project: ProjectSummary,
 *   row: Row,
 *   found: boolean,
 *   titleId: string,
 *   asked: readonly string[],
 *   replaced: Row | null,
 *   onClose: () => void,
 * }} options `found` when the server's response was lost and the token found by looking; `asked` are the
 *   permissions that were sent; `replaced` is the token that it is to take the place of
 */
export function createdContent({ connection, project, row, found, titleId, asked, replaced, onClose }) {
  let copied = false;
  let warned = false;
  let meant = false;
  const choice = snippetChoice({
    connection,
    project,
    row,
    startsAlone: true,
    onChange: () => copy.tell(null),
  });
  const copy = copyAndClose({
    connection,
    row,
    snippet: choice.request,
    onCopied() {
      copied = true;
      onClose();
    },
  });
  const close = button(t("action.close"), onClose);
  const element = h(
    "div",
    { class: "created" },
    h(
      "div",
      { class: "created-head" },
      h("span", { class: "created-check" }, icon("check", 20)),
      h(
        "div",
        { class: "created-title" },
        h("h1", { id: titleId }, t("created.title")),
        h("p", {}, userText(row.name)),
      ),
    ),
    found && h("p", { class: "found" }, t("created.found")),
    !isGranted(row.access, asked) && h("p", { class: "found", role: "alert" }, t("created.differs")),
    h(
      "dl",
      { class: "facts" },
      h("dt", {}, t("fact.permissions")),
      h(
        "dd",
        {},
        h("span", { class: "permissions" }, ...pills(row.access)),
        h("span", { class: "does" }, accessSentence(row.access)),
      ),
      h("dt", {}, t("fact.value")),
      h("dd", {}, h("span", { class: "masked" }, ...masked(row.suffix))),
    ),
    choice.element,
    h("p", { class: "note" }, t("created.copyNow")),
    replaced && h("p", { class: "note" }, h("span", {}, ...tNodes("rotate.next", { name: named(replaced) }))),
    copy.error,
    h("div", { class: "dialog-actions" }, close, copy.button),
  );
  element.addEventListener("keydown", copy.byKey);
  return {
    element,
    /** Whether it was copied, or somebody means to go on without. */
    isSettled: () => copied || meant,
    /** The dialog has closed. */
    stop: choice.stop,
    /** Once it has been asked, yes: whoever goes on means it. */
    mayClose() {
      meant = warned;
      if (copied || meant) return true;
      warned = true;
      copy.tell(t("created.notCopied"));
      close.textContent = t("created.closeAnyway");
      copy.button.focus();
      return false;
    },
    focus() {
      copy.button.focus();
      announce(t("created.news", { name: plainName(row.name) }));
    },
  };
}
