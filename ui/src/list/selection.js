/**
 * The tokens that are selected, wherever in the list they are: how many, and what can be done with all of them at once.
 */
/** @import { Row } from "../../types/ipc" */
import { announce } from "../shared/announce.js";
import { button, h } from "../shared/dom.js";
import { number } from "../shared/format.js";
import { icon } from "../shared/icons.js";
import { t } from "../shared/language.js";

/**
 * @param {{ onChange: () => void, onRevoke: () => void }} hooks
 */
export function selectedTokens({ onChange, onRevoke }) {
  /** As the list said of them last. @type {Map<string, Row>} */
  const selected = new Map();
  const tally = h("span", { class: "tally" });
  const element = h(
    "div",
    { class: "selection", role: "group", "aria-label": t("selection.label"), hidden: true },
    tally,
    button(t("action.revoke"), onRevoke, { class: "button small" }),
    button(icon("close"), clear, {
      class: "button icon quiet small",
      "aria-label": t("selection.clear"),
      title: t("selection.clear"),
    }),
  );

  /** Those that the filter hides; null while it hides some and nobody knows which. @type {Set<string> | null} */
  let hidden = new Set();

  function words() {
    const count = selected.size;
    if (hidden === null) return t("selection.maybeHidden", { count });
    const unseen = hiddenOnes(hidden);
    return unseen === 0
      ? t("selection.count", { count })
      : t("selection.hidden", { count, hidden: number(unseen) });
  }

  /** @param {Set<string>} ids */
  const hiddenOnes = (ids) => [...selected.keys()].filter((id) => ids.has(id)).length;

  function changed() {
    tally.textContent = words();
    element.hidden = selected.size === 0;
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
    /** @param {Set<string> | null} ids */
    setHidden(ids) {
      hidden = ids;
      const text = words();
      if (selected.size === 0 || tally.textContent === text) return;
      tally.textContent = text;
      if (ids !== null) announce(text);
    },
    /** One that is gone. @param {string} id */
    drop(id) {
      if (selected.delete(id)) changed();
    },
    /**
     * The list has changed: they may have other names by now, or be gone.
     * @param {readonly string[]} ids
     * @param {readonly Row[]} rows those of the ids that the list has
     */
    update(ids, rows) {
      const there = new Map(rows.map((row) => [row.id, row]));
      for (const id of ids) {
        const row = there.get(id);
        if (!row) selected.delete(id);
        else if (selected.has(id)) selected.set(id, row);
      }
      changed();
    },
  };
}
