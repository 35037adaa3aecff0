/** Serves the page and the tests' own modules to a browser, on this machine only. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const UI = new URL("../../", import.meta.url);
const LIBRARY = "node_modules/@testing-library/dom/dist/@testing-library/dom.umd.min.js";
const SERVED = /^(src|tests\/support|tests\/browser)\/[\w/.-]+\.(js|css)$/;
const TYPES = /** @type {Record<string, string>} */ ({
  js: "text/javascript",
  css: "text/css",
  html: "text/html",
});

/** The page as it is, with the stage in front of its first script. */
function stage() {
  const page = readFileSync(new URL("src/index.html", UI), "utf8");
  const imports = JSON.stringify({ imports: { "@testing-library/dom": "/tests/browser/library.js" } });
  return page
    .replace(/(rel="stylesheet" href=")/g, "$1/src/")
    .replace(
      /<script type="module" src="main.js"><\/script>/,
      `<script type="importmap">${imports}</script><script src="/${LIBRARY}"></script>` +
        `<script type="module" src="/tests/browser/stage.js"></script>`,
    );
}

export function startServer() {
  return serve((path) => {
    if (path === "") return { type: "html", body: stage() };
    const known = SERVED.test(path) || path === LIBRARY;
    return known ? { type: ending(path), body: readFileSync(new URL(path, UI)), keep: true } : null;
  });
}

/**
 * The page as the app serves it: these files, under its content policy.
 * @param {ReadonlyMap<string, string>} files
 */
export function serveFiles(files) {
  const { app } = JSON.parse(readFileSync(new URL("../tauri.conf.json", UI), "utf8"));
  const policy = Object.entries(app.security.csp).map((directive) => directive.join(" "));
  return serve((path) => {
    const name = path || "index.html";
    const body = files.get(name);
    return body === undefined ? null : { type: ending(name), body, policy: policy.join("; ") };
  });
}

/** @param {string} path */
const ending = (path) => path.split(".").at(-1) ?? "";

/**
 * @param {(path: string) => { type: string, body: string | Buffer, keep?: boolean, policy?: string } | null} answer
 * @returns {Promise<{ address: string, stop: () => void }>}
 */
function serve(answer) {
  const server = createServer((request, response) => {
    try {
      const found = answer((request.url ?? "/").slice(1).replace(/[?#].*$/, ""));
      response.writeHead(found ? 200 : 404, {
        "content-type": `${TYPES[found?.type ?? "html"]}; charset=utf-8`,
        "cache-control": found?.keep ? "max-age=3600" : "no-store",
        ...(found?.policy ? { "content-security-policy": found.policy } : {}),
      });
      response.end(found?.body);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((done) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      done({ address: `http://127.0.0.1:${port}/`, stop: () => void server.close() });
    });
  });
}
