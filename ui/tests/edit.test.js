/** Editing a token: only what changed is sent, what the app does not know stays, and nobody is overwritten unseen. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { exactTime } from "../src/shared/format.js";
import { setLanguage } from "../src/shared/language.js";
import { closePage, openPage } from "./support/page.js";
import { press, pressEnter, pressEsc, settled, type } from "./support/person.js";
import { connection, Later, PROJECT, problem, row, withTokens } from "./support/rust.js";

afterEach(closePage);

const ODD = row("edge", { kind: "some", permissions: ["future:x", "read:*"] });
const OPEN = row("default", { kind: "full", named: false, others: [] });

/**
 * @param {import("../types/ipc").Row} token
 * @param {import("./support/rust.js").Commands} [commands]
 */
async function openEdit(token, commands) {
  const opened = await openPage({ ...withTokens([token]), ...commands });
  await settled();
  fireEvent.click(opened.page.getByText(token.name));
  press("Enter");
  const dialog = within(opened.page.getByRole("dialog", { name: "Edit token" }));
  return {
    ...opened,
    dialog,
    name: /** @type {HTMLInputElement} */ (dialog.getByRole("textbox", { name: "Name" })),
    save: dialog.getByRole("button", { name: "Save" }),
    /** @param {string} label */
    box: (label) => /** @type {HTMLInputElement} */ (dialog.getByRole("checkbox", { name: label })),
    sent: () => opened.callsTo("update_token").map(({ args }) => args),
  };
}

test("with nothing changed, Save says so and sends nothing", async () => {
  const { name, save, sent } = await openEdit(ODD);
  assert.equal(save.getAttribute("aria-disabled"), "true");
  const why = document.getElementById(save.getAttribute("aria-describedby") ?? "");
  assert.equal(why?.textContent, "No changes to save.");
  fireEvent.click(save);
  pressEnter(name);
  await settled();
  assert.equal(sent().length, 0);
});

test("D2: a permission the app does not know is shown, kept through an edit and absent from a rename", async () => {
  const { page, dialog, name, save, box, sent, commands } = await openEdit(ODD);
  dialog.getByText("future:x");
  assert.equal(dialog.queryByRole("checkbox", { name: /future/ }), null, "it cannot be deselected");
  commands.update_token = () => Promise.reject(problem("server_error"));
  type(name, "edge-2");
  fireEvent.click(save);
  await settled();
  const expected = { name: "edge", permissions: ["future:x", "read:*"] };
  assert.deepEqual(sent()[0], { connection: "c1", id: ODD.id, name: "edge-2", permissions: null, expected });
  type(name, "edge");
  fireEvent.click(box("Update"));
  fireEvent.click(save);
  await settled();
  assert.deepEqual(sent()[1], {
    ...{ connection: "c1", id: ODD.id, name: null, expected },
    permissions: ["read:*", "update:*", "future:x"],
  });
  page.getByText("It can read and update. It keeps future:x.");
});

test("D2: beside all four by name, too, a permission the app does not know is kept", async () => {
  const full = row("full", { kind: "full", named: true, others: ["future:x"] });
  const { dialog, save, box, sent } = await openEdit(full, {
    update_token: () => Promise.reject(problem("server_error")),
  });
  assert.ok(/** @type {HTMLInputElement} */ (dialog.getByRole("radio", { name: "Full access" })).checked);
  dialog.getByText("future:x");
  fireEvent.click(box("Delete"));
  fireEvent.click(save);
  await settled();
  assert.deepEqual(sent()[0].permissions, ["create:*", "read:*", "update:*", "future:x"]);
  assert.deepEqual(sent()[0].expected.permissions, [
    "create:*",
    "read:*",
    "update:*",
    "delete:*",
    "future:x",
  ]);
});

test("D3: a token without a list reads full access, is renamed without one, and gets one only on purpose", async () => {
  const { dialog, name, save, box, sent, commands } = await openEdit(OPEN);
  assert.ok(/** @type {HTMLInputElement} */ (dialog.getByRole("radio", { name: "Keep as is" })).checked);
  dialog.getByText("Full access, including permissions added later.", { selector: ".note span" });
  commands.update_token = () => Promise.reject(problem("server_error"));
  type(name, "everything");
  fireEvent.click(save);
  await settled();
  assert.deepEqual(sent()[0], {
    ...{ connection: "c1", id: OPEN.id, name: "everything", permissions: null },
    expected: { name: "default", permissions: [] },
  });
  fireEvent.click(dialog.getByRole("radio", { name: "Full access" }));
  fireEvent.click(save);
  await settled();
  assert.deepEqual(sent()[1].permissions, ["create:*", "read:*", "update:*", "delete:*"]);
  for (const label of ["Create", "Read", "Update", "Delete"]) fireEvent.click(box(label));
  fireEvent.click(save);
  await settled();
  assert.equal(sent().length, 2, "A6: never an empty list");
  fireEvent.click(dialog.getByRole("radio", { name: "Keep as is" }));
  fireEvent.click(save);
  await settled();
  assert.equal(sent()[2].permissions, null);
});

