/** Each question names the project, the connection and the server, with the connection’s color and the word *production*. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, test } from "node:test";
import { fireEvent } from "@testing-library/dom";
import { COLORS } from "../src/shared/connection-color.js";
import { closePage, openPage } from "./support/page.js";
import { press, pressEnter, pressEsc, settled, type } from "./support/person.js";
import { connection, known, PROJECT, row, withTokens } from "./support/rust.js";

/** @import { Connection } from "../types/ipc" */

afterEach(closePage);

const MARKS = /** @type {const} */ ({ production: true, color: "teal" });
const TOKENS = [
  row("edge", { kind: "some", permissions: ["read:*", "update:*"] }),
  row("web", { kind: "some", permissions: ["read:*", "update:*"] }),
];
const PASTED = { kind: "token", paste: 1, id: "t9", project: "p9", row: null, elsewhere: true };

/** @param {Partial<Connection>} [change] @param {import("./support/rust.js").Commands} [commands] */
async function open(change = MARKS, commands = {}) {
  const opened = await openPage({
    ...withTokens(TOKENS),
    restore: () => connection(change),
    list_connections: () => [known({ ...MARKS })],
    ...commands,
  });
  await settled();
  return opened;
}

/** The lines on screen, and the color of each dot. */
const lines = () =>
  [...document.querySelectorAll("dialog .where-line")].map((line) => [
    line.textContent,
    line.querySelector(".color-dot")?.className ?? null,
  ]);

const MARKED = [
  ["Project Acme / production · Acme cloud · cloud-api.calyptia.com production", "color-dot teal"],
];

/** @param {any} page @param {string} name @param {string} entry */
function choose(page, name, entry) {
  fireEvent.click(page.getByRole("button", { name: `More actions for ${name}` }));
  fireEvent.click(page.getByRole("menuitem", { name: new RegExp(`^${entry}`) }));
}

/** @param {any} page */
async function selectAll(page) {
  fireEvent.click(page.getByRole("grid"));
  press("a", { ctrlKey: true });
  await settled();
}

/** @param {any} page @param {RegExp} name */
const click = (page, name) => fireEvent.click(page.getByRole("button", { name }));

/** What brings each question about tokens on screen. @type {Record<string, (page: any) => unknown>} */
const QUESTIONS = {
  "revoking one": (page) => choose(page, "edge", "Revoke"),
  async "revoking many"(page) {
    await selectAll(page);
    press("Delete");
    await settled();
  },
  async "narrowing many"(page) {
    await selectAll(page);
    click(page, /^Narrow/);
    await settled();
  },
  async "rotating one"(page) {
    choose(page, "edge", "Rotate");
    await settled();
  },
  "giving a new token full access"(page) {
    click(page, /New token/);
    fireEvent.click(page.getByRole("radio", { name: /^Full access/ }));
    type(page.getByRole("textbox", { name: "Name" }), "new");
    pressEnter(page.getByRole("textbox", { name: "Name" }));
  },
  "giving a token full access"(page) {
    choose(page, "edge", "Edit");
    fireEvent.click(page.getByRole("radio", { name: /^Full access/ }));
    click(page, /^Save/);
  },
  async "saving over what somebody else has changed"(page) {
    choose(page, "edge", "Edit");
    type(page.getByRole("textbox", { name: "Name" }), "mine");
    pressEnter(page.getByRole("textbox", { name: "Name" }));
    await settled();
    page.getByRole("heading", { name: "This token was changed elsewhere" });
  },
  async "creating again what may exist"(page) {
    click(page, /New token/);
    type(page.getByRole("textbox", { name: "Name" }), "new");
    pressEnter(page.getByRole("textbox", { name: "Name" }));
    await settled();
    click(page, /^Create again/);
  },
};

for (const [question, ask] of Object.entries(QUESTIONS)) {
  test(`C77: ${question} names the project, the server and the connection with its marks`, async () => {
    const { page } = await open(MARKS, {
      update_token: () => ({ outcome: "changed_elsewhere", row: row("theirs") }),
      create_token: () => ({ outcome: "not_found", problem: null }),
    });
    await ask(page);
    assert.deepEqual(lines(), MARKED);
  });
}

