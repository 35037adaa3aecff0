/**
 * Finds tokens in files that the person chooses: where they are, and which of them are in the list. Rust reads the files; the page
 * learns places, ids and how far it is.
 */
/** @import { Connection, FileSearch, Row, SearchIn, SearchProgress, View } from "../../types/ipc" */

import { cancelSearch, findRows, searchFiles } from "../ipc.js";
import { announce } from "../shared/announce.js";
import { button, h, uniqueId } from "../shared/dom.js";
import { byteSize } from "../shared/format.js";
import { t, tNodes } from "../shared/language.js";
import { createDialog } from "../shared/modal.js";
import { banner, tellAt } from "../shared/notices.js";
import { isStopped } from "../shared/problems.js";
import { formTask } from "../shared/task.js";
import { NO_FACETS } from "./facets.js";
import { notesOf, scopeNodes, tokenInFiles } from "./found-in-files.js";
import { named } from "./row.js";

/** Nothing is left out. @type {View} */
const EVERYTHING = { filter: "", facets: NO_FACETS, sort: "name", descending: false };

/**
 * @param {{
 *   connection: Connection,
 *   wanted: Row | null,
 *   isWhole: () => boolean,
 *   restore: () => void,
 *   onRevoke: (row: Row, restore: () => void) => void,
 * }} options `wanted` is the token that is looked for, if it is one; `isWhole` whether the open list has all tokens of its project;
 *   `onRevoke` opens a dialog on top of this one
 */
export function openFindInFiles({ connection, wanted, isWhole, restore, onRevoke }) {
  const titleId = uniqueId("find-in-files");
  const dialog = createDialog({
    className: "dialog wide",
    labelledBy: titleId,
    restore,
    onClose() {
      const wasBusy = task.isBusy();
      task.leave();
      if (wasBusy) stop();
    },
  });
  const progress = h("p", { class: "how-far" });
  const bar = h("div", { class: "progress" });
  const going = h("div", { class: "search-progress", hidden: true }, bar, progress);
  const summary = h("h2", { tabindex: -1 });
  const scope = h("p", { class: "lead" });
  const list = h("ul", { class: "in-files", role: "list" });
  const notes = h("ul", { class: "search-notes", role: "list" });
  const result = h("section", {}, summary, scope, list, notes);
  const notice = h("div", { class: "notice" });
  const close = button(t("action.close"), () => dialog.close());
  const halt = button(t("status.stop"), stop, { hidden: true, "aria-label": t("files.stop") });
  const folder = button(t("files.chooseFolder"), () => void search("folder", folder));
  const files = button(t("files.chooseFiles"), () => void search("files", files));
  const content = h(
    "div",
    { class: "find-in-files" },
    h("h1", { id: titleId }, t("files.title")),
    h("p", { class: "lead" }, ...leadNodes(wanted)),
    going,
    notice,
    h("div", { class: "dialog-actions" }, close, halt, folder, files),
  );
  const task = formTask({
    form: content,
    go: { button: folder, label: t("files.choosing") },
    onChange: (busy) => !busy && drawGoing(null),
  });
  /** What is on screen, by token. @type {ReturnType<typeof tokenInFiles>[]} */
  let shown = [];

  function stop() {
    cancelSearch({ connection: connection.id }).catch(() => {});
  }

  /** @param {SearchIn} what @param {HTMLButtonElement} pressed */
  async function search(what, pressed) {
    if (task.isBusy()) return;
    notice.replaceChildren();
    await task.run(
      () => searchFiles({ connection: connection.id, what }, drawGoing),
      {
        done: (found) => found && show(found),
        failed(problem) {
          // What was found before is still true.
          result.hidden = false;
          if (!isStopped(problem)) tellAt(notice, banner(problem), pressed);
        },
      },
      { button: pressed, label: t("files.choosing") },
    );
  }

  /** @param {SearchProgress | null} now null when nothing is being read */
  function drawGoing(now) {
    // Progress that comes late is about nothing any more.
    if (now !== null && (!task.isBusy() || task.isLeft())) return;
    const begins = now !== null && going.hidden;
    const hadFocus = content.contains(document.activeElement);
    const isFocusLost = now === null && document.activeElement === halt;
    going.hidden = now === null;
    halt.hidden = now === null;
    for (const chooser of [folder, files]) chooser.hidden = now !== null;
    if (now === null) {
      if (isFocusLost) folder.focus();
      return;
    }
    if (begins) {
      result.hidden = true;
      announce(t("files.reading"));
      if (hadFocus) halt.focus();
    }
    const { bytes, tokens } = now;
    const read = t("files.progress", { count: now.files, size: byteSize(bytes) });
    progress.textContent = tokens === 0 ? read : `${read} · ${t("count.tokens", { count: tokens })}`;
  }

  /** @param {FileSearch} found */
  function show(found) {
    const { tokens } = found;
    const isWanted = (/** @type {{ id: string }} */ { id }) => id === wanted?.id;
    const sorted = [...tokens.filter(isWanted), ...tokens.filter((token) => !isWanted(token))];
    shown = sorted.map((token) =>
      tokenInFiles({ token, connection, isWhole, onRevoke: (row) => onRevoke(row, backTo(token.id)) }),
    );
    list.replaceChildren(...shown.map(({ element }) => element));
    list.hidden = shown.length === 0;
    const count = tokens.length;
    summary.textContent = count === 0 ? t("files.none") : t("files.found", { count });
    scope.replaceChildren(...scopeNodes(found));
    // Where more tokens were found than are listed, it may be among those.
    const missing = wanted !== null && count > 0 && found.more === 0 && !tokens.some(isWanted);
    const texts = notesOf(found).map((text) => h("li", {}, text));
    if (missing) texts.unshift(h("li", {}, ...tNodes("files.notThis", { name: named(wanted) })));
    notes.replaceChildren(...texts);
    notes.hidden = texts.length === 0;
    result.hidden = false;
    going.after(result);
    announce([summary, scope, notes].map(({ textContent }) => textContent).join(" "));
    summary.focus({ preventScroll: true });
    result.scrollIntoView({ block: "nearest" });
  }

  /** Where the focus goes when the dialog on top has closed. @param {string} id */
  const backTo = (id) => () => {
    const token = shown.find((one) => one.id === id);
    if (!token?.focus()) summary.focus();
  };

  dialog.element.append(content);
  dialog.open();
  folder.focus();

  return {
    /** The list has changed: what is shown of its tokens may no longer be true. */
    async update() {
      const own = shown.filter(({ elsewhere }) => !elsewhere);
      if (own.length === 0 || task.isLeft()) return;
      const ids = own.map(({ id }) => id);
      const found = await findRows({ connection: connection.id, ids, view: EVERYTHING }).catch(() => null);
      if (!found || task.isLeft()) return;
      const rows = new Map(found.rows.map((row) => [row.id, row]));
      const hadFocus = list.contains(document.activeElement);
      for (const token of own) token.draw(rows.get(token.id) ?? null);
      if (hadFocus && !list.contains(document.activeElement)) summary.focus();
    },
  };
}

/** @param {Row | null} wanted */
const leadNodes = (wanted) => [
  ...(wanted === null ? [t("files.lead")] : tNodes("files.leadFor", { name: named(wanted) })),
  " ",
  t("files.leadSafe"),
];
