/**
 * The keyboard, as each platform expects it: Command on a Mac, Control elsewhere.
 */
import { t } from "./language.js";
import { isAltGr, shortcutKey } from "./layouts.js";

export const isMac = /^(Mac|iPhone|iPad)/.test(navigator.platform);

/** Where an app ends with a key of its own; elsewhere the window or the menu bar sees to it. */
export const quitsByKey = /Linux/.test(navigator.platform);

/**
 * @param {KeyboardEvent | MouseEvent} event
 */
export function hasCommand(event) {
  return isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
}

/** The command key and nothing else but the key itself. @param {KeyboardEvent} event */
const hasOnlyCommand = (event) => hasCommand(event) && !event.altKey && !isAltGr(event);

/**
 * @param {KeyboardEvent} event
 * @param {string} key a letter or sign
 */
export function isShortcut(event, key) {
  return hasOnlyCommand(event) && !event.shiftKey && shortcutKey(event) === key;
}

/**
 * Whether a sign is typed that is a shortcut by itself. What AltGr types is text.
 * @param {KeyboardEvent} event
 * @param {string} sign
 */
export const isSign = (event, sign) =>
  shortcutKey(event) === sign && !(event.altKey || event.ctrlKey || event.metaKey);

/** What copies. A key of its own, and Ctrl+Insert, do as well as Ctrl+C. @param {KeyboardEvent} event */
export const isCopy = (event) =>
  isShortcut(event, "c") || (!isMac && isShortcut(event, "insert")) || shortcutKey(event) === "copy";

/** What takes text out of a field, to the clipboard. @param {KeyboardEvent} event */
export const isCut = (event) =>
  isShortcut(event, "x") ||
  (!isMac && event.key === "Delete" && event.shiftKey) ||
  shortcutKey(event) === "cut";

/** Signs of the digit row that zoom: some layouts have them where others have a digit. */
const ZOOM = "+-=";

/**
 * The number, from 0, of the connection that the keys ask for; null for other keys. Where a digit needs Shift, as on
 * AZERTY, its key does without, too.
 * @param {KeyboardEvent} event
 */
export function asksForConnection(event) {
  if (!hasOnlyCommand(event)) return null;
  const key = shortcutKey(event);
  if (/^[1-9]$/.test(key)) return Number(key) - 1;
  const at = /^Digit([1-9])$/.exec(event.code)?.[1];
  return at && !event.shiftKey && !ZOOM.includes(key) ? Number(at) - 1 : null;
}

/** @param {KeyboardEvent} event */
export const isReload = (event) => event.key === "F5" || isShortcut(event, "r");

/**
 * @param {string} letter
 */
export function hint(letter) {
  return isMac ? `⌘${letter}` : `Ctrl ${letter}`;
}

/**
 * Marks the page while it is used by keys. WebKit shows no focus on a radio button that an arrow key has gone to: the style
 * sheet does, by this mark.
 */
export function markUseOfKeys() {
  const mark = (/** @type {boolean} */ byKeys) =>
    document.documentElement.toggleAttribute("data-by-keys", byKeys);
  document.addEventListener("keydown", () => mark(true), true);
  document.addEventListener("pointerdown", () => mark(false), true);
}

/** Whether keys were used last, rather than the pointer. */
export const isUsedByKeys = () => document.documentElement.hasAttribute("data-by-keys");

/** What takes away the token that it is pressed on. */
export const deleteHint = () => (isMac ? hint("⌫") : t("key.delete"));

/**
 * What a control does, and the key that does it too.
 * @param {string} action
 * @param {string} letter
 */
export const withKey = (action, letter) => t("hint.withKey", { action, key: hint(letter) });

/** Whether there is text that somebody means to copy. */
export const hasSelection = () => !(document.getSelection()?.isCollapsed ?? true);

/**
 * Whether keys that are pressed there become text.
 * @param {EventTarget | null} target
 */
export function isTextInput(target) {
  return target instanceof HTMLInputElement && !["checkbox", "radio"].includes(target.type);
}
