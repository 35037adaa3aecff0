/**
 * The headers of the table: what each column is, which one the order comes from, and all rows selected at once.
 */
/** @import { SortKey, View } from "../../types/ipc" */
/** @import { Key } from "../../types/words" */
import { button, h } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { withKey } from "../shared/keys.js";
import { t } from "../shared/language.js";

/** The class, the title, and what a press on it sorts by. @satisfies {readonly [string, Key, SortKey | null][]} */
const COLUMNS = /** @type {const} */ ([
  ["name", "fact.name", "name"],
  ["permissions", "table.permissions", null],
  ["suffix", "fact.token", null],
  ["created", "fact.created", "created"],
]);

/**
 * @param {{ onSort: (sort: SortKey) => void, onSelectAll: () => void }} hooks
 */
export function tableHead({ onSort, onSelectAll }) {
  /** @type {Map<SortKey, HTMLElement>} */
  const sorted = new Map();
  const checkbox = h("input", {
    type: "checkbox",
    "aria-label": t("selection.all"),
    title: withKey(t("selection.all"), "A"),
  });
  checkbox.addEventListener("click", onSelectAll);
  const row = h(
    "div",
    { role: "row", class: "row", "aria-rowindex": 1 },
    h("div", { role: "columnheader", class: "cell checkbox" }, checkbox),
  );
  for (const [className, title, sort] of COLUMNS) {
    const cell = h("div", { role: "columnheader", class: `cell ${className}` });
    if (sort) {
      cell.append(button(t(title), () => onSort(sort), { class: "button sort" }));
      cell.firstElementChild?.append(icon("up", 12));
      sorted.set(sort, cell);
    } else {
      cell.append(t(title));
    }
    row.append(cell);
  }
  row.append(
    h(
      "div",
      { role: "columnheader", class: "cell actions" },
      h("span", { class: "visually-hidden" }, t("table.actions")),
    ),
  );
  return {
    element: h("div", { role: "rowgroup", class: "head" }, row),
    /** @param {boolean} some @param {boolean} all */
    showSelected(some, all) {
      checkbox.checked = all;
      checkbox.indeterminate = some && !all;
    },
    /** @param {View} view */
    show({ sort, descending }) {
      for (const [key, cell] of sorted) {
        cell.setAttribute("aria-sort", key === sort ? (descending ? "descending" : "ascending") : "none");
      }
    },
  };
}
