/**
 * The tokens that are ticked, wherever in the list they are: how many, and what can be done with all of them at once.
 */
/** @import { Row } from "../../types/ipc" */
import { announce } from "../announce.js";
import { button, h } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../language.js";

/**
 * @param {{ onChange: () => void, onRevoke: () => void }} hooks
 */
export function tickedTokens({ onChange, onRevoke }) {
  /** As the list said of them last. @type {Map<string, Row>} */
  const ticked = new Map();
  const tally = h("span", { class: "tally" });
  const element = h(
    "div",
    { class: "ticked", role: "group", "aria-label": t("ticked.label"), hidden: true },
    tally,
    button(t("action.revoke"), onRevoke, { class: "button small" }),
    button(icon("close"), clear, {
      class: "button icon quiet small",
      "aria-label": t("ticked.clear"),
      title: t("ticked.clear"),
    }),
  );

  function changed() {
    tally.textContent = t("ticked.count", { count: ticked.size });
    element.hidden = ticked.size === 0;
    onChange();
  }

  function changedBySomebody() {
    changed();
    announce(t("ticked.count", { count: ticked.size }));
  }

  function clear() {
    if (ticked.size === 0) return;
    ticked.clear();
    changedBySomebody();
  }

  return {
    element,
    clear,
    count: () => ticked.size,
    has: (/** @type {string} */ id) => ticked.has(id),
    rows: () => [...ticked.values()],
    /** @param {Row} row */
    toggle(row) {
      if (!ticked.delete(row.id)) ticked.set(row.id, row);
      changedBySomebody();
    },
    /** @param {readonly Row[]} rows */
    add(rows) {
      for (const row of rows) ticked.set(row.id, row);
      changedBySomebody();
    },
    /** @param {readonly Row[]} rows */
    remove(rows) {
      for (const { id } of rows) ticked.delete(id);
      changedBySomebody();
    },
    /** One that is gone. @param {string} id */
    drop(id) {
      if (ticked.delete(id)) changed();
    },
    /**
     * The list has changed: they may have other names by now, or be gone.
     * @param {readonly string[]} ids
     * @param {readonly Row[]} rows those of the ids that the list has
     */
    renew(ids, rows) {
      const there = new Map(rows.map((row) => [row.id, row]));
      for (const id of ids) {
        const row = there.get(id);
        if (!row) ticked.delete(id);
        else if (ticked.has(id)) ticked.set(id, row);
      }
      changed();
    },
  };
}
