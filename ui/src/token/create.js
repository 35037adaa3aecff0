/**
 * The dialog that makes a token. It sends once however often it is asked to, and sends nothing while nothing is
 * selected. When the answer is lost it tells what the server says about it, and making another is the person's
 * choice. It can be left at any time: what comes after that is only announced.
 */
/** @import { ConfirmProgress, Connection, CreateOutcome, Problem, ProjectSummary, Row } from "../../types/ipc" */
/** @import { Verb } from "../shared/permissions.js" */
/** @import { Like } from "./new-like.js" */
/** @import { Successor } from "./rotate.js" */

import { cancelCreate, checkCreate, createToken, forgetCreated } from "../ipc.js";
import { named } from "../list/row.js";
import { doubtToast, lastingToast, toast } from "../shared/announce.js";
import { button, h, setAttribute, uniqueId, userText } from "../shared/dom.js";
import { oneLine, wordsFor } from "../shared/errors.js";
import { t, tNodes } from "../shared/language.js";
import { createDialog } from "../shared/modal.js";
import { changeBanner, tellAt } from "../shared/notices.js";
import { hasNoList, listed, namesAll } from "../shared/permissions.js";
import { isSignedOut } from "../shared/problems.js";
import { formTask } from "../shared/task.js";
import { waitLine } from "../shared/waits.js";
import { whereLine } from "../shared/where.js";
import { signInAgain, whileSignedIn } from "../sign-in/sign-in.js";
import { createdContent } from "./created.js";
import { fullAccessQuestion } from "./full-access-question.js";
import { nameField } from "./name-field.js";
import { permissionChoice } from "./permission-choice.js";
import { nextName, rotateLead, samePermissions } from "./rotate.js";
import { unconfirmedContent } from "./unconfirmed-create.js";

/** What a token may do until somebody chooses. @type {readonly Verb[]} */
const AT_FIRST = ["read"];

/** What was typed and may not have been made, kept for the next time the dialog opens. */
/** @typedef {{ name: string, verbs: Verb[] }} Draft */

/**
 * @param {{
 *   connection: Connection,
 *   project: ProjectSummary,
 *   draft: Draft | null,
 *   like?: Like | null,
 *   successor?: Successor | null,
 *   onDraft: (draft: Draft | null) => void,
 *   onMade: (row: Row) => void,
 *   onUnsure: () => void,
 *   restore?: () => void,
 * }} options `like` another token, or its `successor`, without a draft; `onUnsure` when a token may have been made, so that the list must be
 *   loaded again
 */
