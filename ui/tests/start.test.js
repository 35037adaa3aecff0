/** What the page costs at the start of a package: few files, few bytes, few fonts. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundle } from "../bundle.js";
import { startChromium } from "./browser/chromium.js";
import { evaluate } from "./browser/screen.js";
import { serveFiles } from "./browser/server.js";

/** @import { Send } from "./browser/chromium.js" */

/** Every start reads and parses all of it before the first row: 265,810 bytes when measured, and a little more. */
const MAX_BYTES = 268_000;
/** Of size, weight and family. WebKit on Linux has fontconfig match each before it can draw the list. */
const MAX_FONTS = 6;
const TRIES = 200;

const bundled = await bundle();
const root = new URL("../src/", import.meta.url);
const sources = new Map(
  readdirSync(root, { recursive: true })
    .map((name) => String(name).replaceAll("\\", "/"))
    .filter((name) => /\.\w+$/.test(name))
    .map((name) => [name, readFileSync(new URL(name, root), "utf8")]),
);

const text = (/** @type {string} */ name) => bundled.get(name) ?? assert.fail(`there is no ${name}`);
/** @param {string} name @param {RegExp} pattern @returns {string[]} */
const matches = (name, pattern) => [...text(name).matchAll(pattern)].map(([, found]) => String(found));
const LINK = /\b(?:href|src)="([^"]+)"/g;
const IMPORT = /\b(?:import|from)\s*"([^"]+)"/g;
const DYNAMIC_IMPORT = /\bimport\(\s*["'`]([^"'`]+)/g;
const scripts = [...bundled.keys()].filter((name) => name.endsWith(".js"));

test("a package starts with its page, one style sheet and one script", () => {
  assert.deepEqual(matches("index.html", LINK), ["main.css", "main.js"]);
  assert.deepEqual(matches("main.js", IMPORT), []);
});

test("what a package reads at the start stays small", () => {
  const names = ["index.html", ...matches("index.html", LINK)];
  const bytes = names.reduce((sum, name) => sum + Buffer.byteLength(text(name)), 0);
  assert.ok(bytes <= MAX_BYTES, `${bytes} bytes`);
});

test("the bundle asks for no file that is not in it", () => {
  const imported = scripts.flatMap((name) => [...matches(name, IMPORT), ...matches(name, DYNAMIC_IMPORT)]);
  for (const path of [...matches("index.html", LINK), ...imported])
    assert.ok(bundled.has(path.replace(/^\.\//, "")), path);
  assert.doesNotMatch(text("main.css"), /@import|url\(/);
});

test("the bundle logs nothing, evaluates nothing, and has neither inline code nor source maps", () => {
  for (const name of scripts) assert.doesNotMatch(text(name), /\bconsole\b|\beval\(|\bFunction\(/, name);
  assert.doesNotMatch(text("index.html"), /<style|\sstyle=|\son[a-z]+=|<script(?![^>]* src=)/);
  for (const [name, content] of bundled) assert.doesNotMatch(content, /sourceMappingURL/, name);
});

/** Runs in the browser: each visible text, how it is written, and where it stands. */
function visibleTexts() {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const { textContent, parentElement } = texts.currentNode;
    const shown = parentElement?.checkVisibility() && !parentElement.closest(".visually-hidden");
    if (!textContent?.trim() || !parentElement || !shown) continue;
    const { fontSize, fontWeight, fontFamily, color } = getComputedStyle(parentElement);
    const { x, y, width, height } = parentElement.getBoundingClientRect();
    const place = [x, y, width, height].map(Math.round).join(" ");
    found.push({ text: textContent.trim(), font: `${fontWeight} ${fontSize} ${fontFamily}`, color, place });
  }
  return found;
}

describe("the list in Chromium", { concurrency: 1 }, () => {
  /** @type {Awaited<ReturnType<typeof startChromium>>} */
  let chromium;
  /** @type {Send} */
  let send;

  before(async () => {
    chromium = await startChromium();
    send = await chromium.tab();
    await send("Page.enable");
    await send("Page.addScriptToEvaluateOnNewDocument", { source: await tauri() });
  });
  after(() => chromium?.stop());

  /** The tests' Rust side as a script, with the prototypes frozen as the app has them. */
  async function tauri() {
    const contents = `
      import { fakeTauri, usualCommands } from "./rust.js";
      const complaints = [];
      addEventListener("error", ({ message }) => complaints.push(message));
      addEventListener("securitypolicyviolation", ({ violatedDirective }) => complaints.push(violatedDirective));
      Object.assign(window, { complaints, __TAURI__: fakeTauri(usualCommands()) });
      Object.freeze(Object.prototype);`;
    const resolveDir = fileURLToPath(new URL("support", import.meta.url));
    const { outputFiles } = await build({ stdin: { contents, resolveDir }, bundle: true, write: false });
    return outputFiles[0]?.text;
  }

  /** @param {ReadonlyMap<string, string>} files */
  async function open(files) {
    const server = await serveFiles(files);
    try {
      await send("Page.navigate", { url: server.address });
      for (let tries = 0; !(await hasRows(server.address)); tries += 1) {
        assert.ok(tries < TRIES, `no rows: ${await evaluate(send, "String(window.complaints)")}`);
        await pause(25);
      }
      // What comes with the rows is drawn with the next frame.
      await evaluate(send, "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
      return {
        complaints: await evaluate(send, "complaints"),
        requested: await evaluate(
          send,
          `performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname.slice(1))`,
        ),
        texts: await evaluate(send, `(${visibleTexts})()`),
      };
    } finally {
      server.stop();
    }
  }

  /** @param {string} address The page before may still be there, or be on its way out. */
  const hasRows = (address) =>
    evaluate(send, `location.href === "${address}" && document.querySelector(".rows .name") !== null`).catch(
      () => false,
    );

  test("the bundle asks for two files beside its page, and keeps the content policy", async () => {
    const { complaints, requested } = await open(bundled);
    assert.deepEqual(complaints, []);
    // Sooner or later Chromium asks for an icon too, which no page names.
    const asked = requested.filter((/** @type {string} */ name) => name !== "favicon.ico");
    assert.deepEqual(asked.sort(), ["main.css", "main.js"]);
  });

  test("the bundle looks like the sources", async () => {
    const before = await open(sources);
    assert.ok(before.requested.length > 2, "the control");
    assert.deepEqual((await open(bundled)).texts, before.texts);
  });

  test(`it is written in ${MAX_FONTS} fonts at most`, async () => {
    const fonts = new Set(
      (await open(bundled)).texts.map((/** @type {{ font: string }} */ { font }) => font),
    );
    assert.ok(fonts.size <= MAX_FONTS, `${fonts.size}: ${[...fonts].join(", ")}`);
  });
});
