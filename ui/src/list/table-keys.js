/**
 * What a key means in the table: something to do with the token it is pressed on, or a way to another row.
 */
/** @import { Row } from "../../types/ipc" */
/** @import { TableHooks } from "./table.js" */
import { hasCommand, hasSelection, isCopy, isMac } from "../shared/keys.js";

/** Whether the key takes something away. Held, it counts once. @param {KeyboardEvent} event */
export function erases(event) {
  const plain = !event.altKey && !event.ctrlKey && !event.metaKey;
  const isOne =
    (event.key === "Delete" && plain) || (isMac && event.key === "Backspace" && hasCommand(event));
  return isOne && !event.repeat;
}

/**
 * @param {KeyboardEvent} event
 * @param {Row} row
 * @param {HTMLElement} element the row it is pressed on
 * @param {TableHooks} hooks
 * @param {(withRange: boolean) => void} select
 * @returns {boolean} whether the key meant something
 */
export function actOnKey(event, row, element, hooks, select) {
  const plain = !event.altKey && !event.ctrlKey && !event.metaKey;
  const selects = event.key === " " && plain;
  if (isCopy(event)) {
    // Text somebody selected is what they mean to copy.
    if (hasSelection()) return false;
    hooks.onCopy(row);
  } else if (event.key === "Enter" && plain && !event.repeat && event.target === element) hooks.onEdit(row);
  else if (selects && event.target === element) {
    if (!event.repeat) select(event.shiftKey);
  } else if (erases(event)) hooks.onErase(row);
  else if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) hooks.onMenu(row, element);
  else return false;
  event.preventDefault();
  return true;
}

/**
 * @param {KeyboardEvent} event
 * @param {{ at: number, page: number, count: number }} place where the choice is, and the size of a screen and list
 * @returns {number | null} the row to go to; null for a key that does not move
 */
export function rowForKey(event, { at, page, count }) {
  /** @type {{ [key: string]: number }} */
  const moves = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: count - 1,
  };
  const to = moves[event.key];
  const other = event.altKey || (hasCommand(event) && !["Home", "End"].includes(event.key));
  return to === undefined || other ? null : to;
}
