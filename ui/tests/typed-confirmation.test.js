/** Tokens on which a lot may depend: nothing is revoked before their name or number is typed. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { setLanguage } from "../src/shared/language.js";
import { closePage, openPage } from "./support/page.js";
import { press, pressEnter, pressEsc, settled, type } from "./support/person.js";
import { connection, Later, problem, row, withTokens } from "./support/rust.js";

/** @import { Row } from "../types/ipc" */

afterEach(closePage);

/** @type {import("../types/ipc").RowAccess} */
const FULL = { kind: "full", named: false, others: [] };

/**
 * Asks to revoke the first row, or all of them.
 * @param {Row[]} rows
 * @param {{ all?: boolean, production?: boolean, commands?: import("./support/rust.js").Commands }} [how]
 */
async function ask(rows, { all = rows.length > 1, production = false, commands = {} } = {}) {
  const opened = await openPage({
    ...withTokens(rows),
    restore: () => connection({ production }),
    ...commands,
  });
  await settled();
  if (all) press("a", { ctrlKey: true });
  else fireEvent.click(/** @type {HTMLElement} */ (document.querySelector(".rows .row:not(.blank) .name")));
  await settled();
  press("Delete");
  const dialog = within(opened.page.getByRole("dialog"));
  const label = () =>
    document.querySelector("dialog .typed-confirmation label")?.textContent?.replace(/\s+/g, " ") ?? null;
  return {
    ...opened,
    dialog,
    label,
    field: () => /** @type {HTMLInputElement} */ (dialog.getByRole("textbox")),
    go: dialog.getByRole("button", { name: /^Revoke/ }),
    deleted: () => opened.callsTo("delete_token").map(({ args }) => args.id),
  };
}

/** @param {HTMLElement} button */
const reasonOf = (button) =>
  document.getElementById(button.getAttribute("aria-describedby") ?? "")?.textContent ?? "";

/** @param {HTMLElement} go */
const isOff = (go) => go.getAttribute("aria-disabled") === "true";

/** @param {HTMLElement} field */
function enter(field) {
  pressEnter(field);
  fireEvent.keyUp(field, { key: "Enter" });
}

const twelve = Array.from({ length: 12 }, (_, at) => row(`edge-${at}`));

/** @type {[string, Row[], { production?: boolean }, string | null][]} */
const CASES = [
  ["one token", [row("edge")], {}, null],
  ["the token of the name default", [row("default")], {}, "Type default to confirm"],
  ["a token with full access", [row("edge", FULL)], {}, "Type edge to confirm"],
  ["a token of a connection for production", [row("edge")], { production: true }, "Type edge to confirm"],
  ["ten tokens", twelve.slice(2), {}, null],
  ["eleven tokens", twelve.slice(1), {}, "Type 11 to confirm"],
  ["two tokens, one with full access", [row("a"), row("b", FULL)], {}, "Type 2 to confirm"],
  ["two tokens, one of the name default", [row("a"), row("default")], {}, "Type 2 to confirm"],
  [
    "two tokens of a connection for production",
    [row("a"), row("b")],
    { production: true },
    "Type 2 to confirm",
  ],
];

for (const [what, rows, how, wanted] of CASES) {
  test(`before ${what} can be revoked: ${wanted ?? "nothing to type"}`, async () => {
    const { label, go, dialog, field, deleted } = await ask(rows, how);
    assert.equal(label(), wanted);
    assert.equal(isOff(go), wanted !== null);
    const first = wanted === null ? dialog.getByRole("button", { name: "Cancel" }) : field();
    assert.equal(document.activeElement, first);
    fireEvent.click(go);
    await settled();
    assert.equal(deleted().length, wanted === null ? rows.length : 0);
  });
}

test("until the name is typed exactly, the button is off, says why, and sends nothing; Enter in the field then sends", async () => {
  const { page, go, field, deleted } = await ask([row("Edge EU", FULL)]);
  for (const typed of ["", "Edge", "edge eu", "Edge EU 2"]) {
    type(field(), typed);
    assert.ok(isOff(go), typed);
    assert.equal(reasonOf(go), "Available once the text above matches.");
    fireEvent.click(go);
    assert.equal(document.activeElement, field(), "a press on the button leads to the field");
    assert.equal(field().getAttribute("aria-invalid"), "true");
    assert.match(page.getByRole("status").textContent ?? "", /Available once the text above matches\./);
    enter(field());
    await settled();
    assert.deepEqual(deleted(), []);
  }
  type(field(), "  Edge EU ");
  assert.equal(field().getAttribute("aria-invalid"), null);
  assert.ok(!isOff(go));
  assert.equal(reasonOf(go), "");
  pressEnter(field());
  await settled();
  assert.deepEqual(deleted(), ["id of Edge EU"]);
  assert.equal(page.queryByRole("dialog"), null);
});

