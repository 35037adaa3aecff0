/** Names that look like other names, or hide something: distinguished, shown, and not accepted for new tokens. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { namePieces, plainName } from "../src/shared/names.js";
import { closePage, openPage } from "./support/page.js";
import { press, settled, type } from "./support/person.js";
import { row, withTokens } from "./support/rust.js";

afterEach(closePage);

/** The names with what the row shows instead of characters that are not seen. */
const HIDING = /** @type {const} */ ([
  ["edge ", "edge[U+0020]"],
  [" edge", "[U+0020]edge"],
  ["edge  eu", "edge [U+0020]eu"],
  ["edge\u00a0eu", "edge[U+00A0]eu"],
  ["edge\teu", "edge[U+0009]eu"],
  ["edge\neu", "edge[U+000A]eu"],
  ["edge\u2028eu", "edge[U+2028]eu"],
  ["edge\u200b", "edge[U+200B]"],
  ["ed\u00adge", "ed[U+00AD]ge"],
  ["edge\u200d", "edge[U+200D]"],
  ["edge\ufe0f", "edge[U+FE0F]"],
  ["edge1\ufe0f", "edge1[U+FE0F]"],
  ["\ufeffedge", "[U+FEFF]edge"],
  ["\u202egpj.elbatnirp", "[U+202E]gpj.elbatnirp"],
  ["\u2066edge\u2069", "[U+2066]edge[U+2069]"],
  ["edge\u2800", "edge[U+2800]"],
  ["edge\u{e0041}", "edge[U+E0041]"],
  ["🏴\u{e0067}\u{e0062}", "🏴[U+E0067][U+E0062]"],
  [`🏴${"\u{e0067}".repeat(7)}\u{e007f}`, `🏴${"[U+E0067]".repeat(7)}[U+E007F]`],
  ["\u200b", "[U+200B]"],
]);

/** Names in which every character is seen, or decides how its neighbors look. */
const HARMLESS = [
  "",
  "edge-agent eu 1",
  "café",
  "cafe\u0301",
  "еdge",
  "שלום edge",
  "👩‍💻 laptop",
  "❤️",
  "👨‍👩‍👧‍👦",
  "👩🏽‍🚀",
  "🏳️‍🌈",
  "1️⃣",
  "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
  "می‌خواهم",
  "क्‍ष",
  "東京　一",
];

test("C73: characters that nobody sees are shown by their code points, and those that belong to a text are left", () => {
  for (const [name, message] of HIDING) assert.equal(plainName(name), message);
  for (const name of HARMLESS) {
    assert.equal(plainName(name), name);
    assert.deepEqual(namePieces(name), [{ text: name, hidden: null }]);
  }
});

test("C73: a row shows what its name hides, and so do its controls and the question before it is revoked", async () => {
  const evil = { ...row("\u202egpj.elbatnirp"), id: "11112222-a" };
  const twins = [
    { ...row("edge"), id: "33334444-b", duplicateName: true },
    { ...row("edge\u200b"), id: "55556666-c", duplicateName: true },
  ];
  const { page } = await openPage(withTokens([evil, ...twins]));
  await settled();
  const rows = page.getAllByRole("row").slice(1);
  const names = rows.map((one) => one.querySelector(".user-text"));
  assert.deepEqual(
    names.map((name) => name?.textContent),
    ["U+202Egpj.elbatnirp", "edge", "edgeU+200B"],
  );
  assert.equal(names[2]?.querySelector(".code-point")?.getAttribute("dir"), "ltr");
  assert.equal(names[2]?.getAttribute("title"), "edge[U+200B]");
  page.getByRole("button", { name: "Copy token edge, ID 33334444" });
  page.getByRole("button", { name: "Copy token edge[U+200B], ID 55556666" });
  page.getByRole("button", { name: "Copy token [U+202E]gpj.elbatnirp" });
  fireEvent.click(page.getByText("55556666"));
  press("Delete");
  const dialog = within(page.getByRole("dialog"));
  dialog.getByText("U+200B");
  dialog.getByText("55556666");
  assert.doesNotMatch(document.documentElement.outerHTML, /[\u200b\u202e]/);
});

test("C73: thousands of invisible characters make no thousands of elements", async () => {
  const { page } = await openPage(withTokens([row(`edge${"\u200b\u2060".repeat(700)}`)]));
  await settled();
  assert.equal(page.getAllByRole("row")[1]?.querySelectorAll(".code-point").length, 12);
});

/** @param {import("./support/rust.js").Commands} [commands] */
async function openCreate(commands = {}) {
  const opened = await openPage(commands);
  await settled();
  fireEvent.click(opened.page.getByRole("button", { name: /^New token/ }));
  const dialog = within(opened.page.getByRole("dialog"));
  return { ...opened, dialog, name: dialog.getByLabelText("Name") };
}

test("C73: a new name with characters that nobody sees is refused, with the character, and nothing is sent", async () => {
  const { dialog, name, callsTo } = await openCreate();
  for (const [typed, message] of /** @type {const} */ ([
    ["edge\u200b", "The name contains an invisible character (U+200B). Type the name again without it."],
    ["ed\tge", "The name contains an invisible character (U+0009). Type the name again without it."],
    [
      "\u202egpj.elbatnirp",
      "The name contains a character that changes the direction of text (U+202E). Type the name again without it.",
    ],
    ["edge\u00a0eu", "The name contains a special space (U+00A0). Type an ordinary space instead."],
  ])) {
    type(name, typed);
    dialog.getByText(message);
    fireEvent.click(dialog.getByRole("button", { name: "Create token" }));
    await settled();
  }
  assert.equal(callsTo("create_token").length + callsTo("match_name").length, 0);
  for (const typed of ["👩‍💻 laptop", "می‌خواهم", "  edge  "]) {
    type(name, typed);
    await settled();
    assert.equal(name.getAttribute("aria-invalid"), null);
    assert.equal(callsTo("match_name").at(-1)?.args.name, typed.trim());
  }
});

test("C73: a new name that looks like another is reported before it is sent", async () => {
  const { dialog, name } = await openCreate({ match_name: () => "looks_alike" });
  type(name, "еdge");
  await settled();
  dialog.getByText("Another token’s name looks the same. Choose one that’s easy to tell apart.");
});

test("C73: a token that is renamed does not look like itself", async () => {
  const { page, callsTo } = await openPage(withTokens([row("edge\u200b")]));
  await settled();
  fireEvent.click(page.getByText("U+200B"));
  press("Enter");
  type(within(page.getByRole("dialog")).getByLabelText("Name"), "edge");
  await settled();
  assert.equal(callsTo("match_name").at(-1)?.args.except, "id of edge\u200b");
});
