/**
 * Chromium, the engine of the app's window on Windows, without a window of its own: started for a test and spoken to
 * over a pipe in the DevTools protocol. https://chromedevtools.github.io/devtools-protocol/
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "microsoft-edge"];
const ELSEWHERE = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];
/** In milliseconds: no test waits for ever. */
const DEADLINE = 30_000;

function program() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...ELSEWHERE];
  const path = found.find((one) => existsSync(one));
  if (!path) throw new Error("these tests need Chromium: script/bootstrap test installs it where it may");
  return path;
}

/** @typedef {(method: string, params?: object) => Promise<any>} Send */

export async function startChromium() {
  const profile = mkdtempSync(join(tmpdir(), "chromium-"));
  const child = spawn(
    program(),
    [
      ...[
        "--headless=new",
        "--remote-debugging-pipe",
        "--no-first-run",
        "--disable-gpu",
        "--hide-scrollbars",
      ],
      // Its sandbox cannot be had as root, as in a container; it shows nothing but our own page.
      ...[
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--force-color-profile=srgb",
        `--user-data-dir=${profile}`,
      ],
      "about:blank",
    ],
    { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
  );
  const to = /** @type {import("node:stream").Writable} */ (child.stdio[3]);
  const from = /** @type {import("node:stream").Readable} */ (child.stdio[4]);
  /** @type {Map<number, { done: (result: any) => void, failed: (error: Error) => void }>} */
  const waiting = new Map();
  let last = 0;
  let read = "";

  from.setEncoding("utf8");
  from.on("data", (/** @type {string} */ piece) => {
    read += piece;
    const messages = read.split("\0");
    read = messages.pop() ?? "";
    for (const text of messages) {
      const { id, result, error } = JSON.parse(text);
      const asked = waiting.get(id);
      waiting.delete(id);
      if (error) asked?.failed(new Error(error.message));
      else asked?.done(result);
    }
  });
  child.on("exit", () => {
    for (const { failed } of waiting.values()) failed(new Error("Chromium has ended"));
    waiting.clear();
  });

  /**
   * @param {string} method
   * @param {object} [params]
   * @param {string} [sessionId]
   * @returns {Promise<any>}
   */
  function send(method, params = {}, sessionId) {
    last += 1;
    const id = last;
    return new Promise((done, failed) => {
      const timer = setTimeout(() => failed(new Error(`${method} took too long`)), DEADLINE);
      const over = (/** @type {(value: any) => void} */ then) => (/** @type {any} */ value) => {
        clearTimeout(timer);
        then(value);
      };
      waiting.set(id, { done: over(done), failed: over(failed) });
      to.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  return {
    /** A new tab. @returns {Promise<Send>} */
    async tab() {
      const { targetId } = await send("Target.createTarget", { url: "about:blank" });
      const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
      return (method, params) => send(method, params, sessionId);
    },
    async stop() {
      const ended = new Promise((done) => child.once("exit", done));
      await Promise.race([send("Browser.close"), ended]).catch(() => child.kill());
      await ended;
      // Its children may still be writing to it.
      await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}
