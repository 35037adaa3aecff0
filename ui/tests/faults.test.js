/** docs/FAULTS.md and docs/SECURITY.md name tests: every one they name is there, and every fault has one. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const root = new URL("../../", import.meta.url);

/** @param {string} folder @param {string} ending */
const sources = (folder, ending) =>
  readdirSync(new URL(folder, root), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(ending) && !/node_modules|target/.test(name))
    .map((name) => readFileSync(new URL(`${folder}${name}`, root), "utf8"))
    .join("\n");

const rust = sources("src-tauri/", ".rs") + sources("tests/", ".rs");
const page = sources("ui/tests/", ".test.js");

/** @param {string} name */
const isInPage = (name) =>
  new RegExp(`test\\(\\s*${JSON.stringify(name).replace(/[$()*+.?[\]^{|}]/g, "\\$&")}`).test(page);

/** Rows of the tables: the fault's number, what happens, what the app does, the tests. */
const rows = readFileSync(new URL("docs/FAULTS.md", root), "utf8")
  .split("\n")
  .filter((line) => /^\| [A-Z]\d+ \|/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, number = "", , , tests = ""]) => ({
    number,
    tests: [...tests.matchAll(/`([^`]+)`|“([^”]+)”/g)].map(([, inRust, inPage]) => ({ inRust, inPage })),
  }));

/** The cases that tests are named after. */
const numbersOfCases = new Set(
  [
    ...[...rust.matchAll(/fn ((?:[a-z]\d+_)+)[a-z0-9_]+\(/g)].flatMap(([, all]) =>
      all?.toUpperCase().split("_"),
    ),
    ...[...page.matchAll(/test\(\s*["`]((?:[A-Z]\d+(?:, )?)+): /g)].flatMap(([, all]) => all?.split(", ")),
  ].filter((number) => number?.startsWith("C")),
);

test("every fault is in the table once, with a test that is named after it", () => {
  const numbers = (/** @type {string} */ letter, /** @type {number[]} */ ...all) =>
    all.map((n) => letter + n);
  const upTo = (/** @type {number} */ last) => Array.from({ length: last }, (_, index) => index + 1);
  assert.deepEqual(
    rows.map(({ number }) => number),
    [
      ...numbers("N", ...upTo(10)),
      ...numbers("H", ...upTo(7)),
      ...numbers("D", ...upTo(10)),
      ...numbers("A", ...upTo(6)),
      ...numbers("K", ...upTo(7)),
      ...numbers("M", ...upTo(10)),
      ...numbers("P", ...upTo(7)),
      ...numbers("T", 3),
      // Found with inputs that others reported. Numbers that no test is named after are missing.
      ...numbers("C", ...upTo(89)).filter((number) => numbersOfCases.has(number)),
    ],
  );
  for (const { number, tests } of rows) {
    const named = tests.some(({ inRust, inPage }) =>
      inRust
        ? inRust.split("_").includes(number.toLowerCase())
        : inPage?.split(":")[0]?.split(", ").includes(number),
    );
    assert.ok(named, number);
  }
});

test("every test that the table names is there", () => {
  for (const { number, tests } of rows) {
    for (const { inRust, inPage } of tests) {
      const found = inRust ? rust.includes(`fn ${inRust}(`) : isInPage(inPage ?? "");
      assert.ok(found, `${number}: ${inRust ?? inPage}`);
    }
  }
});

test("every test that is named after a fault is in the table", () => {
  const listed = new Set(rows.flatMap(({ tests }) => tests.map(({ inRust, inPage }) => inRust ?? inPage)));
  const inRust = [...rust.matchAll(/fn ((?:[nhdakmptc]\d+_)+[a-z0-9_]+)\(/g)].map(([, name]) => name);
  const inPage = [...page.matchAll(/test\(\s*"((?:[NHDAKMPTC]\d+(?:, )?)+: [^"]+)"/g)].map(
    ([, name]) => name,
  );
  assert.ok(inRust.length > 50 && inPage.length > 30);
  assert.deepEqual(
    [...inRust, ...inPage].filter((name) => !listed.has(name)),
    [],
  );
});

test("every test that docs/SECURITY.md names for a promise is there", () => {
  const text = readFileSync(new URL("docs/SECURITY.md", root), "utf8").replace(/\s+/g, " ");
  const inRust = [...text.matchAll(/`([a-z0-9]+(?:_[a-z0-9]+){3,})`/g)].map(([, name]) => name);
  const inPage = [...text.matchAll(/“([^”]{20,})”/g)].map(([, name = ""]) => name);
  assert.ok(inRust.length > 50 && inPage.length > 5);
  assert.deepEqual(
    [...inRust.filter((name) => !rust.includes(`fn ${name}(`)), ...inPage.filter((name) => !isInPage(name))],
    [],
  );
});

test("the journey that script/run makes without a display is there", () => {
  const [, file, name] = /--exact (\w+)::(\w+)/.exec(readFileSync(new URL("script/run", root), "utf8")) ?? [];
  const journey = readFileSync(new URL(`tests/journey/${file}.rs`, root), "utf8");
  assert.ok(journey.includes(`async fn ${name}(`), name);
});
