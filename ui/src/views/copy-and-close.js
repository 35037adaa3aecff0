/**
 * The button of a dialog that puts a token on the clipboard and closes. It says so only once the clipboard holds it, and
 * says why where it does not.
 */
/** @import { Connection, Handover, Row } from "../../types/ipc" */
import { toast } from "../announce.js";
import { button, given, h } from "../dom.js";
import { asProblem, oneLine } from "../errors.js";
import { copyToken } from "../ipc.js";
import { hasSelection, isShortcut } from "../keys.js";
import { t, tNodes } from "../language.js";
import { whileSignedIn } from "./sign-in.js";

/**
 * Said only after the clipboard holds the value.
 * @param {string} name
 * @param {number} seconds
 */
export function copiedToast(name, seconds) {
  toast(...tNodes("copy.clearedNamed", { name: given(name), count: seconds }));
}

/**
 * @param {{
 *   connection: Connection,
 *   row: Row,
 *   handover: () => Handover | null,
 *   onCopied: () => void,
 * }} options `handover` what it is copied in, at that moment; null for the token by itself
 */
export function copyAndClose({ connection, row, handover, onCopied }) {
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
      try {
        const ask = { id: row.id, handover: handover() };
        const { clearsAfterSeconds } = await whileSignedIn(connection, () => copyToken(ask));
        onCopied();
        copiedToast(row.name, clearsAfterSeconds);
      } catch (reason) {
        tell(`${t("copy.failed")} ${oneLine(asProblem(reason))}`);
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
      if (isShortcut(event, "c") && !hasSelection()) copy.click();
    },
  };
}