test("a saved change is reported, and the row is asked for anew", async () => {
  const tokens = [ODD];
  const { page, name, save } = await openEdit(ODD, {
    ...withTokens(tokens),
    update_token({ name: renamed }) {
      tokens[0] = { ...ODD, name: renamed };
      return { outcome: "updated", row: tokens[0] };
    },
  });
  type(name, "edge-agent-ap");
  fireEvent.click(save);
  await settled();
  assert.equal(page.queryByRole("dialog"), null);
  assert.match(page.getByRole("row", { current: true }).textContent ?? "", /^edge-agent-ap/);
  assert.match(page.getByRole("status").textContent ?? "", /Saved “edge-agent-ap”\./);
});

test("A4: a token changed elsewhere shows both versions, and saving over it is a choice", async () => {
  const theirs = {
    ...ODD,
    name: "edge-theirs",
    access: /** @type {const} */ ({ kind: "some", permissions: ["create:*", "future:y"] }),
  };
  const { page, name, save, sent, commands, box } = await openEdit(ODD, {
    update_token: () => ({ outcome: "changed_elsewhere", row: theirs }),
  });
  type(name, "edge-mine");
  fireEvent.click(box("Update"));
  fireEvent.click(save);
  await settled();
  const both = within(page.getByRole("dialog", { name: "This token was changed elsewhere" }));
  const cells = both.getAllByRole("row").map((one) => one.textContent);
  assert.deepEqual(cells, [
    "YoursOn the server",
    "Nameedge-mineedge-theirs",
    "Permissionsreadupdatefuture:ycreatefuture:y",
  ]);
  commands.update_token = () => ({ outcome: "updated", row: theirs });
  fireEvent.click(both.getByRole("button", { name: "Overwrite with mine" }));
  await settled();
  assert.deepEqual(sent()[1], {
    ...{ connection: "c1", id: ODD.id, name: "edge-mine", permissions: ["read:*", "update:*", "future:y"] },
    expected: { name: "edge-theirs", permissions: ["create:*", "future:y"] },
  });
  assert.equal(page.queryByRole("dialog"), null);
});

test("C76: what a person did not change is marked unchanged, and what they did is theirs", async () => {
  const cellsOf = (/** @type {any} */ page) =>
    within(page.getByRole("dialog", { name: "This token was changed elsewhere" }))
      .getAllByRole("row")
      .slice(1)
      .map((one) => [...one.querySelectorAll("td")].map((cell) => cell.textContent));
  const theirs = {
    ...ODD,
    name: "edge-theirs",
    access: /** @type {const} */ ({ kind: "some", permissions: ["delete:*"] }),
  };
  const changed = { update_token: () => ({ outcome: "changed_elsewhere", row: theirs }) };

  const onlyName = await openEdit(ODD, changed);
  type(onlyName.name, "edge-mine");
  fireEvent.click(onlyName.save);
  await settled();
  assert.deepEqual(cellsOf(onlyName.page), [
    ["edge-mine", "edge-theirs"],
    ["Unchanged", "delete"],
  ]);

  const onlyPermissions = await openEdit(ODD, changed);
  fireEvent.click(onlyPermissions.box("Update"));
  fireEvent.click(onlyPermissions.save);
  await settled();
  const [name, permissions] = cellsOf(onlyPermissions.page);
  assert.deepEqual(name, ["Unchanged", "edge-theirs"]);
  assert.match(permissions?.[0] ?? "", /update/);
  assert.doesNotMatch(permissions?.[0] ?? "", /delete/);

  // What somebody chose stays theirs, also where the server has just the same by now.
  const both = await openEdit(ODD, changed);
  type(both.name, "edge-theirs");
  fireEvent.click(both.box("Update"));
  fireEvent.click(both.save);
  await settled();
  assert.deepEqual(cellsOf(both.page)[0], ["edge-theirs", "edge-theirs"]);

  const inSpanish = await openEdit(ODD, changed);
  await setLanguage("es");
  type(inSpanish.name, "edge-mine");
  fireEvent.click(inSpanish.save);
  await settled();
  assert.equal(document.querySelector(".untouched")?.textContent, "Sin cambios");
  await setLanguage("en");
});

