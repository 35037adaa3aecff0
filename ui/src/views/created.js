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
import { hasSelection, isShortcut } from "../keys.js";
import { t, tNodes } from "../language.js";
import { pills } from "./row.js";
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
 * @param {{ connection: Connection, row: Row, found: boolean, titleId: string, does: string, onClose: () => void }} options `found` when the
 *   server's answer was lost and the token seen by looking
 */
export function createdContent({ connection, row, found, titleId, does, onClose }) {
  let busy = false;
  let copied = false;
  let asked = false;
  let meant = false;
  const error = h("p", { class: "inline-error", role: "alert", hidden: true });
  const copy = button(
    t("created.copy"),
    async () => {
      if (busy) return;
      busy = true;
      copy.textContent = t("created.copying");
      error.hidden = true;
      try {
        const { clearsAfterSeconds } = await whileSignedIn(connection, () => copyToken({ id: row.id }));
        copied = true;
        onClose();
        copiedToast(row.name, clearsAfterSeconds);
      } catch (reason) {
        error.textContent = `${t("copy.failed")} ${oneLine(asProblem(reason))}`;
        error.hidden = false;
        copy.textContent = t("created.copy");
      } finally {
        busy = false;
      }
    },
    { class: "button main" },
  );
  const close = button(t("action.close"), onClose);
  const copyByKey = (/** @type {KeyboardEvent} */ event) => {
    if (isShortcut(event, "c") && !hasSelection()) copy.click();
  };
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
        h("h1", { id: titleId }, t("created.title")),
        h("p", {}, given(row.name)),
      ),
    ),
    found && h("p", { class: "found" }, t("created.found")),
    h(
      "dl",
      { class: "facts" },
      h("dt", {}, t("fact.itMay")),
      h(
        "dd",
        {},
        h("span", { class: "permissions" }, ...pills(row.access)),
        h("span", { class: "does" }, does),
      ),
      h("dt", {}, t("fact.value")),
      h(
        "dd",
        {},
        h(
          "span",
          { class: "masked" },
          h("span", { "aria-hidden": "true" }, maskedValue(row.tail)),
          h(
            "span",
            { class: "unseen" },
            row.tail === null ? t("created.hidden") : t("created.hiddenEndsIn", { tail: row.tail }),
          ),
        ),
      ),
    ),
    h("p", { class: "note" }, t("created.copyNow")),
    error,
    h("div", { class: "dialog-actions" }, close, copy),
  );
  element.addEventListener("keydown", copyByKey);
  return {
    element,
    /** Whether it was copied, or somebody means to go on without. */
    isSettled: () => copied || meant,
    /** Once it has been asked, yes: whoever goes on means it. */
    mayClose() {
      meant = asked;
      if (copied || meant) return true;
      asked = true;
      error.textContent = t("created.notCopied");
      error.hidden = false;
      close.textContent = t("created.closeAnyway");
      copy.focus();
      return false;
    },
    focus() {
      copy.focus();
      announce(t("created.news", { name: row.name }));
    },
  };
}
