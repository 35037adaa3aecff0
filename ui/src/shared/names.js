/**
 * What a name hides: characters that nobody sees or that change the order of others, and spaces that do not look like one. They
 * are shown by their code points, and not accepted in new names.
 */

/** @typedef {"direction" | "invisible" | "space"} Hidden */
/** @typedef {{ text: string, hidden: Hidden | null }} Piece a part of a name; a hidden one is one character */

/** Visible ASCII with single spaces between: nothing to look for. */
const PLAIN = /^(?:[!-~]+(?: [!-~]+)*)?$/;
const DIRECTION = /^[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]$/;
const INVISIBLE = /^[\p{Cc}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]$/u;
/** The braille pattern without dots is blank, too. */
const SPACE = /^[\s\u2800]$/u;
/** As wide as a letter of the scripts it is used with, so that it can be told from another space. */
const WIDE_SPACE = "\u3000";

const JOINER = /^[\u200c\u200d]$/;
const VARIATION = /^[\ufe0e\ufe0f]$/;
const PICTURE = /^\p{Extended_Pictographic}$/u;
const PICTURE_END = /^(?:[\p{Extended_Pictographic}\p{Emoji_Modifier}]|\ufe0f)$/u;
/** Scripts in which a joiner decides how its neighbors are written. */
const JOINING =
  /^[\p{Script_Extensions=Arabic}\p{Script_Extensions=Syriac}\p{Script_Extensions=Devanagari}\p{Script_Extensions=Bengali}\p{Script_Extensions=Gurmukhi}\p{Script_Extensions=Gujarati}\p{Script_Extensions=Oriya}\p{Script_Extensions=Tamil}\p{Script_Extensions=Telugu}\p{Script_Extensions=Kannada}\p{Script_Extensions=Malayalam}\p{Script_Extensions=Sinhala}\p{Script_Extensions=Khmer}]$/u;
const TAG = /^[\u{e0020}-\u{e007f}]$/u;
const FLAG = "\u{1f3f4}";

/** A flag of a region is written with up to six of them and an end. */
const MOST_TAGS = 6;
const TAG_END = "\u{e007f}";

/** Parts that were found before: rows are drawn often. @type {Map<string, readonly Piece[]>} */
const known = new Map();
const MOST_KNOWN = 500;

/**
 * The parts of a name, in order.
 * @param {string} name
 * @returns {readonly Piece[]}
 */
export function namePieces(name) {
  if (PLAIN.test(name)) return [{ text: name, hidden: null }];
  const before = known.get(name);
  if (before) return before;
  const pieces = findPieces(name);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(name, pieces);
  return pieces;
}

/** @param {string} name */
function findPieces(name) {
  const all = [...name];
  let end = all.length - 1;
  while (end >= 0 && SPACE.test(all[end] ?? "")) end -= 1;
  /** @type {Piece[]} */
  const pieces = [];
  for (const [at, text] of all.entries()) {
    const hidden = hiddenAs(all, at, end);
    const last = pieces.at(-1);
    if (hidden === null && last?.hidden === null) last.text += text;
    else pieces.push({ text, hidden });
  }
  return pieces;
}

/**
 * @param {string[]} all the characters of a name
 * @param {number} at
 * @param {number} end where the last one is that is no space
 * @returns {Hidden | null}
 */
function hiddenAs(all, at, end) {
  const [character = "", before = "", after = ""] = [all[at], all[at - 1], all[at + 1]];
  if (DIRECTION.test(character)) return "direction";
  if (SPACE.test(character) && !/^[\p{Cc}\u2028\u2029\ufeff]$/u.test(character)) {
    const isBetween = before !== "" && !SPACE.test(before) && at < end;
    return isBetween && (character === " " || character === WIDE_SPACE) ? null : "space";
  }
  if (!INVISIBLE.test(character) || belongs(all, at, before, character, after)) return null;
  return "invisible";
}

/**
 * Whether an invisible character is part of how its neighbors are written.
 * @param {string[]} all
 * @param {number} at
 * @param {string} before
 * @param {string} character
 * @param {string} after
 */
function belongs(all, at, before, character, after) {
  if (VARIATION.test(character))
    return PICTURE.test(before) || (/^[0-9#*]$/.test(before) && after === "\u20e3");
  if (JOINER.test(character)) {
    const inPicture = character === "\u200d" && PICTURE_END.test(before) && PICTURE.test(after);
    return inPicture || (JOINING.test(before) && JOINING.test(after));
  }
  if (TAG.test(character)) {
    const start = Math.max(0, at - MOST_TAGS - 1);
    const around = all.slice(start, at + MOST_TAGS + 1);
    const flag = around.lastIndexOf(FLAG, at - start);
    const end = around.indexOf(TAG_END, flag);
    const tags = around.slice(flag + 1, end);
    return flag >= 0 && start + end >= at && tags.length <= MOST_TAGS && tags.every((tag) => TAG.test(tag));
  }
  // Variants of Han characters.
  return /^[\u{e0100}-\u{e01ef}]$/u.test(character) && /^\p{Script=Han}$/u.test(before);
}

/** "U+200B". @param {string} character */
export const codePoint = (character) =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

/** A name for where there is only text: tooltips, labels and announcements. @param {string} name */
export const plainName = (name) =>
  namePieces(name)
    .map(({ text, hidden }) => (hidden ? `[${codePoint(text)}]` : text))
    .join("");
