/**
 * Makes the page that packages carry: one script and one style sheet, minified, instead of a file for each module. As a
 * program it writes them to dist. `cargo run` and the tests of the page use the sources as they are.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const DIST = join(FOLDER, "dist");
// With the line ends of Unix, which Git replaces on Windows.
const PAGE = readFileSync(join(FOLDER, "src/index.html"), "utf8").replaceAll("\r\n", "\n");

const OPTIONS = /** @type {const} */ ({
  absWorkingDir: FOLDER,
  outdir: "dist",
  write: false,
  bundle: true,
  minify: true,
  charset: "utf8",
  legalComments: "none",
  // The oldest engine the page supports; WebKitGTK 2.40 is the same one.
  target: "safari16.4",
});

/** The page's files by name. Code that a dynamic `import()` asks for is in files of its own. */
export async function bundle() {
  const [scripts, styles] = await Promise.all([
    build({ ...OPTIONS, entryPoints: ["src/main.js"], format: "esm", splitting: true }),
    build({ ...OPTIONS, stdin: { contents: allSheets(), resolveDir: join(FOLDER, "src"), loader: "css" } }),
  ]);
  const files = new Map([["index.html", page()]]);
  for (const { path, text } of scripts.outputFiles) files.set(basename(path), text);
  for (const { text } of styles.outputFiles) files.set("main.css", text);
  return files;
}

/** The style sheets of the page, in its order. */
function allSheets() {
  const names = [...PAGE.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map(([, name]) => name);
  return names.map((name) => `@import "./${name}";`).join("\n");
}

const page = () =>
  PAGE.replace(
    /(^ *<link rel="stylesheet" .*\n)+/m,
    `    <link rel="stylesheet" href="main.css" />\n`,
  ).replace(/^ *<!--.*-->\n/gm, "");

/** Unchanged files keep their time, so that cargo does not build the app again for them. */
async function write() {
  const files = await bundle();
  mkdirSync(DIST, { recursive: true });
  for (const name of readdirSync(DIST)) if (!files.has(name)) rmSync(join(DIST, name), { recursive: true });
  for (const [name, text] of files) {
    const path = join(DIST, name);
    if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
  }
}

const [, program] = process.argv;
if (program && realpathSync(program) === fileURLToPath(import.meta.url)) await write();
