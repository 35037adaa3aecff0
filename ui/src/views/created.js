/**
 * What the create dialog turns into once the server has made the token: what it is, what it may do, and the
 * one thing to do next, which is to copy it. The value itself stays in Rust; only its end is shown.
 */
/** @import { Connection, Row } from "../../types/ipc" */
import { announce, toast } from "../announce.js";
import { button, given, h } from "../dom.js";
import { asProblem, oneLine } from "../errors.js";
import { maskedValue } from "../format.js";
import { icon } from "../icons.js";
import { copyToken } from "../ipc.js";
import { pills } from "./row.js";
import { whileSignedIn } from "./sign-in.js";

/**
 * Said only after the clipboard holds the value.
 * @param {string} name
 * @param {number} seconds
 */
export function copiedToast(name, seconds) {
  toast("Copied “", given(name), `”. The clipboard is cleared in ${seconds} s.`);
}

/**
 * @param {{ connection: Connection, row: Row, found: boolean, titleId: string, does: string, onClose: () => void }} options `found` when the
 *   server's answer was lost and the token seen by looking
 */
export function createdContent({ connection, row, found, titleId, does, onClose }) {
  let busy = false;
  const error = h("p", { class: "inline-error", role: "alert", hidden: true });
  const copy = button(
    "Copy and close",
    async () => {
      if (busy) return;
      busy = true;
      copy.textContent = "Copying…";
      error.hidden = true;
      try {
        const { clearsAfterSeconds } = await whileSignedIn(connection, () => copyToken({ id: row.id }));
        onClose();
        copiedToast(row.name, clearsAfterSeconds);
      } catch (reason) {
        error.textContent = `Not copied. ${oneLine(asProblem(reason))}`;
        error.hidden = false;
        copy.textContent = "Copy and close";
      } finally {
        busy = false;
      }
    },
    { class: "button main" },
  );
  const element = h(
    "div",
    { class: "created" },
    h(
      "div",
      { class: "created-head" },
      h("span", { class: "created-tick" }, icon("check", 20)),
      h(
        "div",
        { class: "created-title" },
        h("h1", { id: titleId }, "Token created"),
        h("p", {}, given(row.name)),
      ),
    ),
    found &&
      h("p", { class: "found" }, "The answer was lost on the way, but the token was found on the server."),
    h(
      "dl",
      { class: "facts" },
      h("dt", {}, "It may"),
      h(
        "dd",
        {},
        h("span", { class: "permissions" }, ...pills(row.access)),
        h("span", { class: "does" }, does),
      ),
      h("dt", {}, "Value"),
      h(
        "dd",
        {},
        h(
          "span",
          { class: "masked" },
          h("span", { "aria-hidden": "true" }, maskedValue(row.tail)),
          h("span", { class: "unseen" }, row.tail === null ? "Hidden." : `Hidden. It ends in ${row.tail}.`),
        ),
      ),
    ),
    h("p", { class: "note" }, "Copy it now: some servers do not show it again."),
    error,
    h("div", { class: "dialog-actions" }, button("Close", onClose), copy),
  );
  return {
    element,
    focus() {
      copy.focus();
      announce(`Token created: ${row.name}`);
    },
  };
}
