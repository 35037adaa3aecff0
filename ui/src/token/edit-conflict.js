/**
 * Someone else changed a token while it was being edited: both versions side by side, and the choice between
 * them. Nothing has been sent yet.
 */
/** @import { RowAccess, Row } from "../../types/ipc" */

import { pills } from "../list/row.js";
import { button, h, userText } from "../shared/dom.js";
import { t } from "../shared/language.js";

/**
 * @param {{
 *   titleId: string,
 *   where: Node,
 *   theirs: Row,
 *   mine: { name: string | null, access: RowAccess | null },
 *   differs: boolean,
 *   onTake: () => void,
 *   onSave: () => void,
 * }} options `where` names the project and the server; `mine` is what the person has changed, null for what they have not; `differs` is whether that is not what it is already
 */
export function bothVersions({ titleId, where, theirs, mine, differs, onTake, onSave }) {
  const take = button(differs ? t("conflict.keepTheirs") : t("action.close"), onTake, {
    class: differs ? "button" : "button main",
  });
  const actions = [take];
  // What cannot be read cannot be written over either.
  if (differs && theirs.access.kind !== "unreadable") {
    actions.push(button(t("conflict.saveMine"), onSave, { class: "button main" }));
  }
  const element = h(
    "div",
    { class: "conflict" },
    h("h1", { id: titleId }, t("conflict.title")),
    where,
    h("p", { class: "lead" }, differs ? t("conflict.text") : t("conflict.same")),
    h(
      "table",
      { class: "versions" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("td", {}),
          differs && h("th", { scope: "col" }, t("conflict.mine")),
          h("th", { scope: "col" }, t("conflict.theirs")),
        ),
      ),
      h(
        "tbody",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "row" }, t("fact.name")),
          differs && h("td", {}, mine.name === null ? unchanged() : userText(mine.name)),
          h("td", {}, userText(theirs.name)),
        ),
        h(
          "tr",
          {},
          h("th", { scope: "row" }, t("fact.permissions")),
          differs && h("td", {}, ...(mine.access === null ? [unchanged()] : may(mine.access))),
          h("td", {}, ...may(theirs.access)),
        ),
      ),
    ),
    h("div", { class: "dialog-actions" }, ...actions),
  );
  return { element, focus: () => take.focus() };
}

const unchanged = () => h("span", { class: "untouched" }, t("conflict.unchanged"));

/** @param {RowAccess} access */
function may(access) {
  const shown = pills(access);
  if (access.kind === "full" && !access.named) shown.push(h("small", {}, t("can.everything")));
  return shown;
}
