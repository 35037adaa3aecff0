/** Every word of the page stands in the catalogue, every language has all of them, and a language changes all it should. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, test } from "node:test";
import { choose, setLanguage, t } from "../src/shared/language.js";
import { EN } from "../src/words/en.js";
import { ES } from "../src/words/es.js";
import { accented, mirrored } from "../src/words/pseudo.js";
import { closePage, openPage } from "./support/page.js";
import { settled } from "./support/person.js";
import { row, startup, withTokens } from "./support/rust.js";
import { SCREENS } from "./support/screens.js";

/** @import { Catalogue, Key, Message } from "../types/words" */

afterEach(closePage);

/** @type {[string, Catalogue][]} */
const LANGUAGES = [
  ["es", ES],
  ["en-XA", accented(EN)],
  ["ar-XB", mirrored(EN)],
];

/** @param {Message} message */
const forms = (message) => (typeof message === "string" ? { other: message } : message);

/** @param {string} text */
const names = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

const keys = /** @type {Key[]} */ (Object.keys(EN));

test("every language has every message, with the same things put in", () => {
  for (const [language, words] of LANGUAGES) {
    assert.deepEqual(Object.keys(words).sort(), [...keys].sort(), language);
    for (const key of keys) {
      const wanted = names(forms(EN[key]).other);
      for (const text of Object.values(forms(words[key]))) {
        assert.ok(text.trim() !== "", `${language} ${key}`);
        assert.deepEqual(names(text), wanted, `${language} ${key}`);
      }
    }
  }
});

test("a message that counts has a form for every way the language counts", () => {
  for (const [language, words] of /** @type {[string, Catalogue][]} */ ([
    ["en", EN],
    ["es", ES],
  ])) {
    for (const key of keys) {
      const message = words[key];
      if (typeof message === "string") continue;
      for (const count of [0, 1, 2, 5, 21, 1000]) {
        const form = new Intl.PluralRules(language).select(count);
        assert.ok(form in message, `${language} ${key} lacks ${form}`);
      }
    }
  }
});

test("nothing is left in English, but what is the same word", () => {
  const same = keys.filter((key) => JSON.stringify(EN[key]) === JSON.stringify(ES[key]));
  assert.deepEqual(same, [
    "fact.id",
    "fact.token",
    "hint.withKey",
    "span.hours",
    "span.minutes",
    "span.seconds",
    "time.dayAt",
    "bearerToken.label",
    "connection.color",
    "table.label",
    "row.nameWithId",
    "details.error",
    "snippet.curl",
    "snippet.fluent_bit",
    "snippet.vault",
    "language.en",
    "language.es",
    "network.proxy",
    "menu.zoom",
    "files.base64",
  ]);
});

const root = new URL("../src/", import.meta.url);
const sources = readdirSync(root, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith(".js") && !name.startsWith("words/") && name !== "icons.js")
  .map((name) => ({ name, code: withoutComments(readFileSync(new URL(name, root), "utf8")) }));

/** @param {string} text */
function withoutComments(text) {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}

/** What looks like words and is none: names of keys, and of this app. */
const NO_WORDS =
  /^(Enter|Escape|Esc|Tab|Home|End|Arrow(Up|Down)?|Page(Up|Down)|Delete|Backspace|ContextMenu|Copy|Cut|Paste|AltGraph|Comma|Slash|Minus|Equal|Period|(Key|Digit|Numpad)\S+|Ctrl |Calyptia Tokens)$/;

test("no view has words of its own", () => {
  assert.ok(sources.length > 40);
  for (const { name, code } of sources) {
    // What is thrown at a programmer is not shown.
    const shown = code.replace(/new TypeError\([^;]*\);/g, "");
    for (const [literal] of shown.matchAll(/"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g)) {
      const text = literal.slice(1, -1).replace(/\$\{[^}]*\}/g, "");
      const prose = /(^|\s)[A-Z][a-z]+/.test(text) || /[a-z][.?!] /.test(text) || /\w'\w/.test(text);
      assert.ok(!prose || NO_WORDS.test(text), `${name}: ${literal}`);
    }
  }
});

