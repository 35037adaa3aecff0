/**
 * One row of the table. Rows are reused as the list scrolls, so a row is built once and filled many times,
 * and only what changed is touched.
 */
/** @import { Access, Row } from "../../types/ipc" */
import { button, given, h, setAttribute } from "../dom.js";
import { exactTime, maskedValue, relativeTime, shortTail } from "../format.js";
import { icon } from "../icons.js";
import { t } from "../language.js";
import { accessTooltip, inOrder, permissionLabel } from "../permissions.js";

/**
 * @typedef {{ index: number, row: Row | null, selected: boolean, ticked: boolean, tabStop: boolean, now: number }} RowState
 * @typedef {{ element: HTMLElement, fill: (state: RowState) => void }} RowView
 */

/** How much of an id tells tokens of one name apart. */
export const SHORT_ID = 8;

/**
 * @param {{
 *   onCopy: (row: Row) => void,
 *   onMenu: (row: Row, anchor: HTMLElement) => void,
 * }} hooks
 * @returns {RowView}
 */
export function createRow({ onCopy, onMenu }) {
  /** @type {Row | null} */
  let shown = null;
  let blank = true;

  const tick = h("input", { type: "checkbox", tabindex: -1 });
  const name = h("bdi", { class: "given" });
  const id = h("bdi", { class: "short-id", dir: "ltr", hidden: true });
  const access = h("div", { role: "gridcell", class: "cell permissions" });
  const tail = h("bdi", { dir: "ltr" });
  const tailCell = h("div", { role: "gridcell", class: "cell tail" }, tail);
  const time = h("time");
  const copy = button(icon("copy"), () => shown && onCopy(shown), {
    class: "button icon quiet",
    tabindex: -1,
  });
  const more = button(icon("more"), () => shown && onMenu(shown, more), {
    class: "button icon quiet",
    tabindex: -1,
    "aria-haspopup": "menu",
    "aria-expanded": "false",
  });
  const element = h(
    "div",
    { role: "row", class: "row" },
    h("div", { role: "gridcell", class: "cell tick" }, tick),
    h("div", { role: "gridcell", class: "cell name" }, name, id),
    access,
    tailCell,
    h("div", { role: "gridcell", class: "cell created" }, time),
    h("div", { role: "gridcell", class: "cell actions" }, copy, more),
  );

  return {
    element,
    fill({ index, row, selected, ticked, tabStop, now }) {
      element.setAttribute("aria-rowindex", String(index + 2));
      element.setAttribute("aria-selected", String(ticked));
      setAttribute(element, "aria-current", selected ? "true" : null);
      element.tabIndex = tabStop ? 0 : -1;
      copy.tabIndex = tabStop && row ? 0 : -1;
      more.tabIndex = copy.tabIndex;
      tick.tabIndex = copy.tabIndex;
      tick.checked = ticked;
      if (row !== shown || blank) {
        blank = row === null;
        element.classList.toggle("blank", blank);
        tick.hidden = blank;
        copy.hidden = blank;
        more.hidden = blank;
        const unseen = row !== null && isUnseen(row.name);
        name.textContent = unseen ? t("row.nameless") : (row?.name ?? "");
        name.classList.toggle("nameless", unseen);
        name.title = row?.name ?? "";
        id.hidden = !row?.repeatedName;
        id.textContent = row?.repeatedName ? row.id.slice(0, SHORT_ID) : "";
        id.title = row?.id ?? "";
        access.replaceChildren(...(row ? pills(row.access) : []));
        access.title = row ? accessTooltip(row.access) : "";
        tail.textContent = row ? shortTail(row.tail) : "";
        tailCell.classList.toggle("hidden-tail", row?.tail === null);
        time.title = row ? exactTime(row.createdAt) : "";
        tick.setAttribute("aria-label", t("ticked.row", { name: row ? nameOf(row) : "" }));
        copy.setAttribute("aria-label", t("row.copy", { name: row ? nameOf(row) : "" }));
        more.setAttribute("aria-label", t("action.moreFor", { name: row ? nameOf(row) : "" }));
        more.title = t("action.more");
        copy.title = t("action.copy");
        shown = row;
      }
      const when = row ? relativeTime(row.createdAt, now) : "";
      if (time.textContent !== when) time.textContent = when;
    },
  };
}

/** Whether a name has nothing in it that could be seen. @param {string} name */
const isUnseen = (name) => /^[\s\p{C}\p{Default_Ignorable_Code_Point}]*$/u.test(name);

/**
 * As a control is named after it: with the id where the name alone would not tell.
 * @param {Row} row
 */
export const nameOf = ({ name, id, repeatedName }) =>
  repeatedName ? t("row.nameWithId", { name, id: id.slice(0, SHORT_ID) }) : name;

/**
 * A token's name as a sentence shows it, likewise.
 * @param {Row} row
 */
export const named = ({ name, id, repeatedName }) =>
  h(
    "span",
    {},
    given(name),
    repeatedName && h("bdi", { class: "short-id", dir: "ltr", title: id }, id.slice(0, SHORT_ID)),
  );

/**
 * A value of which only the end is known, for those who see it and for those who hear it.
 * @param {string | null} tail
 */
export const masked = (tail) => [
  h("span", { "aria-hidden": "true" }, maskedValue(tail)),
  h("span", { class: "unseen" }, tail === null ? t("created.hidden") : t("created.hiddenEndsIn", { tail })),
];

/**
 * @param {Access} access
 * @returns {HTMLElement[]}
 */
export function pills(access) {
  switch (access.kind) {
    case "full":
      return [fullAccessPill(), ...access.others.map(plainPill)];
    case "some":
      return inOrder(access.permissions).map(plainPill);
    case "unreadable":
      return [h("span", { class: "pill unreadable" }, t("row.unreadable"))];
  }
}

/** @param {string} permission */
const plainPill = (permission) => h("bdi", { class: "pill" }, permissionLabel(permission));

export function fullAccessPill() {
  return h(
    "span",
    { class: "pill full" },
    h("span", { class: "triangle", "aria-hidden": "true" }, "▲"),
    t("preset.full"),
  );
}
