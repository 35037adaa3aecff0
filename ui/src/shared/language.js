/**
 * The words of the page in the person's language, and numbers and dates as their country writes them. All words stand in
 * `words/`; a view asks for them by key when it draws. The language is the one chosen in the settings; otherwise the one in
 * `CALYPTIA_LANGUAGE`, which is also the way to the two pseudo-languages; otherwise the first of the system's that there is a
 * catalogue for.
 */
/** @import { Catalogue, Key, Message, Values } from "../../types/words" */
import { EN } from "../words/en.js";

const pseudo = () => import("../words/pseudo.js");

/**
 * `words` are read once the language is chosen; `formats` is the language numbers and dates are written in, where it is another.
 * @type {Readonly<Record<string, { words: () => Promise<Catalogue>, formats?: string, direction?: "rtl" }>>}
 */
const LANGUAGES = {
  en: { words: async () => EN },
  es: { words: async () => (await import("../words/es.js")).ES },
  "en-XA": { words: async () => (await pseudo()).accented(EN), formats: "en" },
  "ar-XB": { words: async () => (await pseudo()).mirrored(EN), formats: "ar", direction: "rtl" },
};

const FALLBACK = "en";

/** @type {Catalogue} */
let words = EN;
let locale = FALLBACK;
/** Raised with every change, so that what was made for another language is replaced. */
let edition = 0;

/**
 * @param {readonly string[]} wanted language tags, the dearest first
 * @returns {{ language: string, locale: string }} the catalogue, and the tag that numbers and dates go by
 */
export function choose(wanted) {
  const tags = wanted.flatMap((tag) => readTag(tag) ?? []);
  const found = tags.map(catalogueOf).find((name) => name !== null) ?? FALLBACK;
  const formats = LANGUAGES[found]?.formats ?? found;
  // A person in Germany who reads English counts as one does in Germany.
  const region = formats === found ? tags[0]?.region : undefined;
  return { language: found, locale: region ? `${formats}-${region}` : formats };
}

/** @param {string} tag */
function readTag(tag) {
  try {
    return new Intl.Locale(tag);
  } catch {
    // The C locale and its like.
    return null;
  }
}

/** @param {Intl.Locale} tag */
const catalogueOf = (tag) =>
  [tag.baseName, tag.language].find((name) => Object.hasOwn(LANGUAGES, name)) ?? null;

/**
 * @param {string | null} [override] a language tag; the system's choice without one
 */
export const setLanguage = async (override = null) => (await readLanguage(override))();

/**
 * Reads a language's words. What this returns then changes to it at once.
 * @param {string | null} override a language tag; the system's choice without one
 */
export async function readLanguage(override) {
  const chosen = choose(override === null ? navigator.languages : [withCountry(override)]);
  const language = LANGUAGES[chosen.language];
  const read = (await language?.words()) ?? EN;
  return () => {
    words = read;
    locale = chosen.locale;
    edition += 1;
    document.documentElement.lang = chosen.language;
    document.documentElement.dir = language?.direction ?? "ltr";
  };
}

/** The system's tag for a language, if it has one: with it come the formats of the country. @param {string} override */
const withCountry = (override) =>
  navigator.languages.find((tag) => readTag(tag)?.language === override) ?? override;

/**
 * Something that is made once per language, such as a formatter.
 * @template T
 * @param {(locale: string) => T} make
 * @returns {() => T}
 */
export function perLocale(make) {
  let made = -1;
  /** @type {T} */
  let value;
  return () => {
    if (made !== edition) {
      value = make(locale);
      made = edition;
    }
    return value;
  };
}

const numbers = perLocale((tag) => new Intl.NumberFormat(tag));
const plurals = perLocale((tag) => new Intl.PluralRules(tag));

/**
 * A message as text. Numbers are written as the person writes them.
 * @template {Key} K
 * @param {K} key
 * @param {Values<K, string | number>} values
 * @returns {string}
 */
export const t = (key, ...values) => pieces(key, values[0] ?? {}).join("");

/**
 * A message with elements in it, such as a name somebody else chose.
 * @template {Key} K
 * @param {K} key
 * @param {Values<K, string | number | Node>} values
 * @returns {(string | Node)[]}
 */
export const tNodes = (key, ...values) => pieces(key, values[0] ?? {});

/**
 * @param {Key} key
 * @param {{ readonly [name: string]: string | number | Node }} values
 */
function pieces(key, values) {
  const used = new Set();
  return parsed(formOf(words[key], values.count))
    .map((piece, at) => (at % 2 === 0 ? piece : once(inserted(key, piece, values), used)))
    .filter((piece) => piece !== "");
}

/** A node stands in one place only: a copy of it, where it is put in again. @param {string | Node} value @param {Set<unknown>} used */
function once(value, used) {
  if (typeof value === "string") return value;
  const node = used.has(value) ? value.cloneNode(true) : value;
  used.add(value);
  return node;
}

/** @type {Map<string, readonly string[]>} */
const known = new Map();

/** A text in pieces: what stands there, and the name of what is put in, by turns. @param {string} text */
function parsed(text) {
  const pieces = known.get(text) ?? text.split(/\{(\w+)\}/);
  known.set(text, pieces);
  return pieces;
}

/**
 * @param {Message} message
 * @param {unknown} count
 */
function formOf(message, count) {
  if (typeof message === "string") return message;
  return (typeof count === "number" ? message[plurals().select(count)] : undefined) ?? message.other;
}

/**
 * @param {Key} key
 * @param {string} name
 * @param {{ readonly [name: string]: string | number | Node }} values
 */
function inserted(key, name, values) {
  const value = values[name];
  if (value === undefined) throw new TypeError(`${key} needs ${name}`);
  return typeof value === "number" ? numbers().format(value) : value;
}
