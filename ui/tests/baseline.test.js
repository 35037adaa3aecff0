/** Checks that the page works in the oldest engines we support; support/baseline.js states which these are. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { markupFindings, scriptFindings, styleFindings } from "./support/baseline.js";

/** Features the page uses although an engine lacks them, with the reason. */
const ALLOWED = new Map([
  ["text-wrap", "Older engines wrap lines as usual."],
  ["forced-color-adjust", "Only contrast themes on Windows need it; the engine there is Chromium."],
  ['name="viewport"', "Only phones use it."],
  [
    "KeyboardEvent.isComposing",
    "WebKit resets it before the last key, so layouts.js also checks the key code.",
  ],
]);

/** @param {string} name in src */
const read = (name) => readFileSync(new URL(`../src/${name}`, import.meta.url), "utf8");
/** @param {import("./support/baseline.js").Finding[]} found */
const features = (found) => found.map(({ feature }) => feature);

test("every engine of the baseline has what the page uses", () => {
  const sheets = readdirSync(new URL("../src/styles/", import.meta.url)).map((name) => `styles/${name}`);
  assert.ok(sheets.length > 0);
  const found = [
    ...sheets.flatMap((name) => styleFindings(name, read(name))),
    ...markupFindings("index.html", read("index.html")),
    ...scriptFindings(),
  ];
  const unexpected = found.filter(({ feature }) => !ALLOWED.has(feature));
  assert.deepEqual(unexpected, []);
  const unused = [...ALLOWED.keys()].filter((feature) => !features(found).includes(feature));
  assert.deepEqual(unused, [], "no longer needs to be allowed");
});

test("the check finds newer styles", () => {
  /** @type {[string, ...string[]][]} */
  const cases = [
    ["a { & b { color: red } }", "nesting"],
    ["a { b { color: red } }", "SyntaxError: Colon is expected"],
    ["a { @media (hover) { color: red } }", "nesting"],
    ["a { text-wrap: balance }", "text-wrap"],
    ["a { field-sizing: content }", "field-sizing"],
    ["a { scrollbar-gutter: stable }", "scrollbar-gutter"],
    ["a { user-select: none }", "user-select"],
    ["a { align-items: safe center }", "align-items: safe"],
    ["a { color: AccentColor }", "color: AccentColor"],
    ["a { --shade: light-dark(red, blue) }", "light-dark()"],
    ["a { transition-timing-function: linear(0, 1) }", "linear()"],
    ["a { color: rgb(from red r g b) }", "rgb(from)"],
    ["a { width: 1rcap }", "rcap"],
    ["a:user-valid, a:has(:popover-open) {}", ":user-valid", ":popover-open"],
    ["a::details-content {}", ":details-content"],
    ["@starting-style { a { color: red } }", "@starting-style"],
    ["@media (scripting: none) { a { color: red } }", "(scripting)"],
    ["@supports (text-wrap: balance) { a:has(b):focus-visible { color: color-mix(in srgb, red, blue) } }"],
    ["a { -webkit-user-select: none; user-select: none; inset: 0; width: 1dvh; translate: min(1px, 1em) }"],
    ["@media (width > 400px) { @layer a { @container (width > 1px) { a { color: CanvasText } } } }"],
  ];
  for (const [text, ...expected] of cases)
    assert.deepEqual(features(styleFindings("", text)), expected, text);
});

test("the check finds newer markup", () => {
  /** @type {[string, ...string[]][]} */
  const cases = [
    ['<link rel="modulepreload" href="a.js">', 'rel="modulepreload"'],
    ["<search></search>", "<search>"],
    ['<div popover="auto"></div>', "attribute popover"],
    ['<dialog closedby="any"></dialog>', "attribute closedby"],
    ['<dialog open inert><input type="search"><svg viewBox="0 0 1 1"><path d="M0 0"/></svg></dialog>'],
  ];
  for (const [text, ...expected] of cases)
    assert.deepEqual(features(markupFindings("", text)), expected, text);
});

test("the check finds newer scripts", () => {
  /** @type {[string, ...string[]][]} */
  const cases = [
    ["document.body.checkVisibility();", "Element.checkVisibility"],
    ["document.querySelector('select')?.showPicker();", "HTMLSelectElement.showPicker"],
    ["const { popover } = document.body;", "HTMLElement.popover"],
    ["/** @param {any} some */ export const f = (some) => some.showPopover();", "showPopover"],
    ["document.body.style.fieldSizing = 'content';", "CSSStyleProperties.fieldSizing"],
    ["Promise.withResolvers(); Object.groupBy([], String);", "Promise.withResolvers", "Object.groupBy"],
    ["AbortSignal.any([]); Iterator.from([]);", "AbortSignal.any", "Iterator.from"],
    ["new Set().union(new Set());", "union"],
    ["new CloseWatcher();", "CloseWatcher"],
    ["document.querySelector(':popover-open');", ":popover-open"],
    ["document.addEventListener('beforetoggle', () => {});", "event beforetoggle"],
    ["document.body.setAttribute('popover', '');", "attribute popover"],
    ['import { h } from "./src/shared/dom.js"; h("dialog", { closedby: "any" });', "attribute closedby"],
    [
      'import { button } from "./src/shared/dom.js"; button("", () => {}, { popover: "" });',
      "attribute popover",
    ],
    ["/[a--b]/v;", "SyntaxError: Invalid regular expression flag (1:1)"],
    ['import a from "./a.json" with { type: "json" };', "SyntaxError: Unexpected token (1:25)"],
    ["structuredClone([3].toSorted()); [1].findLast(Boolean); AbortSignal.timeout(1);"],
    [
      "/** @param {ToggleEvent} event */ export const f = ({ type }) => new Intl.Segmenter('en').segment(type);",
    ],
    ["const show = { popover: 1, checkVisibility() {} }; show.checkVisibility(); show.popover;"],
    ["class A { static #a = 1; static { A.#a ??= 2; } } export const b = await 1; /(?<=a)b/d;"],
  ];
  const snippets = Object.fromEntries(cases.map(([text], index) => [`snippet-${index}.js`, text]));
  const found = scriptFindings(snippets);
  for (const [index, [text, ...expected]] of cases.entries()) {
    const own = found.filter(({ where }) => where.split(":")[0] === `snippet-${index}.js`);
    assert.deepEqual(features(own), expected, text);
  }
});
