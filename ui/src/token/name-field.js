/**
 * The name of a token: says what is wrong with it while it is typed, and whether the project's list has it already.
 */
/** @import { Connection, ProjectSummary } from "../../types/ipc" */

import { matchName } from "../ipc.js";
import { AS_TYPED, h, uniqueId } from "../shared/dom.js";
import { t } from "../shared/language.js";
import { codePoint, namePieces } from "../shared/names.js";
import { setFieldError } from "../shared/notices.js";

export const LONGEST_NAME = 100;

/**
 * @param {{
 *   connection: Connection,
 *   project: ProjectSummary,
 *   start: string,
 *   except?: string | null,
 *   onInput?: () => void,
 * }} options `except` is the id of the token that is to be renamed
 */
export function nameField({ connection, project, start, except = null, onInput = () => {} }) {
  const inputId = uniqueId("name");
  const errorId = uniqueId("name-error");
  const input = h("input", {
    id: inputId,
    class: "text",
    type: "text",
    ...AS_TYPED,
    required: true,
    "aria-describedby": errorId,
  });
  input.value = start;
  /** A field cannot hold every name a server can: untouched, it counts as that name all the same. */
  const untouched = input.value;
  const error = h("p", { id: errorId, class: "field-error", "aria-live": "polite", hidden: true });
  /** @param {string | null} text */
  const setError = (text) => setFieldError(error, input, text);
  const changed = () => input.value !== untouched;
  let checks = 0;

  /** Tells about a name already in the list before anything is sent; only the newest answer counts. */
  async function check() {
    checks += 1;
    const mine = checks;
    const typed = input.value.trim();
    setError(wrongWith(typed));
    if (typed === "" || wrongWith(typed) !== null) return;
    try {
      const found = await matchName({ connection: connection.id, project: project.id, name: typed, except });
      if (mine === checks && found !== "none")
        setError(t(found === "same" ? "name.taken" : "name.looksAlike"));
    } catch {
      // The server will say so itself; a check that failed is not worth an interruption.
    }
  }

  function checkIfNew() {
    if (changed() && input.value.trim() !== start.trim()) return void check();
    checks += 1;
    setError(null);
  }

  input.addEventListener("input", () => {
    checkIfNew();
    onInput();
  });

  return {
    element: h("div", { class: "field" }, h("label", { for: inputId }, t("fact.name")), input, error),
    value: () => input.value.trim(),
    raw: () => input.value,
    changed,
    setError,
    check: () => void check(),
    /** Whether the name can be sent; what is wrong is shown at the field. */
    isGood() {
      const typed = input.value.trim();
      const wrong = typed === "" ? t("name.missing") : wrongWith(typed);
      if (wrong === null) return true;
      setError(wrong);
      input.focus();
      return false;
    },
    /** Read-only rather than disabled: the focus stays where it is. @param {boolean} fixed */
    setFixed(fixed) {
      input.readOnly = fixed;
    },
    /** With all that is in it selected: whoever starts typing wants another name. */
    focus() {
      input.focus();
      input.select();
    },
    /** @param {string} text */
    set(text) {
      input.value = text;
      setError(null);
    },
  };
}

/** @param {string} name */
function wrongWith(name) {
  const length = [...name].length;
  if (length > LONGEST_NAME) return t("name.tooLong", { most: LONGEST_NAME, length });
  // Two spaces look like one, but are seen while they are typed.
  const odd = namePieces(name).find(({ text, hidden }) => hidden && text !== " ");
  return odd?.hidden ? t(`name.${odd.hidden}`, { code: codePoint(odd.text) }) : null;
}
