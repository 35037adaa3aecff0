/**
 * Builds elements. Text only ever enters as text nodes, and there is no way to pass markup or a style
 * attribute, so a name from a server cannot become anything but letters.
 */
import { codePoint, namePieces, plainName } from "./names.js";

/** @typedef {{ [name: string]: string | number | boolean | null | undefined }} Attributes */
/** @typedef {Node | string | null | undefined | false} Child */

/** For fields whose text is taken letter for letter: nothing is completed, capitalized, corrected or underlined. */
export const AS_TYPED = {
  autocomplete: "off",
  autocapitalize: "off",
  autocorrect: "off",
  spellcheck: "false",
};

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes] `true` sets an empty attribute; `false`, null and undefined leave it out
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {string | number | boolean | null | undefined} value
 */
export function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/**
 * @param {string | Node} label
 * @param {(event: MouseEvent) => void} onClick
 * @param {Attributes} [attributes]
 */
export function button(label, onClick, attributes = {}) {
  const element = h("button", { type: "button", class: "button", ...attributes }, label);
  element.addEventListener("click", onClick);
  return element;
}

/**
 * A name somebody else chose: kept apart from the direction of the text around it, cut by CSS, whole on hover.
 * @param {string} text
 * @param {Attributes} [attributes]
 */
export function userText(text, attributes = {}) {
  return h("bdi", { class: "user-text", title: plainName(text), ...attributes }, ...nameNodes(text));
}

/** More of them would be slow, and are cut off by then. */
const MOST_CODE_POINTS = 12;

/**
 * The text of such a name, with the code point of each character that would not be seen.
 * @param {string} text
 * @returns {(string | HTMLElement)[]}
 */
export function nameNodes(text) {
  let left = MOST_CODE_POINTS;
  return namePieces(text).map(({ text, hidden }) => {
    if (hidden === null) return text;
    left -= 1;
    // With a direction of its own, it does not decide that of the name.
    return left < 0 ? "\ufffd" : h("bdi", { class: "code-point", dir: "ltr" }, codePoint(text));
  });
}

/**
 * @template {Element} T
 * @param {ParentNode} parent
 * @param {string} selector
 * @param {new () => T} kind
 * @returns {T}
 */
export function find(parent, selector, kind) {
  const found = parent.querySelector(selector);
  if (found instanceof kind) return found;
  throw new TypeError(`Nothing of the right kind at ${selector}`);
}

let ids = 0;

/**
 * An id no other element has, for labels and descriptions.
 * @param {string} stem
 */
export function uniqueId(stem) {
  ids += 1;
  return `${stem}-${ids}`;
}
