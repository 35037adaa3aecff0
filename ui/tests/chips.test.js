/** The chips above the list: they combine, say how many tokens of each kind there are, and let the age be chosen. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { hasFacets, NO_FACETS } from "../src/list/facets.js";
import { setLanguage } from "../src/shared/language.js";
import { closePage, openPage } from "./support/page.js";
import { press, settled, type } from "./support/person.js";
import { listOf, PROJECT, row, startup, withTokens } from "./support/rust.js";

/** @import { FacetCounts, Facets, View } from "../types/ipc" */

afterEach(closePage);

const all = [row("edge-agent-eu"), row("ci-deploy")];
/** @type {FacetCounts} */
const COUNTS = {
  ...{ all: 2, fullAccess: 1, canDelete: 0 },
  olderThan: { ninety_days: 12, half_year: 7, year: 0 },
};

/** A list of which no token is of any kind. @param {{ view: View, from: number, count: number }} ask */
const noneOfAKind = (ask) => ({
  ...listOf(all)(ask),
  ...{ counts: COUNTS },
  ...(hasFacets(ask.view.facets) ? { matched: 0, rows: [] } : {}),
});

/** @param {import("./support/rust.js").Commands} [commands] */
async function openChips(commands) {
  const opened = await openPage({ ...withTokens(all), rows: noneOfAKind, ...commands });
  await settled();
  const { page, callsTo } = opened;
  const chip = (/** @type {RegExp} */ name) =>
    within(page.getByRole("group", { name: /Show|Mostrar/ })).getByRole("button", { name });
  return {
    ...opened,
    chip,
    /** @param {RegExp} name */
    async toggle(name) {
      fireEvent.click(chip(name));
      await settled();
    },
    isPressed: (/** @type {RegExp} */ name) => chip(name).getAttribute("aria-pressed") === "true",
    /** @returns {Facets} */
    asked: () => callsTo("rows").at(-1)?.args.view.facets,
  };
}

test("chips combine: each is on or off, and All clears them", async () => {
  const { toggle, isPressed, asked } = await openChips();
  assert.ok(isPressed(/^All/));
  await toggle(/Full access/);
  await toggle(/Older than a year/);
  assert.deepEqual(asked(), { fullAccess: true, canDelete: false, olderThan: "year" });
  assert.deepEqual([/^All/, /Full access/, /Can delete/, /Older than a year/].map(isPressed), [
    false,
    true,
    false,
    true,
  ]);
  await toggle(/Full access/);
  await toggle(/Can delete/);
  assert.deepEqual(asked(), { fullAccess: false, canDelete: true, olderThan: "year" });
  await toggle(/^All/);
  assert.deepEqual(asked(), NO_FACETS);
  assert.ok(isPressed(/^All/) && !isPressed(/Can delete/));
  await toggle(/Can delete/);
  await toggle(/Can delete/);
  assert.deepEqual(asked(), NO_FACETS);
  assert.ok(isPressed(/^All/), "nothing is chosen any more");
});

test("a chip counts the whole list, and one that counts none is quiet and can be pressed", async () => {
  const { chip, toggle, asked } = await openChips();
  const isQuiet = (/** @type {RegExp} */ name) => chip(name).classList.contains("none");
  const texts = () => [/^All/, /Full/, /delete/, /Older/].map((name) => chip(name).textContent);
  const before = ["All 2", "▲Full access 1", "Can delete 0", "Older than a year 0"];
  assert.deepEqual(texts(), before);
  assert.deepEqual([/^All/, /Full/, /delete/, /Older/].map(isQuiet), [false, false, true, true]);
  await toggle(/delete/);
  assert.equal(asked().canDelete, true);
  assert.deepEqual(texts(), before, "also beside one that is pressed");
});

