/**
 * The button of a dialog that puts a token on the clipboard and closes. It says so only once the clipboard holds it, and
 * says why where it does not.
 */
/** @import { Connection, Handover, HandoverForm, Row } from "../../types/ipc" */
import { failureToast, toast } from "../announce.js";
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
 * @param {HandoverForm} [form]
 */
export function copiedToast(name, seconds, form) {
  const of = { name: given(name), count: seconds };
  toast(
    ...(form
      ? tNodes("copy.clearedNamedAs", { ...of, form: t(`handover.${form}`) })
      : tNodes("copy.clearedNamed", of)),
  );
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
        const { clearsAfterSeconds } = await whileSignedIn(
          connection,
          () => copyToken(ask),
          () => copy.isConnected,
        );
        if (copy.isConnected) onCopied();
        copiedToast(row.name, clearsAfterSeconds, ask.handover?.form);
      } catch (reason) {
        const fault = asProblem(reason);
        // Whoever has left the dialog waits for it all the same, but for one that a later copy took the place of.
        if (copy.isConnected) tell(`${t("copy.failed")} ${oneLine(fault)}`);
        else if (fault.code !== "cancelled") failureToast(t("copy.failed"), oneLine(fault));
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
