/**
 * The keyboard, as each platform expects it: Command on a Mac, Control elsewhere.
 */
import { t } from "./language.js";
export const isMac = /^(Mac|iPhone|iPad)/.test(navigator.platform);

/** Where an app ends with a key of its own; elsewhere the window or the menu bar sees to it. */
export const quitsByKey = /Linux/.test(navigator.platform);

/**
 * @param {KeyboardEvent | MouseEvent} event
 */
export function hasCommand(event) {
  return isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
}

/**
 * @param {KeyboardEvent} event
 * @param {string} letter
 */
export function isShortcut(event, letter) {
  return hasCommand(event) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === letter;
}

/**
 * The number, from 0, of the connection that the keys ask for; null for other keys.
 * @param {KeyboardEvent} event
 */
export function asksForConnection(event) {
  const plain = hasCommand(event) && !event.altKey && !event.shiftKey;
  return plain && /^[1-9]$/.test(event.key) ? Number(event.key) - 1 : null;
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

/** What takes away the token that it is pressed on. */
export const eraseHint = () => (isMac ? hint("⌫") : t("key.delete"));

/**
 * What a control does, and the key that does it too.
 * @param {string} action
 * @param {string} letter
 */
export const withKey = (action, letter) => t("hint.withKey", { action, key: hint(letter) });

/** Whether there is text that somebody means to copy. */
export const hasSelection = () => !(document.getSelection()?.isCollapsed ?? true);

/**
 * Whether a key press is somebody writing.
 * @param {EventTarget | null} target
 */
export function isWriting(target) {
  return target instanceof HTMLInputElement && !["checkbox", "radio"].includes(target.type);
}