test("signing out and forgetting name the connection, its server and its marks", async () => {
  const { page } = await open();
  fireEvent.click(page.getByRole("button", { name: /^Project/ }));
  await settled();
  const marked = [["Acme cloud · cloud-api.calyptia.com production", "color-dot teal"]];
  click(page, /^Sign out/);
  assert.deepEqual(lines(), marked);
  click(page, /^Cancel/);
  await settled();
  choose(page, "Acme cloud", "Forget");
  assert.deepEqual(lines(), marked);
});

test("revoking a token with itself names its project, or its id, and where it is sent", async () => {
  for (const [project, projects, named] of /** @type {const} */ ([
    ["p9", [PROJECT], "Project p9"],
    ["p1", [PROJECT], "Project Acme / production"],
  ])) {
    const { page } = await open(
      { ...MARKS, projects: [...projects] },
      { paste_into_filter: () => ({ ...PASTED, project }) },
    );
    fireEvent.paste(page.getByRole("searchbox"));
    await settled();
    assert.deepEqual(lines(), [], "nothing is asked yet");
    click(page, /^Revoke…/);
    assert.deepEqual(lines(), [
      [`${named} · Acme cloud · cloud-api.calyptia.com production`, "color-dot teal"],
    ]);
  }
});

test("C77: a connection named after its server is named once, and an id tells projects of one name apart", async () => {
  const twin = { ...PROJECT, id: "p2-of-the-same-name" };
  /** @type {[Partial<Connection>, string][]} */
  const cases = [
    [{}, "Project Acme / production · Acme cloud · cloud-api.calyptia.com"],
    [{ projects: [twin, PROJECT] }, "Project Acme / productionp1 · Acme cloud · cloud-api.calyptia.com"],
    [
      { name: "localhost:5000", host: "localhost:5000", server: "http://localhost:5000" },
      "Project Acme / production · http://localhost:5000",
    ],
    [{ name: "cloud-api.calyptia.com" }, "Project Acme / production · cloud-api.calyptia.com"],
    [{ sample: true }, "Project Acme / production · Sample data"],
  ];
  for (const [change, wanted] of cases) {
    const { page } = await open(change);
    choose(page, "edge", "Revoke");
    assert.deepEqual(lines(), [[wanted, null]]);
    pressEsc();
  }
});

test("the header shows the marks beside the project’s name", async () => {
  const { page } = await open();
  const where = page.getByRole("button", { name: /^Project/ });
  assert.match(where.textContent ?? "", /^Project Acme \/ productionproductionAcme cloud$/);
  assert.ok(where.querySelector(".where-name:has(> .color-dot.teal + .user-text) + span > .production"));
  const { page: plain } = await open({});
  const unmarked = plain.getByRole("button", { name: /^Project/ });
  assert.equal(unmarked.querySelector(".color-dot, .production"), null);
});

test("each color stands out from whatever is behind it, in light and in dark", () => {
  const theme = readFileSync(new URL("../src/styles/theme.css", import.meta.url), "utf8");
  const [light = "", dark = ""] = theme.split("@media (prefers-color-scheme: dark)");
  for (const part of [light, dark]) {
    /** @param {string} name */
    const value = (name) => part.match(new RegExp(`--${name}: #([0-9a-f]{3,6});`))?.[1] ?? assert.fail(name);
    for (const color of COLORS)
      for (const ground of ["panel", "bg", "hover", "accent-wash", "amber-wash"]) {
        const contrast = contrastOf(value(`dot-${color}`), value(ground));
        assert.ok(contrast >= 3, `${color} on ${ground}: ${contrast}`);
      }
  }
  const dots = COLORS.map((color) => light.match(new RegExp(`--dot-${color}: (.*);`))?.[1]);
  assert.equal(new Set(dots).size, COLORS.length);
});

/** As WCAG 2.2 defines it. @param {string} a @param {string} b */
function contrastOf(a, b) {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((one, other) => one - other);
  return (light + 0.05) / (dark + 0.05);
}

/** @param {string} hex */
function luminance(hex) {
  const long = hex.length === 3 ? [...hex].map((digit) => digit + digit).join("") : hex;
  const [r = 0, g = 0, b = 0] = (long.match(/../g) ?? []).map((pair) => {
    const part = Number.parseInt(pair, 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
