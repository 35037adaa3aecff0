/**
 * Asks before a token is taken away for good: which one it is, and what stops with it. Where a lot may depend on it, its name
 * has to be typed.
 */
/** @import { Connection, Problem, ProjectSummary, Rotation, Row } from "../../types/ipc" */
/** @import { Narrowed } from "./narrow.js" */
/** @import { Renamed } from "./rotate.js" */

import { cancelChange, deleteToken } from "../ipc.js";
import { named, pills } from "../list/row.js";
import { doubtToast } from "../shared/announce.js";
import { problemToast } from "../shared/copy-details.js";
import { button, h, uniqueId, userText } from "../shared/dom.js";
import { exactTime, relativeTime, shortSuffix } from "../shared/format.js";
import { icon } from "../shared/icons.js";
import { t, tNodes } from "../shared/language.js";
import { createDialog } from "../shared/modal.js";
import { changeBanner, tellAt } from "../shared/notices.js";
import { narrowing } from "../shared/permissions.js";
import { isUnsure } from "../shared/problems.js";
import { serverNow } from "../shared/server-clock.js";
import { formTask } from "../shared/task.js";
import { waitLine } from "../shared/waits.js";
import { whereLine } from "../shared/where.js";
import { whileSignedIn } from "../sign-in/sign-in.js";
import { narrowHelp, narrowToRead } from "./narrow.js";
import { effectFacts } from "./revoke-effects.js";
import { renameChoice, renameSuccessor } from "./rotate.js";
import { typedConfirmation } from "./typed-confirmation.js";

/**
 * @param {{
 *   connection: Connection,
 *   project: ProjectSummary,
 *   row: Row,
 *   hidden: Set<string>,
 *   pair?: Rotation | null,
 *   onRevoked: (renamed: Renamed | null) => void,
 *   onNarrowed: (outcome: { result: Narrowed, row: Row }) => void,
 *   onMissing: () => void,
 *   onUnsure: () => void,
 *   restore: () => void,
 * }} options `hidden` by the filter; `pair` with the successor of this token; `onRevoked` also with how renaming that ended, if it
 *   was wanted; `onNarrowed` also when it could not be narrowed as it is now; `onMissing` when it was no
 *   longer there to be narrowed; `onUnsure` when it may have been revoked or narrowed, so that the list must be loaded again
 */
