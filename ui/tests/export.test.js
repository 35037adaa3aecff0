/** Exporting what the filter shows. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent } from "@testing-library/dom";
import { NO_FACETS } from "../src/list/facets.js";
import { closePage, openPage } from "./support/page.js";
import { pressEsc, settled, type } from "./support/person.js";
import { loaded, problem, withTokens } from "./support/rust.js";

afterEach(closePage);

/** @param {import("./support/rust.js").Commands} [commands] */
async function openExport(commands) {
  const opened = await openPage(commands);
  await settled();
  type(opened.page.getByRole("searchbox"), "edge");
  await settled();
  fireEvent.click(opened.page.getByRole("button", { name: "Export…" }));
  return { ...opened, choose: (/** @type {RegExp} */ name) => choose(opened.page, name) };
}

/** @param {any} page @param {RegExp} name */
async function choose(page, name) {
  fireEvent.click(page.getByRole("menuitem", { name }));
  await settled();
}

test("what the filter shows is exported in either format, and the file is named", async () => {
  const { page, choose, callsTo } = await openExport({
    export_tokens: ({ format }) => ({ file: `tokens.${format}`, tokens: 1 }),
  });
  await choose(/CSV/);
  const view = { filter: "edge", facets: NO_FACETS, sort: "created", descending: true };
  const args = { connection: "c1", project: "p1", name: "Acme / production", view, format: "csv" };
  assert.deepEqual(callsTo("export_tokens")[0]?.args, args);
  assert.match(page.getByRole("status").textContent ?? "", /Exported 1 token to tokens\.csv\./);
  assert.equal(document.activeElement?.textContent, "Export…");
  fireEvent.click(page.getByRole("button", { name: "Export…" }));
  await choose(/JSON/);
  assert.equal(callsTo("export_tokens")[1]?.args.format, "json");
});

test("choosing no file shows no message", async () => {
  const { page, choose } = await openExport({ export_tokens: () => null });
  await choose(/CSV/);
  assert.equal(page.queryByText(/Exported/), null);
});

test("a file that cannot be written is reported", async () => {
  const { page, choose } = await openExport({
    export_tokens: () => Promise.reject(problem("file_not_written")),
  });
  await choose(/CSV/);
  page.getByText("Couldn’t export.");
  page.getByText(/This file can’t be written\./);
});

test("Esc closes the menu, and without tokens there is nothing to export", async () => {
  const { page, callsTo } = await openExport();
  pressEsc();
  assert.equal(page.queryByRole("menu"), null);
  assert.equal(callsTo("export_tokens").length, 0);
  await closePage();
  const empty = await openPage({ ...withTokens([]), load_tokens: () => loaded({ total: 0 }) });
  await settled();
  assert.equal(empty.page.queryByRole("button", { name: "Export…" }), null);
});
