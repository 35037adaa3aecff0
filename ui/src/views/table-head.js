/**
 * The headers of the table: what each column is, and which one the order comes from.
 */
/** @import { SortKey, View } from "../../types/ipc" */
import { button, h } from "../dom.js";
import { icon } from "../icons.js";

/** @type {readonly [string, string, SortKey | null][]} */
const COLUMNS = [
  ["name", "Name", "name"],
  ["permissions", "Permissions", null],
  ["tail", "Token", null],
  ["created", "Created", "created"],
];

/**
 * @param {(sort: SortKey) => void} onSort
 */
export function tableHead(onSort) {
  /** @type {Map<SortKey, HTMLElement>} */
  const sorted = new Map();
  const row = h("div", { role: "row", class: "row", "aria-rowindex": 1 });
  for (const [className, label, sort] of COLUMNS) {
    const cell = h("div", { role: "columnheader", class: `cell ${className}` });
    if (sort) {
      cell.append(button(label, () => onSort(sort), { class: "button sort" }));
      cell.firstElementChild?.append(icon("up", 12));
      sorted.set(sort, cell);
    } else {
      cell.append(label);
    }
    row.append(cell);
  }
  row.append(
    h("div", { role: "columnheader", class: "cell actions" }, h("span", { class: "unseen" }, "Actions")),
  );
  return {
    element: h("div", { role: "rowgroup", class: "head" }, row),
    /** @param {View} view */
    show({ sort, descending }) {
      for (const [key, cell] of sorted) {
        cell.setAttribute("aria-sort", key === sort ? (descending ? "descending" : "ascending") : "none");
      }
    },
  };
}
