/**
 * Something to type before tokens are revoked on which a lot may depend: the name of one, the number of several. Until it is
 * typed, the button that revokes them does nothing and says why.
 */
/** @import { Connection, Row } from "../../types/ipc" */
import { announce } from "../shared/announce.js";
import { AS_TYPED, h, setAttribute, uniqueId } from "../shared/dom.js";
import { t, tNodes } from "../shared/language.js";
import { namePieces } from "../shared/names.js";

/** Every project is created with a token of this name. */
const DEFAULT_NAME = "default";

/** More tokens than this at once are confirmed, whatever they are. */
const MANY = 10;

/** The longest name that this app gives, and the longest that anyone has to type. */
const LONGEST_NAME = 100;

/** @typedef {{ label: (string | Node)[], matches: (typed: string) => boolean }} Phrase */

/**
 * What to type, or null if nothing has to be typed.
 * @param {Pick<Connection, "production">} connection
 * @param {readonly Row[]} rows
 * @returns {Phrase | null}
 */
function phraseFor(connection, rows) {
  const isImportant = connection.production || rows.some(isCritical);
  if (!isImportant && rows.length <= MANY) return null;
  const [row] = rows;
  return row && rows.length === 1 ? phraseForOne(row) : exactly(String(rows.length), "revoke.type");
}

/** @param {Row} row */
const isCritical = ({ name, access }) => name === DEFAULT_NAME || access.kind === "full";

/** @param {Row} row @returns {Phrase} */
function phraseForOne({ name, suffix, duplicateName }) {
  // Where another name looks the same, it cannot be seen which characters this one has.
  if (!duplicateName && isTypeable(name)) return exactly(name, "revoke.type");
  if (suffix !== null && isTypeable(suffix)) return exactly(suffix, "revoke.typeSuffix");
  const word = t("revoke.word");
  return {
    label: tNodes("revoke.type", { text: shown(word) }),
    matches: (typed) => typed.toLowerCase() === word.toLowerCase(),
  };
}

/**
 * @param {string} text
 * @param {"revoke.type" | "revoke.typeSuffix"} key
 * @returns {Phrase}
 */
const exactly = (text, key) => ({
  label: tNodes(key, { text: shown(text) }),
  // A keyboard can compose a letter in another way than the server has it.
  matches: (typed) => typed.normalize() === text.normalize(),
});

/** Whether all of a text can be seen, and so typed. @param {string} text */
const isTypeable = (text) =>
  text !== "" && text.length <= LONGEST_NAME && namePieces(text).every(({ hidden }) => hidden === null);

/** @param {string} text */
const shown = (text) => h("bdi", { class: "phrase" }, text);

/**
 * @param {{
 *   connection: Pick<Connection, "production">,
 *   rows: readonly Row[],
 *   go: HTMLButtonElement,
 *   onEnter: () => void,
 * }} options `go` revokes them; `onEnter` when Enter is pressed in the field
 */
export function typedConfirmation({ connection, rows, go, onEnter }) {
  const phrase = phraseFor(connection, rows);
  return phrase && confirmationField(phrase, go, onEnter);
}

/**
 * @param {Phrase} phrase
 * @param {HTMLButtonElement} go
 * @param {() => void} onEnter
 */
function confirmationField(phrase, go, onEnter) {
  const inputId = uniqueId("confirmation");
  const whyId = uniqueId("confirmation-why");
  const input = h("input", {
    id: inputId,
    class: "text",
    type: "text",
    ...AS_TYPED,
  });
  // A form of its own, so that Enter submits it.
  const element = h(
    "form",
    { class: "field typed-confirmation", novalidate: true },
    h("label", { for: inputId }, ...phrase.label),
    input,
  );
  const why = h("p", { id: whyId, class: "help why" });
  const isTyped = () => phrase.matches(input.value.trim());

  /** @param {boolean} busy */
  function draw(busy) {
    // Not disabled: the focus stays in it.
    input.readOnly = busy;
    why.textContent = isTyped() ? "" : t("revoke.notTyped");
    go.setAttribute("aria-disabled", String(busy || !isTyped()));
    setAttribute(go, "aria-describedby", isTyped() ? null : whyId);
  }

  input.addEventListener("input", () => {
    input.removeAttribute("aria-invalid");
    draw(false);
  });
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    onEnter();
  });
  draw(false);
  return {
    element,
    why,
    draw,
    isTyped,
    /** Someone pressed the button too early. */
    insist() {
      input.setAttribute("aria-invalid", "true");
      input.focus();
      announce(t("revoke.notTyped"));
    },
    focus: () => input.focus(),
  };
}
