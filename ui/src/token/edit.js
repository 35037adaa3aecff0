/**
 * The dialog that changes a token. It sends only what was changed, so that everything else stays as the server
 * has it, and nothing at all when someone else changed the token meanwhile: then both versions are shown.
 */
/** @import { Connection, Problem, ProjectSummary, Row, RowAccess, UpdateOutcome } from "../../types/ipc" */

import { cancelChange, updateToken } from "../ipc.js";
import { named } from "../list/row.js";
import { doubtToast } from "../shared/announce.js";
import { problemToast } from "../shared/copy-details.js";
import { button, h, setAttribute, uniqueId, userText } from "../shared/dom.js";
import { oneLine, wordsFor } from "../shared/errors.js";
import { t, tNodes } from "../shared/language.js";
import { createDialog } from "../shared/modal.js";
import { changeBanner, tellAt } from "../shared/notices.js";
import { isGranted, listed, namesAll, parted, sameList, toSend } from "../shared/permissions.js";
import { isUnsure } from "../shared/problems.js";
import { formTask } from "../shared/task.js";
import { waitLine } from "../shared/waits.js";
import { whereLine } from "../shared/where.js";
import { whileSignedIn } from "../sign-in/sign-in.js";
import { tokenDetails } from "./details.js";
import { bothVersions } from "./edit-conflict.js";
import { fullAccessQuestion } from "./full-access-question.js";
import { nameField } from "./name-field.js";
import { permissionChoice } from "./permission-choice.js";

/** What to send: null leaves as it is. @typedef {{ name: string | null, permissions: string[] | null }} Change */

/**
 * @param {{
 *   connection: Connection,
 *   project: ProjectSummary,
 *   row: Row,
 *   suggested?: string | null,
 *   onUpdated: (row: Row, stored: Stored) => void,
 *   onTaken: (row: Row) => void,
 *   onRemoved: () => void,
 *   onUnsure: () => void,
 *   restore: () => void,
 * }} options `suggested` is another name for it; `onTaken` when the server's version was kept; `onUnsure` when the change may have been made
 */
