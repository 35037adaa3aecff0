/**
 * The button of a dialog that puts a token on the clipboard and closes. It says so only once the clipboard holds it, and
 * says why where it does not.
 */
/** @import { Connection, Problem, Row, SnippetFormat, SnippetRequest } from "../../types/ipc" */

import { copyToken } from "../ipc.js";
import { clipboardToast } from "../shared/clipboard-toast.js";
import { copyDetailsButton, problemToast } from "../shared/copy-details.js";
import { button, h, userText } from "../shared/dom.js";
import { asProblem, oneLine } from "../shared/errors.js";
import { hasSelection, isCopy } from "../shared/keys.js";
import { t, tNodes } from "../shared/language.js";
import { isSignedOut, isStopped } from "../shared/problems.js";
import { whileSignedIn } from "../sign-in/sign-in.js";

/** A copy that takes longer than this shows that it is under way. */
export const PENDING_MS = 150;

/**
 * Shows on a button that its copy is under way.
 * @param {HTMLButtonElement} button
 * @returns {() => void} the copy is over
 */
export function pendingCopy(button) {
  const label = button.textContent;
  const timer = window.setTimeout(() => {
    button.textContent = t("created.copying");
  }, PENDING_MS);
  return () => {
    window.clearTimeout(timer);
    button.textContent = label;
  };
}

/**
 * For a copy that begins now: what to show once the clipboard holds the value.
 * @param {string} name
 * @returns `isLatest` as that of a {@link clipboardToast}
 */
export function copyReport(name) {
  const { show, isLatest } = clipboardToast(name);
  /** @param {number} seconds @param {SnippetFormat} [format] */
  const report = (seconds, format) =>
    show(seconds, (left) => {
      const of = { name: userText(name), left };
      return format
        ? tNodes("copy.clearedNamedAs", { ...of, format: t(`snippet.${format}`) })
        : tNodes("copy.clearedNamed", of);
    });
  return { report, isLatest };
}

/**
 * @param {{
 *   connection: Connection,
 *   row: Row,
 *   snippet: () => SnippetRequest | null,
 *   onCopied: () => void,
 * }} options `snippet` asked for at that moment; null for the token alone
 */
export function copyAndClose({ connection, row, snippet, onCopied }) {
  let busy = false;
  const error = h("p", { class: "inline-error", role: "alert", hidden: true });
  /** @param {string | null} text @param {Problem} [problem] that it is about */
  function tell(text, problem) {
    const details = problem && copyDetailsButton({ ...problem, host: connection.host }, { small: true });
    error.replaceChildren(...(text === null ? [] : [h("span", {}, text)]), ...(details ? [details] : []));
    error.hidden = text === null;
  }
  const copy = button(
    t("created.copy"),
    async () => {
      if (busy) return;
      busy = true;
      const isOver = pendingCopy(copy);
      tell(null);
      const { report, isLatest } = copyReport(row.name);
      try {
        const ask = { connection: connection.id, id: row.id, snippet: snippet() };
        const { clearsAfterSeconds } = await whileSignedIn(
          connection,
          () => copyToken(ask),
          () => copy.isConnected && isLatest(),
        );
        if (copy.isConnected) onCopied();
        report(clearsAfterSeconds, ask.snippet?.format);
      } catch (reason) {
        const problem = asProblem(reason);
        // Whoever has left the dialog still waits for the copy, unless a later one took its place or the session ended.
        if (isStopped(problem)) tell(null);
        else if (copy.isConnected) tell(`${t("copy.failed")} ${oneLine(problem)}`, problem);
        else if (!isSignedOut(problem))
          problemToast({ ...problem, host: connection.host }, { title: t("copy.failed") });
      } finally {
        isOver();
        busy = false;
      }
    },
    { class: "button main" },
  );
  return {
    button: copy,
    error,
    tell,
    /** @param {KeyboardEvent} event */
    byKey(event) {
      if (isCopy(event) && !hasSelection()) copy.click();
    },
  };
}
