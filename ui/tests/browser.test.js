/**
 * Every screen in every manner, drawn by Chromium: nothing is cut off, axe finds nothing, and a picture is left in
 * target/pictures. The window of Windows is of the same engine; that of Linux is looked at by the journeys.
 */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { startChromium } from "./browser/chromium.js";
import { evaluate, show } from "./browser/screen.js";
import { startServer } from "./browser/server.js";
import { SCREENS } from "./support/screens.js";

/** @import { Send } from "./browser/chromium.js" */

/**
 * How somebody may see the page: a size in pixels of the page, how many of the display's each takes, colours, language. `axe` is
 * what can be different there for axe: everything, or colours only.
 * @type {readonly { name: string, size?: [number, number], zoom?: number, dark?: boolean, forced?: boolean, language?: string, axe?: "all" | "colours" }[]}
 */
const MANNERS = [
  { name: "light", axe: "all" },
  { name: "dark", dark: true, axe: "colours" },
  { name: "forced-colours", forced: true, dark: true },
  { name: "right-to-left", language: "ar-XB" },
  { name: "longer-words", language: "en-XA" },
  { name: "spanish", language: "es" },
  { name: "zoomed", size: [540, 340], zoom: 2 },
  { name: "small-spanish", size: [640, 480], language: "es" },
  { name: "smallest", size: [480, 420], axe: "all" },
];

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PICTURES = new URL("../../target/pictures/", import.meta.url);

/** @type {Awaited<ReturnType<typeof startServer>>} */
let server;

before(async () => {
  rmSync(PICTURES, { recursive: true, force: true });
  server = await startServer();
});

after(() => server?.stop());

/** @param {Send} send @param {typeof MANNERS[number]} manner */
async function dress(send, { size: [width, height] = [1080, 680], zoom = 1, dark, forced }) {
  await send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: zoom, mobile: false });
  const features = [
    { name: "prefers-color-scheme", value: dark ? "dark" : "light" },
    { name: "forced-colors", value: forced ? "active" : "none" },
    { name: "prefers-reduced-motion", value: "reduce" },
  ];
  await send("Emulation.setEmulatedMedia", { features });
}

/** Runs in the browser: what is cut off, or stands where nobody can see it. */
function cutOff() {
  /** @type {string[]} */
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth) found.push("the page is wider than the window");
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((one) => one.nodeType === 3 && one.textContent?.trim());
    const style = getComputedStyle(element);
    const hidden = element.closest(".visually-hidden, [hidden]") || !element.checkVisibility();
    if (hidden) continue;
    if (!own) {
      // Such as a cell: what stands in it must have room, but for names, which end in dots.
      const clips = ["hidden", "clip"].includes(style.overflowX);
      // Dots stand as soon as the padding is reached, of which the width to scroll says nothing.
      const contents = document.createRange();
      contents.selectNodeContents(element);
      const room = element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      const dots = style.textOverflow === "ellipsis" && contents.getBoundingClientRect().width > room + 1;
      const wide = dots || element.scrollWidth > element.clientWidth + 1;
      const scrolls = element instanceof HTMLInputElement;
      if (clips && wide && !scrolls && !element.querySelector(".user-text, .visually-hidden"))
        found.push(`no room in ${element.outerHTML}`);
      continue;
    }
    // What somebody else chose may be long; it is whole on hover.
    const given = element.closest(".user-text, .short-id, option, select");
    const { left, right, width } = element.getBoundingClientRect();
    const what = `${element.tagName} ${element.className} “${element.textContent?.slice(0, 60)}”`;
    if (style.overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1 && !given) {
      found.push(`cut off: ${what}`);
    }
    if (width > 0 && (left < -1 || right > innerWidth + 1) && !given) found.push(`outside: ${what}`);
  }
  return found;
}

// A browser each: what is not in front is not drawn.
describe("every screen", { concurrency: 2 }, () => {
  for (const manner of MANNERS) describe(manner.name, { concurrency: 1 }, () => inManner(manner));
});

/** @param {typeof MANNERS[number]} manner */
function inManner(manner) {
  const folder = new URL(`${manner.name}/`, PICTURES);
  /** @type {Awaited<ReturnType<typeof startChromium>>} */
  let chromium;
  /** @type {Send} */
  let send;

  before(async () => {
    mkdirSync(folder, { recursive: true });
    chromium = await startChromium();
    send = await chromium.tab();
    await dress(send, manner);
  });
  after(() => chromium?.stop());

  for (const [screen] of SCREENS) {
    test(`${manner.name}: ${screen}`, async () => {
      await show(send, server.address, screen, manner.language);
      const { data } = await send("Page.captureScreenshot", { format: "png" });
      writeFileSync(new URL(`${screen.replace(/\W+/g, "-")}.png`, folder), Buffer.from(data, "base64"));

      assert.deepEqual(await evaluate(send, `(${cutOff})()`), []);
      if (!manner.axe) return;
      await evaluate(send, AXE);
      const options = manner.axe === "colours" ? { runOnly: ["color-contrast"] } : {};
      const violations = await evaluate(
        send,
        `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations.flatMap((one) =>
          one.nodes.map((node) => one.id + ": " + node.html + " " + node.failureSummary)))`,
      );
      assert.deepEqual(violations, []);
    });
  }
}
