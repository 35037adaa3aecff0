/**
 * Asks before a token is taken away for good: which one it is, and what stops with it.
 */
/** @import { Connection, Row } from "../../types/ipc" */
import { doubtToast } from "../announce.js";
import { createDialog } from "../dialog.js";
import { button, given, h, uniqueId } from "../dom.js";
import { asProblem } from "../errors.js";
import { exactTime, relativeTime, shortTail, timeLanguage } from "../format.js";
import { icon } from "../icons.js";
import { cancelChange, deleteToken } from "../ipc.js";
import { changeBanner } from "../notices.js";
import { waitLine } from "../waits.js";
import { pills, SHORT_ID } from "./row.js";
import { whileSignedIn } from "./sign-in.js";

/**
 * @param {{
 *   connection: Connection,
 *   row: Row,
 *   onRevoked: () => void,
 *   onUnsure: () => void,
 * }} options `onUnsure` when it may have been revoked, so that the list must be loaded again
 */
export function openRevoke({ connection, row, onRevoked, onUnsure }) {
  let busy = false;
  let closed = false;
  const titleId = uniqueId("revoke");
  const dialog = createDialog({
    className: "dialog narrow",
    labelledBy: titleId,
    onClose() {
      closed = true;
      if (busy) cancelChange().catch(() => {});
    },
  });
  const notice = h("div", { class: "notice" });
  const cancel = button("Cancel", () => dialog.close());
  const go = button("Revoke", () => void send(), { class: "button danger" });
  const content = h(
    "div",
    { class: "revoke" },
    h("h1", { id: titleId }, "Revoke this token?"),
    h(
      "dl",
      { class: "facts" },
      h("dt", {}, "Name"),
      h(
        "dd",
        {},
        h(
          "span",
          {},
          given(row.name),
          row.repeatedName && h("bdi", { class: "short-id", title: row.id }, row.id.slice(0, SHORT_ID)),
        ),
      ),
      h("dt", {}, "It may"),
      h("dd", {}, h("span", { class: "permissions" }, ...pills(row.access))),
      h("dt", {}, "Token"),
      h("dd", {}, h("bdi", { class: row.tail === null ? "" : "mono", dir: "ltr" }, shortTail(row.tail))),
      h("dt", {}, "Created"),
      h(
        "dd",
        {},
        h("time", { lang: timeLanguage, title: exactTime(row.createdAt) }, relativeTime(row.createdAt)),
      ),
    ),
    h(
      "p",
      { class: "note" },
      icon("warning"),
      "Every application that uses it stops working. This cannot be undone.",
    ),
    notice,
    waitLine(),
    h("div", { class: "dialog-actions" }, cancel, go),
  );

  async function send() {
    if (busy) return;
    setBusy(true);
    notice.replaceChildren();
    try {
      await whileSignedIn(
        connection,
        () => deleteToken({ id: row.id }),
        () => !closed,
      );
      setBusy(false);
      if (!closed) {
        dialog.close();
        onRevoked();
      } else tellLate("was revoked all the same");
    } catch (reason) {
      setBusy(false);
      const problem = asProblem(reason);
      if (closed) return tellLate("may have been revoked");
      if (problem.code === "change_unknown") onUnsure();
      notice.replaceChildren(changeBanner(problem));
      cancel.focus();
    }
  }

  /** @param {string} what */
  function tellLate(what) {
    doubtToast("Stopped, but the token “", given(row.name), `” ${what}. The list is loaded again.`);
    onUnsure();
  }

  /** @param {boolean} now */
  function setBusy(now) {
    busy = now;
    content.setAttribute("aria-busy", String(now));
    go.textContent = now ? "Revoking…" : "Revoke";
    go.classList.toggle("busy", now);
    go.setAttribute("aria-disabled", String(now));
  }

  dialog.element.append(content);
  dialog.open();
  cancel.focus();
}
