/** Serves the page and the tests' own modules to a browser, on this machine only. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const UI = new URL("../../", import.meta.url);
const LIBRARY = "node_modules/@testing-library/dom/dist/@testing-library/dom.umd.min.js";
const SERVED = /^(src|tests\/support|tests\/browser)\/[\w/.-]+\.(js|css)$/;
const TYPES = /** @type {Record<string, string>} */ ({ js: "text/javascript", css: "text/css" });

/** The page as it is, with the stage in front of its first script. */
function stage() {
  const page = readFileSync(new URL("src/index.html", UI), "utf8");
  const imports = JSON.stringify({ imports: { "@testing-library/dom": "/tests/browser/library.js" } });
  return page
    .replace(/(rel="(?:stylesheet|modulepreload)" href=")/g, "$1/src/")
    .replace(
      /<script type="module" src="main.js"><\/script>/,
      `<script type="importmap">${imports}</script><script src="/${LIBRARY}"></script>` +
        `<script type="module" src="/tests/browser/stage.js"></script>`,
    );
}

/** @returns {Promise<{ address: string, stop: () => void }>} */
export function startServer() {
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").slice(1).replace(/[?#].*$/, "");
    const known = SERVED.test(path) || path === LIBRARY;
    try {
      const body = path === "" ? stage() : known ? readFileSync(new URL(path, UI)) : null;
      const type = path === "" ? "text/html" : TYPES[path.split(".").at(-1) ?? ""];
      response.writeHead(body === null ? 404 : 200, {
        "content-type": `${type}; charset=utf-8`,
        "cache-control": path === "" ? "no-store" : "max-age=3600",
      });
      response.end(body);
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