test("while it is being revoked the field keeps what was typed, and after a failure it can be tried again", async () => {
  const answer = new Later();
  const { dialog, go, field, deleted, commands } = await ask([row("default")], {
    commands: { delete_token: () => answer.promise },
  });
  type(field(), "default");
  fireEvent.click(go);
  assert.ok(isOff(go) && field().readOnly);
  pressEnter(field());
  answer.reject(problem("permission_denied"));
  await settled();
  dialog.getByText("You don’t have permission to create or change tokens in this project.");
  assert.ok(!isOff(go) && !field().readOnly);
  commands.delete_token = () => null;
  fireEvent.click(go);
  await settled();
  assert.equal(deleted().length, 2);
});

const HIDDEN = { ...row("edge\u200b", FULL), id: "11112222-a" };
const LONG = { ...row("e".repeat(101), FULL), id: "33334444-b" };
const TWIN = { ...row("edge", FULL), duplicateName: true };

/** @type {[string, Row, string, string, string][]} */
const TYPEABLE = [
  [
    "hides a character",
    HIDDEN,
    "Type x0E61U, the token’s last six characters, to confirm",
    "X0E61U",
    "x0E61U",
  ],
  ["is too long", LONG, "Type x0E61U, the token’s last six characters, to confirm", "0E61U", "x0E61U"],
  ["looks like another", TWIN, "Type x0E61U, the token’s last six characters, to confirm", "edge", "x0E61U"],
  ["is empty", row("", FULL), "Type x0E61U, the token’s last six characters, to confirm", "", "x0E61U"],
  ["is empty, as is the suffix", { ...row("", FULL), suffix: null }, "Type revoke to confirm", "", "Revoke"],
  [
    "is composed of other characters",
    row("Gro\u0308ße", FULL),
    "Type Gro\u0308ße to confirm",
    "Große",
    "Größe",
  ],
  ["is in two scripts", row("東京 edge", FULL), "Type 東京 edge to confirm", "edge", "東京 edge"],
];

for (const [what, token, wanted, wrong, right] of TYPEABLE) {
  test(`where a name ${what}, what is asked for can be typed`, async () => {
    const { label, go, field, deleted } = await ask([token]);
    assert.equal(label(), wanted);
    type(field(), wrong);
    assert.ok(isOff(go));
    type(field(), right);
    assert.ok(!isOff(go));
    fireEvent.click(go);
    await settled();
    assert.deepEqual(deleted(), [token.id]);
  });
}

test("of many, the number is typed once: what is left is tried again without it", async () => {
  let refuses = true;
  const { page, dialog, go, field, deleted } = await ask(twelve, {
    commands: {
      delete_token({ id }) {
        if (refuses && id.endsWith("-7")) throw problem("permission_denied");
        return null;
      },
    },
  });
  type(field(), "11");
  enter(field());
  await settled();
  assert.deepEqual(deleted(), []);
  type(field(), "12");
  pressEnter(field());
  await settled();
  assert.equal(deleted().length, 12);
  dialog.getByRole("heading", { name: "1 of 12 not revoked" });
  assert.equal(dialog.queryByRole("textbox"), null);
  assert.ok(document.querySelector("dialog .effects")?.closest("[hidden]"), "nothing is asked any more");
  refuses = false;
  fireEvent.click(go);
  await settled();
  assert.equal(deleted().length, 13);
  assert.equal(page.queryByRole("dialog"), null);
});

test("Esc leaves the field and the dialog, and what was typed is not kept for the next time", async () => {
  const { page, field } = await ask([row("default")]);
  type(field(), "default");
  pressEsc();
  await settled();
  assert.equal(page.queryByRole("dialog"), null);
  press("Delete");
  assert.equal(field().isConnected, false);
  const again = within(page.getByRole("dialog"));
  assert.equal(/** @type {HTMLInputElement} */ (again.getByRole("textbox")).value, "");
});

test("in Spanish the word to type is Spanish", async () => {
  const { page } = await openPage(withTokens([{ ...row("", FULL), suffix: null }]));
  await setLanguage("es");
  await settled();
  fireEvent.click(/** @type {HTMLElement} */ (document.querySelector(".rows .row:not(.blank) .name")));
  press("Delete");
  const dialog = within(page.getByRole("dialog"));
  const go = dialog.getByRole("button", { name: "Revocar" });
  const field = dialog.getByRole("textbox", { name: "Escribe revocar para confirmar" });
  type(field, "revoke");
  assert.ok(isOff(go));
  type(field, "revocar");
  assert.ok(!isOff(go));
  await setLanguage("en");
});
