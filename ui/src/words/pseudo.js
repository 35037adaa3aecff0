/**
 * Languages nobody speaks, made from the English words, which show what a real translation would break: `en-XA` has
 * accents, is a third longer and puts every message in brackets; `ar-XB` reads from right to left.
 */
/** @import { Catalogue, Message } from "../../types/words" */

const PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const ACCENTED = [..."åƀçðéƒĝĥîĵķļɱñöþɋŕšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞɊŔŠŢÛṼŴẊÝŽ"];
const LONGER = 0.35;

/** Turn the letters between them around, whatever they are. */
const [OVERRIDE, END] = ["\u202e", "\u202c"];

/** @param {Catalogue} words */
export const accented = (words) =>
  mapped(words, (text) => {
    const letters = text.replace(/\{\w+\}|[a-zA-Z]/g, (found) => ACCENTED[PLAIN.indexOf(found)] ?? found);
    return `⟦${letters}${"~".repeat(Math.ceil(text.length * LONGER))}⟧`;
  });

/** @param {Catalogue} words */
export const mirrored = (words) =>
  mapped(words, (text) =>
    text.replace(/\{\w+\}|\p{L}+/gu, (found) => (found.startsWith("{") ? found : turned(found))),
  );

/** @param {string} word */
const turned = (word) => `${OVERRIDE}${word}${END}`;

/**
 * @param {Catalogue} words
 * @param {(text: string) => string} change
 * @returns {Catalogue}
 */
function mapped(words, change) {
  const of = (/** @type {Message} */ message) =>
    typeof message === "string"
      ? change(message)
      : Object.fromEntries(Object.entries(message).map(([form, text]) => [form, change(text)]));
  const made = Object.entries(words).map(([key, message]) => [key, of(message)]);
  return /** @type {Catalogue} */ (Object.fromEntries(made));
}