export function openEdit({
  connection,
  project,
  row,
  suggested = null,
  onUpdated,
  onTaken,
  onRemoved,
  onUnsure,
  restore,
}) {
  /** The token as it was last read. */
  let expected = row;
  const titleId = uniqueId("edit");
  const whyId = uniqueId("edit-why");
  const { verbs, kept } = parted(listed(row.access));

  const closing = new AbortController();

  const dialog = createDialog({
    className: "dialog",
    labelledBy: titleId,
    mayClose: () => !question.dismiss(),
    isBusy: () => task.isBusy(),
    restore,
    onClose: leave,
  });
  const name = nameField({ connection, project, start: row.name, except: row.id, onInput: drawSave });
  const everything = row.access.kind === "full" && !row.access.named;
  const permissions = permissionChoice({ start: verbs, kept, everything, onChange: drawSave });
  const notice = h("div", { class: "notice" });
  const why = h("p", { id: whyId, class: "help why" });
  const save = h("button", { type: "submit", class: "button main" }, t("action.save"));
  const actions = h(
    "div",
    { class: "dialog-actions" },
    why,
    button(t("action.cancel"), () => dialog.close()),
    save,
  );
  const form = h(
    "form",
    { novalidate: true },
    h("h1", { id: titleId }, t("edit.title")),
    h("p", { class: "lead" }, ...tNodes("edit.lead", { name: named(row) })),
    tokenDetails(connection, project, row, closing.signal),
    name.element,
    permissions.element,
    notice,
    waitLine(),
    actions,
  );
  const question = fullAccessQuestion({ form, actions, submit: save, connection, project });
  const task = formTask({
    form,
    go: { button: save, label: t("action.saving") },
    frozen: [permissions.element],
    onChange(busy) {
      name.setFixed(busy);
      drawSave();
    },
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (task.isBusy() || reason() !== null) return;
    if (permissions.list() === null) return permissions.focus();
    const change = changeFrom(expected);
    if (change.name === null || name.isGood()) askThenSend(change);
  });

  /** Sends it. Full access that the token does not have yet is confirmed first. @param {Change} change */
  function askThenSend(change) {
    const isRaised = expected.access.kind !== "full" && namesAll(change.permissions);
    if (!isRaised) return void send(change);
    question.ask(row.name === "" ? h("span", {}, t("row.nameless")) : named(row), () => void send(change));
  }

  const keepsPermissions = () =>
    permissions.isAsIs() || sameList(permissions.list() ?? [], listed(row.access));

  /**
   * What the person wants, compared with how a token is.
   * @param {Row} base
   * @returns {Change}
   */
  function changeFrom(base) {
    const renamed = name.changed() && name.value() !== base.name ? name.value() : null;
    const before = listed(base.access);
    if (keepsPermissions()) return { name: renamed, permissions: null };
    // Whatever the app does not know stays as the server has it now.
    const wanted = toSend(permissions.selected(), parted(before).kept);
    const same = wanted !== null && before.length > 0 && sameList(wanted, before);
    return { name: renamed, permissions: same ? null : wanted };
  }

  /** What saving would make of the permissions, where they were changed. @param {Change} change @returns {RowAccess} */
  const wantedAccess = ({ permissions: wanted }) =>
    wanted === null ? expected.access : { kind: "some", permissions: wanted };

  /** Why there is nothing to save, if so. */
  function reason() {
    const change = changeFrom(expected);
    return change.name === null && change.permissions === null && permissions.list() !== null
      ? t("edit.nothing")
      : null;
  }

  function drawSave() {
    const nothing = permissions.list() === null;
    const text = reason();
    if (!namesAll(permissions.list())) question.forget();
    why.textContent = text ?? "";
    save.setAttribute("aria-disabled", String(task.isBusy() || nothing || text !== null));
    setAttribute(save, "aria-describedby", nothing ? permissions.noteId : text ? whyId : null);
  }

  /** @param {Change} change */
  async function send(change) {
    notice.replaceChildren();
    const args = {
      connection: connection.id,
      id: row.id,
      ...change,
      expected: { name: expected.name, permissions: listed(expected.access) },
    };
    const update = () =>
      whileSignedIn(
        connection,
        () => updateToken(args),
        () => !task.isLeft(),
      );
    await task.run(update, {
      done: (outcome) => settle(outcome, change),
      failed: fail,
      doneLate(outcome) {
        if (outcome.outcome === "updated") tellLate("edit.wasChanged");
        else onTaken(outcome.row);
      },
      failedLate(problem) {
        if (problem.code === "not_found") onRemoved();
        else if (isUnsure(problem)) tellLate("edit.mayBeChanged");
        else problemToast({ ...problem, host: connection.host }, { doing: "changing" });
      },
    });
  }

  /** @param {"edit.wasChanged" | "edit.mayBeChanged"} what */
  function tellLate(what) {
    doubtToast(...tNodes(what, { name: userText(row.name) }), " ", t("list.reloaded"));
    onUnsure();
  }

  /**
   * @param {UpdateOutcome} outcome
   * @param {Change} sent
   */
  function settle(outcome, sent) {
    if (outcome.outcome === "updated") {
      expected = row;
      dialog.close();
      return onUpdated(outcome.row, storedAs(outcome.row, sent));
    }
    expected = outcome.row;
    const change = changeFrom(expected);
    const both = bothVersions({
      titleId,
      where: whereLine(connection, project),
      theirs: expected,
      mine: {
        name: name.changed() ? name.value() : null,
        access: keepsPermissions() ? null : wantedAccess(change),
      },
      differs: change.name !== null || change.permissions !== null,
      onTake: () => dialog.close(),
      onSave() {
        both.element.replaceWith(form);
        save.focus();
        askThenSend(change);
      },
    });
    form.replaceWith(both.element);
    both.focus();
  }

  /** @param {Problem} problem */
  function fail(problem) {
    if (problem.code === "not_found") {
      expected = row;
      dialog.close();
      return onRemoved();
    }
    if (wordsFor(problem).at === "name") {
      name.setError(oneLine(problem));
      return name.focus();
    }
    if (problem.code === "change_unknown") onUnsure();
    tellAt(notice, changeBanner(problem), save);
  }

  function leave() {
    closing.abort();
    task.leave();
    if (task.isBusy()) cancelChange({ connection: connection.id }).catch(() => {});
    // The row on screen is not the server's any more.
    else if (expected !== row) onTaken(expected);
  }

  if (suggested !== null) {
    name.set(suggested);
    name.check();
  }
  dialog.element.append(form);
  drawSave();
  dialog.open();
  name.focus();
}

/** How what the server stored compares with what it was sent. @typedef {"as-sent" | "other-name" | "other-permissions"} Stored */

/**
 * @param {Row} row
 * @param {Change} sent
 * @returns {Stored}
 */
function storedAs(row, { name, permissions }) {
  if (permissions !== null && !isGranted(row.access, permissions)) return "other-permissions";
  return name !== null && row.name !== name.trim() ? "other-name" : "as-sent";
}