test("A4: the server's version can be kept, and nothing more is sent", async () => {
  const theirs = { ...ODD, access: /** @type {const} */ ({ kind: "some", permissions: ["delete:*"] }) };
  const { page, name, save, sent } = await openEdit(ODD, {
    update_token: () => ({ outcome: "changed_elsewhere", row: theirs }),
  });
  type(name, "edge-mine");
  fireEvent.click(save);
  await settled();
  const both = within(page.getByRole("dialog", { name: "This token was changed elsewhere" }));
  assert.equal(both.getAllByText("delete").length, 1, "nobody chose the permissions of the server");
  fireEvent.click(both.getByRole("button", { name: "Keep the server’s version" }));
  await settled();
  assert.equal(sent().length, 1);
  assert.equal(page.queryByRole("dialog"), null);
});

test("A4: Esc in front of both versions keeps the server's, and the row on screen is asked for anew", async () => {
  const theirs = { ...ODD, name: "edge-theirs" };
  const { page, name, save, sent, callsTo } = await openEdit(ODD, {
    update_token: () => ({ outcome: "changed_elsewhere", row: theirs }),
  });
  type(name, "edge-mine");
  fireEvent.click(save);
  await settled();
  const asked = callsTo("rows").length;
  pressEsc();
  await settled();
  assert.equal(page.queryByRole("dialog"), null);
  assert.equal(sent().length, 1);
  assert.ok(callsTo("rows").length > asked);
});

test("H3: a token that is gone leaves the list and is reported", async () => {
  const tokens = [ODD, row("other")];
  const { page, name, save, callsTo } = await openEdit(ODD, {
    ...withTokens(tokens),
    update_token() {
      tokens.shift();
      return Promise.reject(problem("not_found"));
    },
  });
  type(name, "edge-2");
  fireEvent.click(save);
  await settled();
  assert.equal(page.queryByRole("dialog"), null);
  assert.equal(page.queryByText("edge", { selector: ".rows *" }), null);
  assert.match(page.getByRole("alert").textContent ?? "", /“edge” is no longer on the server\./);
  assert.equal(callsTo("load_tokens").length, 2);
  assert.match(document.activeElement?.textContent ?? "", /^other/);
});

test("H3: a name that is taken or refused is reported at the field", async () => {
  for (const [code, words] of /** @type {const} */ ([
    ["name_taken", /A token with this name already exists/],
    ["invalid_name", /The server doesn’t accept this name/],
  ])) {
    const { dialog, name, save } = await openEdit(ODD, {
      update_token: () => Promise.reject(problem(code)),
    });
    type(name, "other");
    fireEvent.click(save);
    await settled();
    dialog.getByText(words);
    assert.equal(name.getAttribute("aria-invalid"), "true");
    assert.equal(document.activeElement, name);
  }
});

test("C8, C9: a 404 that is not the API’s, and a conflict, stay in the dialog with the server’s words", async () => {
  for (const [code, status, words] of /** @type {const} */ ([
    ["not_found_elsewhere", 404, /^Nothing was found at the request’s address \(404\)/],
    ["conflict", 409, /because of a conflict \(409\)/],
  ])) {
    const { page, dialog, name, save } = await openEdit(ODD, {
      update_token: () => Promise.reject({ ...problem(code, "the server’s words"), status }),
    });
    type(name, "other");
    fireEvent.click(save);
    await settled();
    dialog.getByText(words);
    dialog.getByText("the server’s words");
    assert.equal(name.value, "other");
    page.getByText("edge", { selector: ".rows *" });
  }
});

test("C11: what the server said of a change whose outcome is unknown is shown", async () => {
  const { dialog, name, save } = await openEdit(ODD, {
    update_token: () => Promise.reject({ ...problem("change_unknown", "out of memory"), status: 500 }),
  });
  type(name, "edge-2");
  fireEvent.click(save);
  await settled();
  dialog.getByText("The server’s response (500) doesn’t say whether the change was made.");
  dialog.getByText("out of memory");
});

