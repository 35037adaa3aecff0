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

/** Rows of the tables: the fault's number, what happens, what the app does, the tests. */
const rows = readFileSync(new URL("docs/FAULTS.md", root), "utf8")
  .split("\n")
  .filter((line) => /^\| [A-Z]\d+ \|/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, number = "", , , tests = ""]) => ({
    number,
    tests: [...tests.matchAll(/`([^`]+)`|“([^”]+)”/g)].map(([, inRust, inPage]) => ({ inRust, inPage })),
  }));

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
    ],
  );
  for (const { number, tests } of rows) {
    const named = tests.some(({ inRust, inPage }) =>
      inRust ? inRust.split("_").includes(number.toLowerCase()) : inPage?.startsWith(`${number}: `),
    );
    assert.ok(named, number);
  }
});

test("every test that the table names is there", () => {
  for (const { number, tests } of rows) {
    for (const { inRust, inPage } of tests) {
      const found = inRust ? rust.includes(`fn ${inRust}(`) : page.includes(`test("${inPage}"`);
      assert.ok(found, `${number}: ${inRust ?? inPage}`);
    }
  }
});

test("every test that is named after a fault is in the table", () => {
  const told = new Set(rows.flatMap(({ tests }) => tests.map(({ inRust, inPage }) => inRust ?? inPage)));
  const inRust = [...rust.matchAll(/fn ((?:[nhdakmpt]\d+_)+[a-z0-9_]+)\(/g)].map(([, name]) => name);
  const inPage = [...page.matchAll(/test\("([NHDAKMPT]\d+: [^"]+)"/g)].map(([, name]) => name);
  assert.ok(inRust.length > 50 && inPage.length > 30);
  assert.deepEqual(
    [...inRust, ...inPage].filter((name) => !told.has(name)),
    [],
  );
});

test("every test that docs/SECURITY.md names for a promise is there", () => {
  const table = readFileSync(new URL("docs/SECURITY.md", root), "utf8")
    .split("\n")
    .filter((line) => /^\| .+ \| `[a-z0-9_` ]+ \|$/.test(line));
  assert.ok(table.length > 10);
  for (const line of table) {
    const [, , tests = ""] = line.split("|");
    for (const [, name] of tests.matchAll(/`([a-z0-9_]+)`/g)) assert.ok(rust.includes(`fn ${name}(`), name);
  }
});
