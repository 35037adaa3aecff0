/** Rules every file of the page keeps, because the page's security rests on them. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const root = new URL("../src/", import.meta.url);
const files = readdirSync(root, { recursive: true })
  .map(String)
  .filter((name) => /\.(js|html|css)$/.test(name))
  .map((name) => ({ name, text: readFileSync(new URL(name, root), "utf8") }));

/** @param {RegExp} pattern */
const mentions = (pattern) => files.filter(({ text }) => pattern.test(text)).map(({ name }) => name);

test("only ipc.js touches Tauri", () => {
  assert.deepEqual(mentions(/__TAURI/), ["ipc.js"]);
});

test("nothing turns text into markup or code", () => {
  assert.deepEqual(
    mentions(
      /innerHTML|outerHTML|insertAdjacentHTML|DOMParser|document\.write|srcdoc|\beval\(|new Function|createContextualFragment/,
    ),
    [],
  );
});

test("nothing is stored, logged, fetched or asked outside the page's own dialogs", () => {
  assert.deepEqual(
    mentions(/localStorage|sessionStorage|indexedDB|document\.cookie|console\.|fetch\(|XMLHttpRequest/),
    [],
  );
  assert.deepEqual(mentions(/\b(alert|confirm|prompt)\(|window\.open|location\s*=/), []);
});

test("there are no inline styles or scripts, and nothing comes from elsewhere", () => {
  assert.deepEqual(mentions(/setAttribute\(\s*["']style|\sstyle=|\son[a-z]+=["']|<style|<script>/), []);
  const addresses = (/** @type {string} */ text) =>
    (text.match(/(?:src|href|from|import|url)[\s("'=]+https?:/g) ?? []).length;
  assert.deepEqual(
    files.filter(({ text }) => addresses(text) > 0).map(({ name }) => name),
    [],
  );
});

test("every module says at its top what it is for", () => {
  for (const { name, text } of files) if (/\.(js|css)$/.test(name)) assert.match(text, /^\/\*/, name);
});