test("D3: a row whose permissions cannot be read is not edited, and the menu says why", async () => {
  const { page, callsTo } = await openPage(withTokens([row("odd", { kind: "unreadable" })]));
  await settled();
  fireEvent.click(page.getByRole("button", { name: "More actions for odd" }));
  const entry = page.getByRole("menuitem", { name: /^Edit…/ });
  assert.equal(entry.getAttribute("aria-disabled"), "true");
  assert.match(entry.textContent ?? "", /in a format this app can’t read/);
  fireEvent.click(entry);
  press("Escape");
  fireEvent.click(page.getByText("odd"));
  press("Enter");
  await settled();
  assert.equal(page.queryByRole("dialog"), null);
  assert.equal(callsTo("update_token").length, 0);
});

test("a lost answer to a change is reported, and the list loads again beneath", async () => {
  const { dialog, name, save, callsTo } = await openEdit(ODD, {
    update_token: () => Promise.reject(problem("change_unknown")),
  });
  type(name, "edge-2");
  fireEvent.click(save);
  await settled();
  dialog.getByText("The server’s response was lost.");
  assert.equal(callsTo("load_tokens").length, 2);
  assert.equal(name.value, "edge-2");
});

test("N2: leaving while saving stops the request, and says what may have happened", async () => {
  const answer = new Later();
  const { page, name, save, callsTo } = await openEdit(ODD, { update_token: () => answer.promise });
  type(name, "edge-2");
  fireEvent.click(save);
  fireEvent.click(save);
  pressEsc();
  assert.equal(page.queryByRole("dialog"), null);
  assert.equal(callsTo("cancel_change").length, 1);
  answer.reject(problem("cancelled"));
  await settled();
  assert.equal(callsTo("update_token").length, 1);
  assert.equal(callsTo("load_tokens").length, 2);
  assert.match(
    page.getByRole("alert").textContent ?? "",
    /Canceled, but “edge” may already have been changed\./,
  );
});

/** @type {[string, import("../types/ipc").Row, string][]} */
const STORED = [
  ["as it was sent", { ...ODD, name: "Edge Two" }, "Saved “Edge Two”."],
  ["in lower case", { ...ODD, name: "edge two" }, "Saved. The server stored the name as “edge two”."],
];

for (const [how, token, words] of STORED) {
  test(`C16: a name that the server stored ${how} is reported`, async () => {
    const { name, save } = await openEdit(ODD, { update_token: () => ({ outcome: "updated", row: token }) });
    type(name, "Edge Two");
    fireEvent.click(save);
    await settled();
    assert.ok(document.body.textContent?.includes(words), document.body.textContent ?? "");
  });
}

test("C16: permissions that the server did not store as chosen are reported", async () => {
  const { box, save } = await openEdit(ODD, {
    update_token: () => ({ outcome: "updated", row: { ...ODD, access: OPEN.access } }),
  });
  fireEvent.click(box("Update"));
  fireEvent.click(save);
  await settled();
  const words = "Saved “edge”, but the server stored different permissions than you chose.";
  assert.ok(document.body.textContent?.includes(words), document.body.textContent ?? "");
});

test("the details tell which token it is, since when, where and what it can do, as it was last read", async () => {
  const created = Date.UTC(2026, 0, 2, 3, 4, 5);
  const { dialog, box } = await openEdit({ ...ODD, createdAt: created });
  const facts = () =>
    Object.fromEntries(
      dialog.getAllByRole("term").map((term) => [term.textContent, term.nextElementSibling?.textContent]),
    );
  const wanted = {
    ID: ODD.id,
    Created: exactTime(created),
    Project: "Acme / production",
    Permissions: "It can read. It keeps future:x.",
  };
  assert.deepEqual(facts(), wanted);
  assert.match(facts().Created ?? "", /2026.*:\d\d:05/, "to the second");
  fireEvent.click(box("Update"));
  assert.deepEqual(facts(), wanted);
  const styles = readFileSync(new URL("../src/styles/facts.css", import.meta.url), "utf8");
  assert.match(
    /\.details \{[^}]*\}/.exec(styles)?.[0] ?? "",
    /[^-]user-select: text/,
    "they can be selected",
  );
});

test("the details name a project whose name is not its own with its id", async () => {
  const twin = { ...PROJECT, id: "p2-of-the-same-name" };
  const { dialog } = await openEdit(ODD, { restore: () => connection({ projects: [twin, PROJECT] }) });
  dialog.getByTitle("p1");
});
