/**
 * The dialog that makes a token. It sends once however often it is asked to, sends nothing while nothing is
 * ticked, and stays open with what was typed until the server has answered.
 */
/** @import { Problem, Project, Row } from "../../types/ipc" */
/** @import { Verb } from "../permissions.js" */
import { failureToast, toast } from "../announce.js";
import { createDialog } from "../dialog.js";
import { button, given, h, setAttribute } from "../dom.js";
import { asProblem, isSignedOut, oneLine, wordsFor } from "../errors.js";
import { createToken, forgetCreated, nameExists } from "../ipc.js";
import { banner, setFieldError } from "../notices.js";
import { sentence, toSend } from "../permissions.js";
import { createdContent } from "./created.js";
import { permissionChoice } from "./permission-choice.js";

const LONGEST_NAME = 100;
const TAKEN = "A token with this name is already in the list. Choose another name.";

/** What was typed but not made, kept while signing in again or looking at the list. */
/** @typedef {{ name: string, verbs: Verb[] }} Draft */

/**
 * @param {{
 *   project: Project,
 *   draft: Draft | null,
 *   onDraft: (draft: Draft) => void,
 *   onCreated: (row: Row) => void,
 *   onRefresh: (name: string) => void,
 *   onSignIn: (problem: Problem) => void,
 * }} options
 */
export function openCreate({ project, draft, onDraft, onCreated, onRefresh, onSignIn }) {
  let busy = false;
  /** @type {Row | null} */
  let made = null;
  let nameCheck = 0;

  const dialog = createDialog({
    className: "dialog",
    labelledBy: "create-title",
    mayClose: () => !busy,
    onClose() {
      if (!made) return;
      forgetCreated().catch(() => {});
      onCreated(made);
    },
  });

  const name = h("input", {
    id: "create-name",
    class: "text",
    type: "text",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    required: true,
    "aria-describedby": "create-name-error",
  });
  name.value = draft?.name ?? "";
  const nameError = h("p", {
    id: "create-name-error",
    class: "field-error",
    "aria-live": "polite",
    hidden: true,
  });
  const notice = h("div", { class: "notice" });
  const submit = h("button", { type: "submit", class: "button main" }, "Create token");
  const cancel = button("Cancel", () => {
    if (!busy) dialog.close();
  });
  const permissions = permissionChoice("create-allows", draft?.verbs ?? ["read"], (ticked) => {
    submit.setAttribute("aria-disabled", String(ticked.size === 0));
    setAttribute(submit, "aria-describedby", ticked.size === 0 ? "create-allows" : null);
  });
  const form = h(
    "form",
    { novalidate: true },
    h("h1", { id: "create-title" }, "New token"),
    h("p", { class: "lead" }, "For ", given(project.name), ". Whoever holds it can do what you allow here."),
    h("div", { class: "field" }, h("label", { for: "create-name" }, "Name"), name, nameError),
    permissions.element,
    notice,
    h("div", { class: "dialog-actions" }, cancel, submit),
  );

  name.addEventListener("input", () => void checkName());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send();
  });

  /** Tells about a name already in the list before anything is sent; only the newest answer counts. */
  async function checkName() {
    nameCheck += 1;
    const check = nameCheck;
    const typed = name.value.trim();
    setFieldError(nameError, name, tooLong(typed));
    if (typed === "" || tooLong(typed) !== null) return;
    try {
      const exists = await nameExists({ name: typed });
      if (check === nameCheck && exists) setFieldError(nameError, name, TAKEN);
    } catch {
      // The server will say so itself; a check that failed is not worth an interruption.
    }
  }

  async function send() {
    if (busy || made) return;
    const wanted = name.value.trim();
    const list = toSend(permissions.ticked());
    if (list === null) return permissions.focus();
    const wrong = wanted === "" ? "Give it a name, so that you can tell it apart later." : tooLong(wanted);
    if (wrong !== null) {
      setFieldError(nameError, name, wrong);
      return name.focus();
    }
    setBusy(true);
    notice.replaceChildren();
    try {
      const { row } = await createToken({ project: project.id, name: wanted, permissions: list });
      made = row;
      setBusy(false);
      succeed(row);
    } catch (reason) {
      setBusy(false);
      fail(asProblem(reason));
    }
  }

  /** @param {boolean} now */
  function setBusy(now) {
    busy = now;
    form.setAttribute("aria-busy", String(now));
    submit.textContent = now ? "Creating…" : "Create token";
    submit.classList.toggle("busy", now);
    submit.setAttribute("aria-disabled", String(now));
    cancel.setAttribute("aria-disabled", String(now));
    // Read-only rather than disabled: the focus stays where it is.
    name.readOnly = now;
    permissions.element.toggleAttribute("inert", now);
  }

  /** @param {Row} row */
  function succeed(row) {
    if (!dialog.element.open) {
      // The window system closed the dialog by force; the result must not be lost with it.
      forgetCreated().catch(() => {});
      toast("Token created: ", given(row.name));
      return onCreated(row);
    }
    const result = createdContent({
      row,
      titleId: "create-title",
      does: sentence(permissions.ticked()),
      onClose: () => dialog.close(),
    });
    form.replaceWith(result.element);
    result.focus();
  }

  /** @param {Problem} problem */
  function fail(problem) {
    const keepDraft = () => onDraft({ name: name.value, verbs: [...permissions.ticked()] });
    if (!dialog.element.open) {
      keepDraft();
      return failureToast(wordsFor(problem).title, wordsFor(problem).next);
    }
    if (wordsFor(problem).at === "name") {
      setFieldError(nameError, name, oneLine(problem));
      return name.focus();
    }
    const actions = [];
    if (problem.code === "create_unknown") {
      actions.push(
        button("Refresh list", () => {
          keepDraft();
          dialog.close();
          onRefresh(name.value.trim());
        }),
      );
    }
    if (isSignedOut(problem)) {
      actions.push(
        button("Sign in again", () => {
          keepDraft();
          dialog.close();
          onSignIn(problem);
        }),
      );
    }
    notice.replaceChildren(banner(problem, ...actions));
    (actions[0] ?? submit).focus();
  }

  dialog.element.append(form);
  dialog.open();
  name.focus();
  if (name.value !== "") void checkName();
}

/** @param {string} name */
function tooLong(name) {
  const length = [...name].length;
  return length > LONGEST_NAME ? `Use at most ${LONGEST_NAME} characters. This has ${length}.` : null;
}
