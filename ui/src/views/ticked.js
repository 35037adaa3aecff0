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
    const news = t("ticked.count", { count: ticked.size });
    tally.textContent = news;
    element.hidden = ticked.size === 0;
    announce(news);
    onChange();
  }

  function clear() {
    if (ticked.size === 0) return;
    ticked.clear();
    changed();
  }

  return {
    element,
    clear,
    count: () => ticked.size,
    has: (/** @type {Row} */ row) => ticked.has(row.id),
    rows: () => [...ticked.values()],
    /** @param {Row} row */
    toggle(row) {
      if (!ticked.delete(row.id)) ticked.set(row.id, row);
      changed();
    },
    /** @param {readonly Row[]} rows */
    add(rows) {
      for (const row of rows) ticked.set(row.id, row);
      changed();
    },
    /** @param {string} id */
    drop(id) {
      if (ticked.delete(id)) changed();
    },
    /** They may have another name by now. @param {readonly Row[]} rows */
    renew(rows) {
      for (const row of rows) if (ticked.has(row.id)) ticked.set(row.id, row);
    },
  };
}
