/**
 * Which key of a shortcut was pressed, on every keyboard layout, and which keys are an input method’s.
 *
 * A shortcut goes by what a key types: where a layout moves letters (Dvorak, AZERTY, Turkish), Ctrl+C is on the key that types
 * a C. Where it types none, because the layout is Cyrillic, Greek, Hebrew, Arabic or Thai, the place of the key decides.
 */

/** What layouts with Latin letters type, and the names of keys such as Enter. */
const LATIN = /^(?:[ -\u024F\u1E00-\u1EFF]|(?!Unidentified$)[A-Z]\w+)$/;
/** Letters of any script, and marks that some type by themselves; and keys the web view does not know. */
const LETTERS = /[\p{L}\p{M}]|^Unidentified$/u;
/** Signs that shortcuts use, by their key and with Shift. */
const SIGNS = new Map([
  ["Comma", [",", "<"]],
  ["Slash", ["/", "?"]],
]);
/** The signs on letter keys of layouts whose letters are not Latin: of Hebrew on Q and W, of Greek on Q. */
const SIGN_FOR_LETTER = new Set(["KeyQ/", "KeyW'", "KeyQ;"]);

/** Whether the last letter that was pressed stood elsewhere than on a US keyboard, as with the kinds of Dvorak. */
let movesLetters = false;

/** The Latin letter at the key’s place, on a US keyboard. @param {KeyboardEvent} event */
const letterAt = ({ code }) => /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase() ?? null;

/**
 * The key as shortcuts name it: a lower-case letter, a digit, a sign, or a name such as Enter.
 * @param {KeyboardEvent} event
 * @returns {string}
 */
export function shortcutKey(event) {
  const { key, code, shiftKey } = event;
  const letter = letterAt(event);
  if (LATIN.test(key)) {
    // Typed by itself a sign is a sign; with the command key, no shortcut has one of these.
    const standsForLetter = (event.ctrlKey || event.metaKey) && SIGN_FOR_LETTER.has(code + key);
    return letter && standsForLetter && !movesLetters ? letter : key.toLowerCase();
  }
  const digit = /^Digit(\d)$/.exec(code)?.[1];
  return (LETTERS.test(key) && letter) || digit || SIGNS.get(code)?.[shiftKey ? 1 : 0] || key;
}

/**
 * Whether the key types something by AltGr, which Windows reports as Ctrl and Alt.
 * @param {KeyboardEvent} event
 */
export const isAltGr = (event) => event.getModifierState("AltGraph") || (event.ctrlKey && event.altKey);

/**
 * Whether the key belongs to an input method: it composes a word, and Enter, Esc and the arrows choose and end it. WebKit
 * reports the key that ends a composition after its end, with the key code that input methods have.
 * @param {KeyboardEvent} event
 */
export const isComposing = (event) => event.isComposing || event.keyCode === 229;

/** What a web view does with these keys itself: it sends the form, closes the dialog, leaves the field. */
const ENDS = new Set(["Enter", "Escape", "Tab"]);

/** Before anything else listens to keys. */
export function watchLayout() {
  movesLetters = false;
  document.addEventListener(
    "keydown",
    (event) => {
      if (isComposing(event)) {
        // Only what counts key presses hears of it, at the document.
        event.stopPropagation();
        if (ENDS.has(event.key)) event.preventDefault();
        return;
      }
      const letter = letterAt(event);
      if (letter && LETTERS.test(event.key)) {
        movesLetters = LATIN.test(event.key) && event.key.toLowerCase() !== letter;
      }
    },
    { capture: true },
  );
}