export function openRevoke({
  connection,
  project,
  row,
  hidden,
  pair = null,
  onRevoked,
  onNarrowed,
  onMissing,
  onUnsure,
  restore,
}) {
  const titleId = uniqueId("revoke");
  const dialog = createDialog({
    className: "dialog wide",
    labelledBy: titleId,
    isBusy: () => task.isBusy(),
    restore,
    onClose() {
      task.leave();
      if (task.isBusy()) cancelChange({ connection: connection.id }).catch(() => {});
    },
  });
  const notice = h("div", { class: "notice" });
  const cancel = button(t("action.cancel"), () => dialog.close());
  const go = button(t("revoke.go"), revoke, { class: "button danger" });
  const confirmation = typedConfirmation({ connection, rows: [row], go, onEnter: revoke });
  const rename = pair && renameChoice(pair);
  const helpId = uniqueId("narrow");
  const narrow = button(t("narrow.go"), () => void sendNarrow(), { "aria-describedby": helpId });
  const content = h(
    "div",
    { class: "revoke" },
    h("h1", { id: titleId }, t("revoke.title")),
    whereLine(connection, project),
    pair && h("p", { class: "lead" }, ...tNodes("rotate.revokeLead", { name: named(pair.new) })),
    h(
      "dl",
      { class: "facts pairs" },
      h("dt", {}, t("fact.name")),
      h("dd", {}, named(row)),
      h("dt", {}, t("fact.permissions")),
      h("dd", {}, h("span", { class: "permissions" }, ...pills(row.access))),
      h("dt", {}, t("fact.token")),
      h(
        "dd",
        {},
        h("bdi", { class: row.suffix === null ? "" : "mono", dir: "ltr" }, shortSuffix(row.suffix)),
      ),
      h("dt", {}, t("fact.created")),
      h(
        "dd",
        {},
        h("time", { title: exactTime(row.createdAt) }, relativeTime(row.createdAt, serverNow(connection))),
      ),
    ),
    h("dl", { class: "facts" }, ...effectFacts()),
    hidden.has(row.id) && h("p", { class: "note" }, icon("warning"), t("revoke.hidden")),
    h("p", { class: "note" }, icon("warning"), t("revoke.warning")),
    narrowing(row.access) === "narrowable" &&
      h("div", { class: "narrow-first" }, h("p", { id: helpId }, narrowHelp(row.access)), narrow),
    confirmation?.element,
    rename?.element,
    notice,
    waitLine(),
    h("div", { class: "dialog-actions" }, confirmation?.why, cancel, go),
  );

  const task = formTask({
    form: content,
    go: { button: go, label: t("revoke.going") },
    onChange(busy) {
      for (const one of [go, narrow]) one.setAttribute("aria-disabled", String(busy));
      confirmation?.draw(busy);
      rename?.draw(busy);
    },
  });

  function revoke() {
    if (task.isBusy()) return;
    if (confirmation && !confirmation.isTyped()) confirmation.insist();
    else void send();
  }

  async function send() {
    notice.replaceChildren();
    const isWanted = () => !task.isLeft();
    const name = rename?.name() ?? null;
    const request = async () => {
      const remove = () => deleteToken({ connection: connection.id, id: row.id });
      await whileSignedIn(connection, remove, isWanted);
      if (pair === null || name === null || !isWanted()) return null;
      go.textContent = t("rotate.renaming");
      return renameSuccessor(connection, pair.new, name, isWanted);
    };
    await task.run(request, {
      done(renamed) {
        dialog.close();
        onRevoked(renamed);
      },
      failed(problem) {
        if (problem.code === "change_unknown") onUnsure();
        tellAt(notice, changeBanner(problem), cancel);
      },
      doneLate: () => tellLate("revoke.wasAfterAll"),
      failedLate(problem) {
        if (isUnsure(problem)) tellLate("revoke.mayBe");
        else problemToast({ ...problem, host: connection.host }, { doing: "changing" });
      },
    });
  }

  async function sendNarrow() {
    notice.replaceChildren();
    const work = () =>
      whileSignedIn(
        connection,
        () => narrowToRead(connection, row),
        () => !task.isLeft(),
      );
    const outcomes = {
      /** @param {{ result: Narrowed, row: Row }} outcome */
      done(outcome) {
        dialog.close();
        onNarrowed(outcome);
      },
      /** @param {Problem} problem */
      failed(problem) {
        if (problem.code === "not_found") {
          dialog.close();
          return onMissing();
        }
        if (problem.code === "change_unknown") onUnsure();
        tellAt(notice, changeBanner(problem), cancel);
      },
      /** @param {{ result: Narrowed, row: Row }} outcome */
      doneLate(outcome) {
        if (outcome.result === "changedElsewhere") onNarrowed(outcome);
        else tellLate("edit.wasChanged");
      },
      /** @param {Problem} problem */
      failedLate(problem) {
        if (problem.code === "not_found") onMissing();
        else if (isUnsure(problem)) tellLate("edit.mayBeChanged");
        else problemToast({ ...problem, host: connection.host }, { doing: "changing" });
      },
    };
    await task.run(work, outcomes, { button: narrow, label: t("narrow.going") });
  }

  /** @param {"revoke.wasAfterAll" | "revoke.mayBe" | "edit.wasChanged" | "edit.mayBeChanged"} what */
  function tellLate(what) {
    doubtToast(...tNodes(what, { name: userText(row.name) }), " ", t("list.reloaded"));
    onUnsure();
  }

  dialog.element.append(content);
  dialog.open();
  (confirmation ?? cancel).focus();
}
