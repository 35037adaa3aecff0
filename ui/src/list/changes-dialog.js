/**
 * Shows which tokens have changed since the last look. Whoever closes it has seen them.
 */
/** @import { ListChange, ListChanges, ProjectSummary } from "../../types/ipc" */

import { button, h, uniqueId, userText } from "../shared/dom.js";
import { clockTime, number } from "../shared/format.js";
import { t, tNodes } from "../shared/language.js";
import { createDialog } from "../shared/modal.js";
import { pills, SHORT_ID } from "./row.js";

/** In the order in which they matter. */
export const KINDS = /** @type {const} */ (["raised", "new", "gone", "lowered", "renamed"]);

/**
 * @param {{ project: ProjectSummary, changes: ListChanges, restore: () => void, onSeen: () => void }} options
 */
export function openChanges({ project, changes, restore, onSeen }) {
  const titleId = uniqueId("changes");
  const dialog = createDialog({ className: "dialog wide", labelledBy: titleId, restore, onClose: onSeen });
  const name = userText(project.name);
  const lead =
    changes.since === null
      ? tNodes("changes.leadUnknown", { project: name })
      : tNodes("changes.lead", { project: name, when: clockTime(changes.since) });
  const names = changes.changes.map((change) => change.name);
  const isRepeated = (/** @type {ListChange} */ { name, duplicateName }) =>
    duplicateName || names.indexOf(name) !== names.lastIndexOf(name);
  const seen = button(t("changes.seen"), () => dialog.close(), { class: "button main" });
  dialog.element.append(
    h(
      "div",
      { class: "changed" },
      h("h1", { id: titleId }, t("changes.title")),
      h("p", { class: "lead" }, ...lead),
      ...KINDS.map((kind) => section(kind, changes, isRepeated)),
      h("div", { class: "dialog-actions" }, seen),
    ),
  );
  dialog.open();
  seen.focus({ preventScroll: true });
  // Opening it has brought the button into sight.
  dialog.element.scrollTop = 0;
}

/**
 * The changes of one kind.
 * @param {typeof KINDS[number]} kind
 * @param {ListChanges} changes
 * @param {(change: ListChange) => boolean} isRepeated whether another token has its name
 */
function section(kind, changes, isRepeated) {
  const count = changes[kind];
  if (count === 0) return null;
  const listed = changes.changes.filter((change) => change.kind === kind);
  const headingId = uniqueId("changes");
  const more = count - listed.length;
  return h(
    "section",
    { "aria-labelledby": headingId },
    h("h2", { id: headingId }, t(`changes.${kind}Title`), " ", h("small", {}, number(count))),
    h("ul", {}, ...listed.map((change) => line(change, isRepeated(change)))),
    more > 0 && h("p", { class: "help" }, t("changes.more", { count: more })),
  );
}

/** @param {ListChange} change @param {boolean} withId */
function line({ id, name, previousName, before, hadOthers, after }, withId) {
  const had = before === null ? [] : [...pills(before), ...(hadOthers ? [othersPill()] : [])];
  const has = after === null ? [] : pills(after);
  const isSame = had.map(textOf).join() === has.map(textOf).join();
  const both = had.length > 0 && has.length > 0 && !isSame;
  return h(
    "li",
    {},
    h(
      "span",
      { class: "changed-name" },
      name === "" ? h("span", { class: "nameless" }, t("row.nameless")) : userText(name),
      withId && h("bdi", { class: "short-id", dir: "ltr", title: id }, id.slice(0, SHORT_ID)),
      previousName !== null && h("small", {}, ...tNodes("changes.was", { name: userText(previousName) })),
    ),
    h(
      "span",
      { class: "changed-access" },
      ...(isSame ? [] : had),
      both && h("span", { class: "arrow", "aria-hidden": "true" }, "→"),
      both && h("span", { class: "visually-hidden" }, t("changes.now")),
      ...has,
    ),
  );
}

const textOf = (/** @type {Element} */ { textContent }) => textContent;

/** Permissions of which only is known that they were there. */
const othersPill = () => h("span", { class: "pill unreadable" }, t("changes.others"));
