/**
 * The tokens that are selected, wherever in the list they are: how many, and what can be done with all of them at once.
 */
/** @import { FoundRows, Row } from "../../types/ipc" */
import { announce } from "../shared/announce.js";
import { button, h } from "../shared/dom.js";
import { number } from "../shared/format.js";
import { icon } from "../shared/icons.js";
import { t } from "../shared/language.js";

/**
 * @param {{ onChange: () => void, onNarrow: () => void, onRevoke: () => void }} hooks
 */
export function selectedTokens({ onChange, onNarrow, onRevoke }) {
  /** As the list said of them last. @type {Map<string, Row>} */
  const selected = new Map();
  const tally = h("span", { class: "tally" });
  const element = h(
    "div",
    { class: "selection", role: "group", "aria-label": t("selection.label"), hidden: true },
    tally,
    button(t("action.narrow"), onNarrow, { class: "button small" }),
    button(t("action.revoke"), onRevoke, { class: "button small destructive" }),
    button(icon("close"), clear, {
      class: "button icon quiet small",
      "aria-label": t("selection.clear"),
      title: t("selection.clear"),
    }),
  );

  /** The ids of those that the filter hides. @type {Set<string>} */
  let hidden = new Set();

  function words() {
    const count = selected.size;
    const unseen = [...selected.keys()].filter((id) => hidden.has(id)).length;
    return unseen === 0
      ? t("selection.count", { count })
      : t("selection.hidden", { count, hidden: number(unseen) });
  }

  function drawBar() {
    tally.textContent = selected.size === 0 ? "" : words();
    element.hidden = selected.size === 0;
  }

  function changed() {
    drawBar();
    onChange();
  }

  function changedBySomebody() {
    changed();
    announce(words());
  }

  function clear() {
    if (selected.size === 0) return;
    selected.clear();
    changedBySomebody();
  }

  return {
    element,
    clear,
    count: () => selected.size,
    has: (/** @type {string} */ id) => selected.has(id),
    rows: () => [...selected.values()],
    /** @param {Row} row */
    toggle(row) {
      if (!selected.delete(row.id)) selected.set(row.id, row);
      changedBySomebody();
    },
    /** @param {readonly Row[]} rows */
    add(rows) {
      for (const row of rows) selected.set(row.id, row);
      changedBySomebody();
    },
    /** @param {readonly Row[]} rows */
    remove(rows) {
      for (const { id } of rows) selected.delete(id);
      changedBySomebody();
    },
    hidden: () => hidden,
    /** Nothing is hidden any more. */
    unhide() {
      hidden = new Set();
      drawBar();
    },
    /** One that is gone. @param {string} id */
    drop(id) {
      if (selected.delete(id)) changed();
    },
    /**
     * The list or the filter has changed: they may have other names by now, be gone, or be hidden.
     * @param {readonly string[]} ids
     * @param {FoundRows} found those of the ids that the list has
     * @param {boolean} whole whether the others are gone, and not only to come
     */
    update(ids, found, whole) {
      const before = tally.textContent;
      const count = selected.size;
      const there = new Map(found.rows.map((row) => [row.id, row]));
      hidden = new Set(found.hidden);
      for (const id of ids) {
        const row = there.get(id);
        if (!row && whole) selected.delete(id);
        else if (row && selected.has(id)) selected.set(id, row);
      }
      drawBar();
      // Rows show whether they are selected, and nothing else of this.
      if (selected.size !== count) onChange();
      if (selected.size > 0 && tally.textContent !== before) announce(words());
    },
  };
}