test("no message is left that nobody says", () => {
  const code = sources.map((one) => one.code).join("\n");
  const said = (/** @type {string} */ key) =>
    code.includes(`"${key}"`) ||
    [...code.matchAll(/`([a-z]+\.)\$\{[^}]*\}((?:[.\w]*))`/g)].some(
      ([, before = "", after = ""]) => key.startsWith(before) && key.endsWith(after),
    );
  assert.deepEqual(
    keys.filter((key) => !said(key)),
    [],
  );
});

for (const [name, commands, act] of SCREENS) {
  test(`every word comes from the catalogue: ${name}`, async () => {
    const start = commands.start ?? (() => startup());
    const { page } = await openPage({
      ...commands,
      start: (args) => ({ ...Object(start(args)), language: "en-XA" }),
    });
    await settled();
    await act(page);
    await settled();
    assert.equal(document.documentElement.lang, "en-XA");
    assert.match(document.body.textContent ?? "", /⟦/);
    assert.deepEqual(foreign(document.body), []);
  });
}

/** What somebody else chose, what a key is called, what programs read, and times, which the system writes. */
const OTHERS = "bdi, .user-text, kbd, time, .mono, .detail, .file, .snippet";

/** What the system writes, this app is called, servers are called, and the test's server sends. */
const GIVEN =
  /\d+ (second|minute|hour)s?|Calyptia Tokens|https?:\S+|(Production|Local) — \S+|•+x0E61U|future:x/g;

/**
 * Text that no catalogue has wrapped in its brackets.
 * @param {HTMLElement} root
 */
function foreign(root) {
  /** @type {string[]} */
  const found = [];
  const check = (/** @type {string | null} */ text) => {
    let rest = text ?? "";
    for (let before = ""; rest !== before; ) {
      before = rest;
      rest = rest.replace(/⟦[^⟦⟧]*⟧/g, "");
    }
    rest = rest.replace(GIVEN, "");
    if (/\p{L}/u.test(rest)) found.push(rest);
  };
  const walker = document.createTreeWalker(root, 4 /* texts */);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    // A message with elements in it is several texts: its brackets are around all of them.
    const around = node.parentElement;
    if (around?.closest(OTHERS)) continue;
    if (around && [...around.childNodes].some((one) => one.nodeType === 1)) continue;
    check(node.textContent);
  }
  for (const element of root.querySelectorAll("*")) {
    if (element.closest(OTHERS)) continue;
    for (const name of ["aria-label", "title", "placeholder"]) check(element.getAttribute(name));
    const own = [...element.childNodes];
    if (own.some((one) => one.nodeType === 1) && own.some((one) => one.nodeType === 3)) {
      check(own.map((one) => (one instanceof Element ? "" : one.textContent)).join(""));
    }
  }
  return found;
}

test("the language is the first of the system's that there is, with the country's numbers", () => {
  assert.deepEqual(choose(["es-MX", "en-US"]), { language: "es", locale: "es-MX" });
  assert.deepEqual(choose(["de-DE", "es"]), { language: "es", locale: "es-DE" });
  assert.deepEqual(choose(["de-DE"]), { language: "en", locale: "en-DE" });
  assert.deepEqual(choose(["C", "POSIX", "c_utf"]), { language: "en", locale: "en" });
  assert.deepEqual(choose([]), { language: "en", locale: "en" });
  assert.deepEqual(choose(["ar-XB"]), { language: "ar-XB", locale: "ar" });
  assert.deepEqual(choose(["ar-EG"]), { language: "en", locale: "en-EG" });
});

test("in Spanish the page, its numbers and its times are Spanish", async () => {
  const { page } = await openPage({
    ...withTokens([row("agente")]),
    start: () => startup({ language: "es" }),
  });
  await settled();
  assert.equal(document.documentElement.lang, "es");
  page.getByRole("button", { name: "Nuevo token" });
  page.getByRole("columnheader", { name: "Permisos" });
  page.getByText("hace 2 horas");
  page.getByText("leer");
  assert.equal(t("count.tokens", { count: 12345 }), "12.345 tokens");
  assert.equal(t("count.tokens", { count: 2_000_000 }), "2.000.000 de tokens");
  assert.equal(t("count.tokens", { count: 1 }), "1 token");
});

test("from right to left the document says so, and says otherwise again", async () => {
  await openPage({ start: () => startup({ language: "ar-XB" }) });
  await settled();
  assert.equal(document.documentElement.dir, "rtl");
  await setLanguage("en");
  assert.equal(document.documentElement.dir, "ltr");
});
