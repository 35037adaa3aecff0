/**
 * The button of a dialog that puts a token on the clipboard and closes. It says so only once the clipboard holds it, and
 * says why where it does not.
 */
/** @import { Connection, Row, SnippetFormat, SnippetRequest } from "../../types/ipc" */

import { copyToken } from "../ipc.js";
import { clipboardToast, failureToast } from "../shared/announce.js";
import { button, h, userText } from "../shared/dom.js";
import { asProblem, oneLine } from "../shared/errors.js";
import { hasSelection, isCopy } from "../shared/keys.js";
import { t, tNodes } from "../shared/language.js";
import { isSignedOut, isStopped } from "../shared/problems.js";
import { whileSignedIn } from "../sign-in/sign-in.js";

/**
 * For a copy that begins now: what to show once the clipboard holds the value.
 * @param {string} name
 * @returns {(seconds: number, format?: SnippetFormat) => void}
 */
export function copyReport(name) {
  const show = clipboardToast();
  return (seconds, format) =>
    show(seconds, (left) => {
      const of = { name: userText(name), left };
      return format
        ? tNodes("copy.clearedNamedAs", { ...of, format: t(`snippet.${format}`) })
        : tNodes("copy.clearedNamed", of);
    });
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
  /** @param {string | null} text */
  function tell(text) {
    error.textContent = text;
    error.hidden = text === null;
  }
  const copy = button(
    t("created.copy"),
    async () => {
      if (busy) return;
      busy = true;
      copy.textContent = t("created.copying");
      tell(null);
      const report = copyReport(row.name);
      try {
        const ask = { connection: connection.id, id: row.id, snippet: snippet() };
        const { clearsAfterSeconds } = await whileSignedIn(
          connection,
          () => copyToken(ask),
          () => copy.isConnected,
        );
        if (copy.isConnected) onCopied();
        report(clearsAfterSeconds, ask.snippet?.format);
      } catch (reason) {
        const problem = asProblem(reason);
        // Whoever has left the dialog still waits for the copy, unless a later one took its place or the session ended.
        if (isStopped(problem)) tell(null);
        else if (copy.isConnected) tell(`${t("copy.failed")} ${oneLine(problem)}`);
        else if (!isSignedOut(problem)) failureToast(t("copy.failed"), oneLine(problem));
        copy.textContent = t("created.copy");
      } finally {
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
