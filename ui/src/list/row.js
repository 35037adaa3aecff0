/**
 * One row of the table. Rows are reused as the list scrolls, so a row is built once and filled many times,
 * and only what changed is touched.
 */
/** @import { RowAccess, Row } from "../../types/ipc" */
import { find, h, nameNodes, setAttribute, userText } from "../shared/dom.js";
import { exactTime, maskedValue, relativeTime, shortSuffix } from "../shared/format.js";
import { icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { plainName } from "../shared/names.js";
import { accessTooltip, inOrder, permissionLabel } from "../shared/permissions.js";

/**
 * @typedef {{ index: number, row: Row | null, current: boolean, selected: boolean, copying: boolean, pairMark: string | null, tabStop: boolean, now: number }} RowState
 * @typedef {{ element: HTMLElement, fill: (state: RowState) => void }} RowView
 */

/** How much of an id tells tokens of one name apart. */
export const SHORT_ID = 8;

/** Copying a row is faster than building another one. @type {HTMLElement | null} */
let original = null;

function blankRow() {
  const gridcell = (/** @type {string} */ name, /** @type {Node[]} */ ...content) =>
    h("div", { role: "gridcell", class: `cell ${name}` }, ...content);
  const iconButton = (/** @type {string} */ name, /** @type {SVGElement} */ image) =>
    h("button", { type: "button", class: `button icon quiet ${name}`, tabindex: -1 }, image);
  const more = iconButton("more-button", icon("more"));
  more.setAttribute("aria-haspopup", "menu");
  return h(
    "div",
    { role: "row", class: "row" },
    gridcell("checkbox", h("input", { type: "checkbox", tabindex: -1 })),
    gridcell(
      "name",
      h("bdi", { class: "user-text" }),
      h("bdi", { class: "short-id", dir: "ltr", hidden: true }),
      h("span", { class: "pair", hidden: true }, icon("swap", 14), h("span", { class: "visually-hidden" })),
    ),
    gridcell("permissions"),
    gridcell("suffix", h("bdi", { dir: "ltr" })),
    gridcell("created", h("time")),
    gridcell("actions", iconButton("copy-button", icon("copy")), more),
  );
}

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

  original ??= blankRow();
  const element = document.importNode(original, true);
  const part = (/** @type {string} */ selector) => find(element, selector, HTMLElement);
  const checkbox = find(element, "input", HTMLInputElement);
  const name = part(".name .user-text");
  const id = part(".short-id");
  const pair = part(".pair");
  const pairText = part(".pair > span");
  const access = part(".permissions");
  const suffixCell = part(".suffix");
  const suffix = part(".suffix bdi");
  const time = part("time");
  const copy = part(".copy-button");
  const more = part(".more-button");
  copy.addEventListener("click", () => shown && onCopy(shown));
  more.addEventListener("click", () => shown && onMenu(shown, more));

  // Formatting exact dates takes memory, so it waits until the pointer is over the row.
  element.addEventListener("pointerover", () => {
    if (shown && time.title === "") time.title = exactTime(shown.createdAt);
  });

  return {
    element,
    fill({ index, row, current, selected, copying, pairMark, tabStop, now }) {
      element.setAttribute("aria-rowindex", String(index + 2));
      element.setAttribute("aria-selected", String(selected));
      setAttribute(element, "aria-current", current ? "true" : null);
      setAttribute(element, "aria-busy", copying ? "true" : null);
      copy.classList.toggle("copying", copying);
      element.tabIndex = tabStop ? 0 : -1;
      copy.tabIndex = tabStop && row ? 0 : -1;
      more.tabIndex = copy.tabIndex;
      checkbox.tabIndex = copy.tabIndex;
      checkbox.checked = selected;
      if (row !== shown || blank) {
        blank = row === null;
        element.classList.toggle("blank", blank);
        checkbox.hidden = blank;
        copy.hidden = blank;
        more.hidden = blank;
        const nameless = row?.name === "";
        name.replaceChildren(...(nameless ? [t("row.nameless")] : nameNodes(row?.name ?? "")));
        name.classList.toggle("nameless", nameless);
        name.title = plainName(row?.name ?? "");
        id.hidden = !row?.duplicateName;
        id.textContent = row?.duplicateName ? row.id.slice(0, SHORT_ID) : "";
        id.title = row?.id ?? "";
        access.replaceChildren(...(row ? pills(row.access) : []));
        access.title = row ? accessTooltip(row.access) : "";
        suffix.textContent = row ? shortSuffix(row.suffix) : "";
        suffixCell.classList.toggle("hidden-suffix", row?.suffix === null);
        time.title = "";
        checkbox.setAttribute("aria-label", t("selection.row", { name: row ? nameOf(row) : "" }));
        copy.setAttribute("aria-label", t("row.copy", { name: row ? nameOf(row) : "" }));
        more.setAttribute("aria-label", t("action.moreFor", { name: row ? nameOf(row) : "" }));
        more.title = t("action.more");
        copy.title = t("action.copy");
        more.setAttribute("aria-expanded", "false");
        shown = row;
      }
      if (pair.title !== (pairMark ?? "")) {
        pair.hidden = pairMark === null;
        pair.title = pairMark ?? "";
        pairText.textContent = pairMark ?? "";
      }
      const when = row ? relativeTime(row.createdAt, now) : "";
      if (time.textContent !== when) time.textContent = when;
    },
  };
}

/**
 * As a control is named after it: with the id where the name alone would not tell.
 * @param {Row} row
 */
export const nameOf = ({ name, id, duplicateName }) =>
  duplicateName ? t("row.nameWithId", { name: plainName(name), id: id.slice(0, SHORT_ID) }) : plainName(name);

/**
 * A token's name as a sentence shows it, likewise.
 * @param {Row} row
 */
export const named = ({ name, id, duplicateName }) =>
  h(
    "span",
    {},
    userText(name),
    duplicateName && h("bdi", { class: "short-id", dir: "ltr", title: id }, id.slice(0, SHORT_ID)),
  );

/**
 * A value of which only the end is known, for those who see it and for those who hear it.
 * @param {string | null} suffix
 */
export const masked = (suffix) => [
  h("span", { "aria-hidden": "true" }, maskedValue(suffix)),
  h(
    "span",
    { class: "visually-hidden" },
    suffix === null ? t("created.hidden") : t("created.hiddenEndsIn", { suffix }),
  ),
];

/**
 * @param {RowAccess} access
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
