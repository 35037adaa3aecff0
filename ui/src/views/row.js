/**
 * One row of the table. Rows are reused as the list scrolls, so a row is built once and filled many times,
 * and only what changed is touched.
 */
/** @import { Access, Row } from "../../types/ipc" */
import { button, h } from "../dom.js";
import { exactTime, relativeTime, shortTail, timeLanguage } from "../format.js";
import { icon } from "../icons.js";
import { accessTooltip, inOrder, permissionLabel } from "../permissions.js";

/**
 * @typedef {{ index: number, row: Row | null, selected: boolean, tabStop: boolean, now: number }} RowState
 * @typedef {{ element: HTMLElement, fill: (state: RowState) => void }} RowView
 */

/**
 * @param {(row: Row) => void} onCopy
 * @returns {RowView}
 */
export function createRow(onCopy) {
  /** @type {Row | null} */
  let shown = null;
  let blank = true;

  const name = h("bdi", { class: "given" });
  const access = h("div", { role: "gridcell", class: "cell permissions" });
  const tail = h("bdi", { dir: "ltr" });
  const tailCell = h("div", { role: "gridcell", class: "cell tail" }, tail);
  const time = h("time", { lang: timeLanguage, dir: "auto" });
  const copy = button(icon("copy"), () => shown && onCopy(shown), {
    class: "button icon quiet",
    tabindex: -1,
  });
  const element = h(
    "div",
    { role: "row", class: "row" },
    h("div", { role: "gridcell", class: "cell name" }, name),
    access,
    tailCell,
    h("div", { role: "gridcell", class: "cell created" }, time),
    h("div", { role: "gridcell", class: "cell actions" }, copy),
  );

  return {
    element,
    fill({ index, row, selected, tabStop, now }) {
      element.setAttribute("aria-rowindex", String(index + 2));
      element.setAttribute("aria-selected", String(selected));
      element.tabIndex = tabStop ? 0 : -1;
      copy.tabIndex = tabStop && row ? 0 : -1;
      if (row !== shown || blank) {
        blank = row === null;
        element.classList.toggle("blank", blank);
        copy.hidden = blank;
        name.textContent = row?.name ?? "";
        name.title = row?.name ?? "";
        access.replaceChildren(...(row ? pills(row.access) : []));
        access.title = row ? accessTooltip(row.access) : "";
        tail.textContent = row ? shortTail(row.tail) : "";
        tailCell.classList.toggle("hidden-tail", row?.tail === null);
        time.title = row ? exactTime(row.createdAt) : "";
        copy.setAttribute("aria-label", `Copy token ${row?.name ?? ""}`);
        copy.title = "Copy token";
        shown = row;
      }
      const when = row ? relativeTime(row.createdAt, now) : "";
      if (time.textContent !== when) time.textContent = when;
    },
  };
}

/**
 * @param {Access} access
 * @returns {HTMLElement[]}
 */
export function pills(access) {
  switch (access.kind) {
    case "full":
      return [fullAccessPill()];
    case "some":
      return inOrder(access.permissions).map((permission) =>
        h("bdi", { class: "pill" }, permissionLabel(permission)),
      );
    case "unreadable":
      return [h("span", { class: "pill unreadable" }, "unreadable")];
  }
}

export function fullAccessPill() {
  return h(
    "span",
    { class: "pill full" },
    h("span", { class: "triangle", "aria-hidden": "true" }, "▲"),
    "Full access",
  );
}
