/**
 * Says above the list that tokens have changed since the last look, and opens the dialog that shows them. Nothing is there when
 * nothing has changed.
 */
/** @import { Connection, ListChanges, ProjectSummary } from "../../types/ipc" */

import { markChangesSeen, whatChanged } from "../ipc.js";
import { announce } from "../shared/announce.js";
import { button, h } from "../shared/dom.js";
import { CHANGES_SWITCHED } from "../shared/events.js";
import { clockTime } from "../shared/format.js";
import { t } from "../shared/language.js";
import { inWords } from "../shared/permissions.js";
import { KINDS, openChanges } from "./changes-dialog.js";

/** Several tokens may be changed in a row. */
const SETTLE_MS = 300;

/**
 * @param {{
 *   connection: Connection,
 *   project: ProjectSummary,
 *   signal: AbortSignal,
 *   restore: () => void,
 * }} options `restore` gives the focus to the list
 */
export function changesChip({ connection, project, signal, restore }) {
  const args = { connection: connection.id, project: project.id };
  const opener = button("", open, { class: "button quiet small changes", "aria-haspopup": "dialog" });
  // Empty unless there is news.
  const element = h("div", { class: "news" });
  /** @type {ListChanges | null} */
  let shown = null;
  let asked = 0;
  let timer = 0;

  /** A complete list has been read. */
  async function look() {
    window.clearTimeout(timer);
    asked += 1;
    const mine = asked;
    // Whatever keeps Rust from knowing is no reason to bother anybody.
    const found = await whatChanged(args).catch(() => null);
    if (mine === asked && !signal.aborted) show(found);
  }

  /** @param {ListChanges | null} changes */
  function show(changes) {
    const hadFocus = document.activeElement === opener;
    shown = changes;
    const text = changes === null ? "" : chipText(changes);
    if (element.textContent === text) return;
    opener.textContent = text;
    element.replaceChildren(...(text === "" ? [] : [opener]));
    if (text !== "") announce(text);
    else if (hadFocus) restore();
  }

  function open() {
    if (shown === null) return;
    const opened = shown;
    openChanges({
      project,
      changes: opened,
      restore,
      onSeen() {
        if (!signal.aborted) void markSeen(opened);
      },
    });
  }

  /** @param {ListChanges} changes those that the dialog showed */
  async function markSeen(changes) {
    // Newer ones may have arrived while it was open: nobody has seen those.
    if (shown === changes) show(null);
    // If that cannot be kept, they are shown again after the next look.
    const isDone = await markChangesSeen({ ...args, number: changes.number }).catch(() => true);
    if (!isDone && !signal.aborted) await look();
  }

  document.addEventListener(CHANGES_SWITCHED, () => void look(), { signal });
  signal.addEventListener("abort", () => window.clearTimeout(timer));

  return {
    element,
    look: () => void look(),
    /** The time of the last look is given as “today”, which may be over. */
    redraw() {
      if (shown !== null) opener.textContent = chipText(shown);
    },
    /** What is done here is no news, and may be about a token that is. */
    lookAgain() {
      if (shown === null) return;
      window.clearTimeout(timer);
      timer = window.setTimeout(() => void look(), SETTLE_MS);
    },
  };
}

/** @param {ListChanges} changes */
function chipText(changes) {
  const counted = KINDS.filter((kind) => changes[kind] > 0);
  const parts = inWords(counted.map((kind) => t(`changes.${kind}`, { count: changes[kind] })));
  return changes.since === null
    ? t("changes.chipUnknown", { changes: parts })
    : t("changes.chip", { changes: parts, when: clockTime(changes.since) });
}
