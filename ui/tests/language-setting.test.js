/** The language in the settings: all of the page changes at once, and nothing that somebody did there is lost. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { closePage, openPage } from "./support/page.js";
import { pressEsc, settled, shortcut, type } from "./support/person.js";
import { Later, PREFERENCES, problem, row, startup, withTokens } from "./support/rust.js";

/** @import { Preferences } from "../types/ipc" */
/** @import { Commands } from "./support/rust.js" */

afterEach(closePage);

/** @param {Commands} [commands] */
async function open(commands = {}) {
  /** @type {Preferences} */
  let saved = PREFERENCES;
  const opened = await openPage({
    ...withTokens([row("edge-agent-eu"), row("ci-deploy")]),
    preferences: () => saved,
    set_preferences: ({ preferences }) => {
      saved = preferences;
    },
    ...commands,
  });
  await settled();
  return { ...opened, saved: () => saved };
}

/** @param {HTMLElement} field */
const textIn = (field) => /** @type {HTMLInputElement} */ (field).value;

/** @param {any} page @param {string} name of the settings, in the language before */
async function openSettings(page, name = "Settings") {
  shortcut(",");
  await settled();
  return within(page.getByRole("dialog", { name }));
}

/** @param {any} dialog @param {string} label @param {string} language */
async function choose(dialog, label, language) {
  fireEvent.change(dialog.getByRole("combobox", { name: label }), { target: { value: language } });
  await settled();
}

test("another language shows at once, and the list, its filter, the selection and the draft stay", async () => {
  const { page, callsTo, saved } = await open();
  fireEvent.click(page.getByRole("button", { name: /New token/ }));
  type(page.getByRole("textbox", { name: "Name" }), "half a name");
  pressEsc();
  await settled();
  fireEvent.click(page.getByRole("checkbox", { name: /edge-agent-eu/ }));
  type(page.getByRole("searchbox"), "e");
  await settled();
  const loads = callsTo("load_tokens").length;
  const dialog = await openSettings(page);
  await choose(dialog, "Language", "es");
  assert.equal(saved().language, "es");
  assert.equal(document.documentElement.lang, "es");
  const translated = within(page.getByRole("dialog", { name: "Ajustes" }));
  assert.equal(page.getAllByRole("dialog").length, 1);
  const language = translated.getByRole("combobox", { name: "Idioma" });
  assert.equal(textIn(language), "es");
  assert.equal(document.activeElement, language);
  pressEsc();
  await settled();
  assert.equal(textIn(page.getByRole("searchbox")), "e");
  page.getByText("1 seleccionado");
  page.getByText("edge-agent-eu");
  assert.equal(callsTo("load_tokens").length, loads, "the list is not loaded again");
  assert.equal(callsTo("open_last").length, 1, "nobody signs in again");
  fireEvent.click(page.getByRole("button", { name: /Nuevo token/ }));
  assert.equal(textIn(page.getByRole("textbox", { name: "Nombre" })), "half a name");
  pressEsc();
  // And back, to the system's.
  const again = await openSettings(page, "Ajustes");
  await choose(again, "Idioma", "system");
  assert.equal(document.documentElement.lang, "en");
  page.getByRole("dialog", { name: "Settings" });
});

test("settings that were closed before the language was saved stay closed, and what was opened since stays", async () => {
  const saving = new Later();
  const { page } = await open({ set_preferences: () => saving.promise });
  await choose(await openSettings(page), "Language", "es");
  pressEsc();
  await settled();
  fireEvent.click(page.getByRole("button", { name: /New token/ }));
  type(page.getByRole("textbox", { name: "Name" }), "half a name");
  saving.resolve(null);
  await settled();
  assert.equal(textIn(page.getByRole("textbox", { name: "Name" })), "half a name");
  assert.equal(page.getAllByRole("dialog").length, 1);
});

test("while a bearer token is in its field the language waits, and says so", async () => {
  const { page } = await open({ start: () => startup({ connections: [], last: null }) });
  const field = page.getByLabelText("Bearer token");
  type(field, "x");
  const settings = await openSettings(page);
  await choose(settings, "Language", "es");
  settings.getByText(/^Saved\. The language will change once you leave this screen/);
  pressEsc();
  await settled();
  assert.equal(document.documentElement.lang, "en");
  assert.equal(textIn(page.getByLabelText("Bearer token")), "x");
  type(field, "");
  await openSettings(page);
  pressEsc();
  await settled();
  assert.equal(document.documentElement.lang, "es", "nothing would be lost any more");
});

test("a proxy that is not saved stays, and the language changes once the settings are closed", async () => {
  const { page } = await open();
  const dialog = await openSettings(page);
  fireEvent.click(dialog.getByRole("radio", { name: "No proxy" }));
  await choose(dialog, "Language", "es");
  dialog.getByText(/^Saved\. The language will change/);
  assert.ok(/** @type {HTMLInputElement} */ (dialog.getByRole("radio", { name: "No proxy" })).checked);
  pressEsc();
  fireEvent.click(dialog.getByRole("button", { name: "Discard" }));
  await settled();
  assert.equal(document.documentElement.lang, "es");
  page.getByRole("button", { name: /Nuevo token/ });
});

test("a language that could not be saved says so, and is in force once the settings are closed", async () => {
  const { page } = await open({ set_preferences: () => Promise.reject(problem("settings_not_saved")) });
  const dialog = await openSettings(page);
  await choose(dialog, "Language", "es");
  assert.equal(document.documentElement.lang, "en");
  dialog.getByText("The settings couldn’t be written to disk.");
  pressEsc();
  await settled();
  assert.equal(document.documentElement.lang, "es");
});

test("the language of the settings comes before that of the environment", async () => {
  await open({
    start: () => startup({ language: "en-XA", preferences: { ...PREFERENCES, language: "es" } }),
  });
  assert.equal(document.documentElement.lang, "es");
});