export function openCreate({
  connection,
  project,
  draft,
  like = null,
  successor = null,
  onDraft,
  onMade,
  onUnsure,
  restore,
}) {
  let cancelled = false;
  /** Whether a create was sent of which nobody knows what became. */
  let unconfirmed = false;
  /** Whether several tokens of the name have appeared, which are in the list by now. */
  let several = false;
  /** @type {Row | null} */
  let made = null;
  /** @type {ReturnType<typeof createdContent> | null} */
  let result = null;
  const titleId = uniqueId("create");

  const mayClose = () => result?.mayClose() ?? true;
  const dialog = createDialog({
    className: "dialog",
    labelledBy: titleId,
    mayClose: () => !question.dismiss() && mayClose(),
    mayQuit: mayClose,
    isBusy: () => task.isBusy(),
    restore,
    onClose: leave,
  });
  /** What the dialog has in it before anybody changes something. */
  const untouched = like ?? { name: successor?.name ?? "", verbs: AT_FIRST };
  const start = draft ?? untouched;
  const name = nameField({ connection, project, start: start.name });
  const notice = h("div", { class: "notice" });
  const submit = h("button", { type: "submit", class: "button main" }, t("action.create"));
  const permissions = successor
    ? samePermissions(successor)
    : permissionChoice({ start: start.verbs, onChange: drawSubmit });
  const kept = h(
    "p",
    { class: "note draft" },
    h("span", {}, t("create.draft")),
    button(t("create.startOver"), startAnew, { class: "button small" }),
  );
  const actions = h("div", { class: "dialog-actions" }, button(t("action.cancel"), cancel), submit);
  const form = h(
    "form",
    { novalidate: true },
    h("h1", { id: titleId }, ...title(like, successor)),
    successor && whereLine(connection, project),
    successor
      ? rotateLead(successor)
      : h("p", { class: "lead" }, ...tNodes("create.lead", { project: userText(project.name) })),
    draft && kept,
    name.element,
    permissions.element,
    like && differences(like),
    notice,
    waitLine(),
    actions,
  );
  const question = fullAccessQuestion({ form, actions, submit, connection, project });
  const task = formTask({
    form,
    go: { button: submit, label: t("create.creating") },
    frozen: [permissions.element],
    onChange(busy) {
      name.setFixed(busy);
      drawSubmit();
    },
  });

  function startAnew() {
    name.set("");
    permissions.set(AT_FIRST);
    kept.remove();
    name.focus();
  }

  /** Rust keeps the new token's value only for this dialog. */
  const forget = () => void forgetCreated({ connection: connection.id }).catch(() => {});

  /** Whoever cancels wants none of it; Esc may be a slip. */
  function cancel() {
    cancelled = true;
    dialog.close();
  }

  const unconfirmedPane = unconfirmedContent({
    titleId,
    where: whereLine(connection, project),
    onCheck: () => void check(),
    onCreate: () => void create(),
    onClose: () => dialog.close(),
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (task.isBusy() || made || unconfirmed) return;
    const list = permissions.list();
    if (list === null) permissions.focus();
    else if (name.isGood() && namesAll(list)) question.ask(userText(name.value()), () => void create());
    else if (name.isGood()) void create();
  });

  async function create() {
    const list = permissions.list();
    if (list === null) return;
    kept.remove();
    const args = {
      ...{ connection: connection.id, project: project.id, name: name.value(), permissions: list },
      ...(successor && { replaces: asExpected(successor.original) }),
    };
    await run("create", (onChecking) => createToken(args, onChecking));
  }

  const check = () => run("check", (onChecking) => checkCreate({ connection: connection.id }, onChecking));

  /**
   * @param {"create" | "check"} what
   * @param {(onChecking: (checking: ConfirmProgress) => void) => Promise<CreateOutcome>} ask
   */
  async function run(what, ask) {
    if (task.isBusy()) return;
    notice.replaceChildren();
    if (unconfirmed && what === "create") showUnconfirmed().creating();
    else if (unconfirmed) showUnconfirmed().looking(null);
    const wasUnconfirmed = unconfirmed;
    // A create that was lost is never sent again by itself, only looked for.
    const maySend = () => !task.isLeft() && (what === "check" || unconfirmed === wasUnconfirmed);
    await task.run(() => whileSignedIn(connection, () => ask(looking), maySend), {
      done: settle,
      failed: fail,
      doneLate: tellLate,
      failedLate(problem) {
        if (problem.code === "signed_out")
          doubtToast(...tNodes("create.mayBeMade", { name: userText(name.value()) }));
        else if (unconfirmed) onUnsure();
      },
    });
  }

  /** @param {ConfirmProgress} checking */
  function looking(checking) {
    unconfirmed = true;
    // What arrives after the end is history.
    if (!task.isLeft() && task.isBusy()) showUnconfirmed().looking(checking);
  }

  /** @param {CreateOutcome} outcome */
  function settle(outcome) {
    switch (outcome.outcome) {
      case "created":
        unconfirmed = false;
        made = outcome.row;
        return succeed(outcome.row, outcome.found);
      case "not_found":
        unconfirmed = true;
        return showUnconfirmed().notFound(outcome.problem);
      case "several":
        several = true;
        return showUnconfirmed().several(connection, outcome.rows);
      case "unknown":
        unconfirmed = true;
        showUnconfirmed().unknown(outcome.problem);
        if (isSignedOut(outcome.problem)) void checkSignedIn(outcome.problem);
    }
  }

  /** The server would tell, but wants another bearer token first. @param {Problem} problem */
  async function checkSignedIn(problem) {
    if ((await signInAgain(connection, problem)) && !task.isLeft()) void check();
  }

  function showUnconfirmed() {
    if (form.isConnected) form.replaceWith(unconfirmedPane.element);
    unconfirmedPane.setName(name.value());
    return unconfirmedPane;
  }

  /**
   * @param {Row} row
   * @param {boolean} found
   */
  function succeed(row, found) {
    result = createdContent({
      connection,
      project,
      row,
      found,
      titleId,
      asked: permissions.list() ?? [],
      replaced: successor?.original ?? null,
      onClose: () => mayClose() && dialog.close(),
    });
    (form.isConnected ? form : unconfirmedPane.element).replaceWith(result.element);
    result.focus();
  }

  /** @param {Problem} problem */
  function fail(problem) {
    // Looking again for a lost create has failed: it is as lost as before.
    if (unconfirmed) return showUnconfirmed().unknown(problem);
    if (problem.code === "original_changed") onUnsure();
    if (wordsFor(problem).at === "name") {
      const taken = name.value();
      const next = successor && problem.code === "name_taken" ? nextName(successor, taken) : null;
      if (next !== null) name.set(next);
      name.setError(next === null ? oneLine(problem) : t("rotate.nameTaken", { name: taken, next }));
      return name.focus();
    }
    if (wordsFor(problem).at === "permissions") permissions.focus();
    tellAt(notice, changeBanner(problem), submit);
  }

  function drawSubmit() {
    const list = permissions.list();
    const nothing = list === null;
    if (!namesAll(list)) question.forget();
    submit.setAttribute("aria-disabled", String(task.isBusy() || nothing));
    setAttribute(submit, "aria-describedby", nothing ? permissions.noteId : null);
  }

  function leave() {
    task.leave();
    result?.stop();
    const busy = task.isBusy();
    if (made) {
      forget();
      if (!result?.isSettled())
        lastingToast(...tNodes("created.leftUncopied", { name: userText(made.name) }));
      return onMade(made);
    }
    if (!busy && several) {
      forget();
      return onUnsure();
    }
    const isUntouched =
      name.raw() === untouched.name && [...permissions.selected()].join() === untouched.verbs.join();
    if ((!cancelled && !isUntouched) || busy || unconfirmed)
      onDraft({ name: name.raw(), verbs: [...permissions.selected()] });
    if (!busy && !unconfirmed) return;
    if (busy) return void cancelCreate({ connection: connection.id }).catch(() => {});
    forget();
    doubtToast(...reloaded("create.mayExist"));
    onUnsure();
  }

  /** @param {"create.mayExist" | "create.wasMade" | "create.notOnServer" | "create.mayBeMade"} key */
  const reloaded = (key) => [...tNodes(key, { name: userText(name.value()) }), " ", t("list.reloaded")];

  /**
   * The dialog was left before this came: a message says so, and nothing opens.
   * @param {CreateOutcome} outcome
   */
  function tellLate(outcome) {
    forget();
    if (outcome.outcome === "created") {
      onDraft(null);
      doubtToast(...reloaded("create.wasMade"));
    } else if (outcome.outcome === "not_found") {
      toast(...reloaded("create.notOnServer"));
    } else {
      doubtToast(...reloaded("create.mayBeMade"));
    }
    onUnsure();
  }

  dialog.element.append(form);
  drawSubmit();
  dialog.open();
  name.focus();
  if (name.raw() !== "") name.check();
}

/** @param {Like | null} like @param {Successor | null} successor */
function title(like, successor) {
  if (successor) return tNodes("rotate.title", { name: named(successor.original) });
  return like ? tNodes("create.likeTitle", { name: named(like.original) }) : [t("action.newToken")];
}

/** @param {Row} row */
const asExpected = (row) => ({
  id: row.id,
  expected: { name: row.name, permissions: listed(row.access) },
});

/** What the new token cannot have of the other one. @param {Like} like */
function differences({ original, leftOut }) {
  if (hasNoList(original.access)) return h("p", { class: "kept" }, t("create.likeNoList"));
  if (leftOut.length === 0) return null;
  const pills = leftOut.map((permission) => h("bdi", { class: "pill" }, permission));
  return h("p", { class: "kept" }, `${t("create.likeLeftOut")} `, ...pills);
}