test("the age is chosen from a menu at its chip, by keyboard, and is remembered", async () => {
  const { page, chip, toggle, asked, callsTo } = await openChips();
  const menuButton = () => page.queryByRole("button", { name: "Choose the age" });
  assert.equal(menuButton(), null, "not needed yet");
  await toggle(/Older than a year/);
  const opener = menuButton() ?? assert.fail();
  opener.focus();
  fireEvent.click(opener);
  assert.equal(document.activeElement?.textContent, "Older than a year");
  assert.equal(document.activeElement?.getAttribute("aria-checked"), "true");
  assert.equal(page.getAllByRole("menuitemradio").length, 3);
  press("Escape");
  assert.equal(document.activeElement, opener);
  assert.deepEqual(callsTo("set_token_age"), []);

  fireEvent.click(opener);
  press("ArrowUp");
  press("Enter");
  await settled();
  assert.equal(document.activeElement, opener);
  assert.equal(asked().olderThan, "half_year");
  assert.equal(chip(/Older/).textContent, "Older than half a year 7");
  assert.ok(!chip(/Older/).classList.contains("none"));
  assert.deepEqual(callsTo("set_token_age").at(-1)?.args, { age: "half_year" });

  opener.focus();
  await toggle(/^All/);
  assert.equal(menuButton(), null);
  assert.equal(document.activeElement, chip(/Older/), "the focus does not vanish with the button");
  await toggle(/Older than half a year/);
  assert.equal(asked().olderThan, "half_year");
});

test("an age that was chosen stays in another project, even if it cannot be saved", async () => {
  const other = { ...PROJECT, id: "p2", name: "Acme / staging" };
  const { page, chip, toggle, asked } = await openChips({
    start: () => startup({ tokenAge: "half_year" }),
    list_projects: () => [PROJECT, other],
    set_token_age: () => Promise.reject(new Error("no")),
  });
  await toggle(/Older than half a year/);
  fireEvent.click(page.getByRole("button", { name: "Choose the age" }));
  fireEvent.click(page.getByRole("menuitemradio", { name: "Older than 90 days" }));
  await settled();
  assert.equal(asked().olderThan, "ninety_days");
  fireEvent.click(page.getByRole("button", { name: /Project Acme/ }));
  await settled();
  fireEvent.click(page.getByRole("button", { name: /staging/ }));
  await settled();
  assert.equal(chip(/Older/).textContent, "Older than 90 days 12");
  assert.equal(document.querySelector(".toast.failure"), null);
});

test("a list without such tokens names what was chosen, and Show all clears the chips", async () => {
  const { page, toggle, isPressed } = await openChips();
  await toggle(/Full access/);
  page.getByRole("heading", { name: "No token matches “Full access”" });
  await toggle(/Can delete/);
  await toggle(/Older than a year/);
  page.getByRole("heading", {
    name: "No token matches “Full access”, “Can delete” and “Older than a year”",
  });
  fireEvent.click(page.getByRole("button", { name: "Show all" }));
  await settled();
  page.getByText("edge-agent-eu");
  assert.ok(isPressed(/^All/));
  assert.equal(document.activeElement, page.getByRole("searchbox"));
});

test("in Spanish, too", async () => {
  const { page, toggle } = await openChips({ start: () => startup({ language: "es" }) });
  await toggle(/Acceso total/);
  await toggle(/Más de un año/);
  page.getByRole("heading", { name: "Ningún token cumple «Acceso total» y «Más de un año»" });
  fireEvent.click(page.getByRole("button", { name: "Elegir la antigüedad" }));
  page.getByRole("menuitemradio", { name: "Más de medio año" });
  await setLanguage("en");
});

test("what chips hide from the filter is reported, and one press searches all tokens", async () => {
  const { page, callsTo, toggle } = await openChips();
  await toggle(/Can delete/);
  await toggle(/Older than a year/);
  type(page.getByRole("searchbox"), "edge");
  await settled();
  page.getByText("Only tokens that match “Can delete” and “Older than a year” were searched.");
  fireEvent.click(page.getByRole("button", { name: "Search all tokens" }));
  await settled();
  page.getByText("edge-agent-eu");
  assert.deepEqual(callsTo("rows").at(-1)?.args.view.filter, "edge");
});
