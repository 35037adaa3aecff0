/**
 * Asks once more before a token gets full access. The question takes the place of the form’s buttons; the form stays in sight,
 * takes no input meanwhile, and nothing has been sent.
 */
/** @import { Connection, ProjectSummary } from "../../types/ipc" */
import { button, h, uniqueId } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { t, tNodes } from "../shared/language.js";
import { whereLine } from "../shared/where.js";

/**
 * @param {{
 *   form: HTMLElement,
 *   actions: HTMLElement,
 *   submit: HTMLButtonElement,
 *   connection: Connection,
 *   project: ProjectSummary,
 * }} options `actions` holds the form’s buttons, of which `submit` is the one that was pressed
 */
export function fullAccessQuestion({ form, actions, submit, connection, project }) {
  let given = false;
  /** Ends the question while it is shown. @type {(() => HTMLElement) | null} */
  let end = null;

  /**
   * Goes on once it is confirmed, at once if it has been already.
   * @param {Node} name of the token
   * @param {() => void} onGiven
   */
  function ask(name, onGiven) {
    if (given) return onGiven();
    end = replaceButtons(name, () => {
      given = true;
      end?.();
      end = null;
      submit.focus();
      onGiven();
    });
  }

  /** Back to the form. Returns whether there was a question. */
  function dismiss() {
    const before = end?.();
    end = null;
    before?.focus();
    return before !== undefined;
  }

  /**
   * @param {Node} name
   * @param {() => void} onGive
   * @returns {() => HTMLElement} puts the buttons back, and tells what had the focus
   */
  function replaceButtons(name, onGive) {
    const focused = form.contains(document.activeElement) ? document.activeElement : null;
    const buttons = [...actions.childNodes];
    const textId = uniqueId("full-access");
    const back = button(t("fullAccess.back"), dismiss, { "aria-describedby": textId });
    const give = button(t("fullAccess.give"), onGive, { class: "button main", "aria-describedby": textId });
    actions.replaceChildren(question(textId, name, connection, project), back, give);
    // Before the form is inert: whatever has the focus in it would lose it to the page.
    back.focus();
    setInert(true);
    return () => {
      setInert(false);
      actions.replaceChildren(...buttons);
      return focused instanceof HTMLElement ? focused : submit;
    };
  }

  /** @param {boolean} inert */
  function setInert(inert) {
    for (const part of form.children) if (part !== actions) part.toggleAttribute("inert", inert);
  }

  return {
    ask,
    dismiss,
    /** What was confirmed is no longer wanted: the next time is asked about again. */
    forget() {
      given = false;
    },
  };
}

/**
 * @param {string} id
 * @param {Node} name
 * @param {Connection} connection
 * @param {ProjectSummary} project
 */
const question = (id, name, connection, project) =>
  h(
    "div",
    { class: "banner question" },
    icon("warning"),
    h(
      "div",
      { id, class: "banner-text" },
      h("b", {}, ...tNodes("fullAccess.question", { name })),
      " ",
      h("p", {}, t("fullAccess.means")),
      whereLine(connection, project),
    ),
  );
