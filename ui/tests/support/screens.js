/** Every screen, dialog and state of the page, and the way to each. */
/** @import { Row } from "../../types/ipc" */
/** @import { Commands } from "./rust.js" */
import { fireEvent } from "@testing-library/dom";
import { NO_FACETS } from "../../src/list/facets.js";
import { COLORS } from "../../src/shared/connection-color.js";
import { t } from "../../src/shared/language.js";
import { press, pressEnter, pressEsc, settled, type, waited } from "./person.js";
import {
  connection,
  created,
  known,
  listChanges,
  listOf,
  loaded,
  networkSettings,
  PROJECT,
  problem,
  row,
  startup,
  withTokens,
} from "./rust.js";

/** @type {import("../../types/ipc").View} */
const ANY = { filter: "", facets: NO_FACETS, sort: "name", descending: false };

const LONG_NAME =
  "otel-gateway-eu-central-1 blue/green rollout, temporary until the storage migration is over";

/** The label of the field for what must be typed. @param {string} text */
const typed = (text) => t("revoke.type", { text });

/** Of each kind that narrowing tells apart. @type {Row[]} */
const MIXED = [
  row("edge-agent-eu", { kind: "some", permissions: ["read:*", "update:*"] }),
  row("ci-deploy", { kind: "full", named: false, others: [] }),
  row("odd", { kind: "some", permissions: ["read:*", "future:x"] }),
  row("web"),
  row("writer", { kind: "some", permissions: ["create:*"] }),
  row("unclear", { kind: "unreadable" }),
];

/** With one kind that there is none of. */
const COUNTS = {
  ...{ all: MIXED.length, fullAccess: 1, canDelete: 0 },
  olderThan: { ninety_days: 1234, half_year: 612, year: 80 },
};

/** @param {any} page */
async function pasteAndCheck(page) {
  fireEvent.paste(page.getByRole("searchbox"));
  await settled();
  fireEvent.click(page.getByRole("button", { name: t("identify.check") }));
  await settled();
}

/** @param {any} page */
async function pressChips(page) {
  for (const label of [t("facet.fullAccess"), t("age.half_year")]) {
    fireEvent.click(page.getByText(label, { selector: ".chip *" }));
    await settled();
  }
}

/** @param {Row | null} row @param {import("../../types/ipc").FilePlace[]} places */
const inFiles = (row, places) => ({
  id: row?.id ?? "5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10",
  project: PROJECT.id,
  row,
  elsewhere: false,
  places,
  more: 0,
});

/** @param {any} page */
async function searchFolder(page) {
  fireEvent.click(page.getByRole("button", { name: t("files.open") }));
  fireEvent.click(page.getByRole("button", { name: t("files.chooseFolder") }));
  await settled();
}

/** As Rust does when nobody is there. */
let lockWhenIdle = () => {};

const [OLD, SUCCESSOR] = [row("edge-agent-eu"), row("edge-agent-eu (new)")];
/** A list with a token that is being replaced. @type {Commands} */
const PAIR = {
  ...withTokens([SUCCESSOR, OLD, row("ci-deploy")]),
  rotations: () => ({
    pairs: [{ oldId: OLD.id, old: OLD, new: SUCCESSOR, renameTo: OLD.name }],
    problem: null,
  }),
};

const MANY_PROJECTS = Array.from({ length: 200 }, (_, at) => ({
  ...{ id: `p${at + 1}`, name: at === 0 ? PROJECT.name : `Team ${at}`, agents: at * 3, members: 7 },
}));
/** A dozen connections, of which the last is in use, and two hundred projects. @type {Commands} */
const MANY = {
  list_connections: () =>
    Array.from({ length: 12 }, (_, at) =>
      known({
        ...{ id: at === 11 ? "c1" : `k${at}`, name: at === 11 ? "Acme cloud" : `Site ${at}` },
        ...{ host: `site-${at}.example`, color: COLORS[at % 7] ?? null, production: at > 9 },
      }),
    ),
  list_projects: () => MANY_PROJECTS,
  restore: () =>
    connection({ production: true, color: "purple", projects: MANY_PROJECTS, recent: ["p1", "p120", "p77"] }),
};

/**
 * A name, what Rust answers, and what a person does then. By key, because the screens are looked at in every language.
 * @type {[string, Commands, (page: any) => unknown][]}
 */
export const SCREENS = [
  ["welcome", { start: () => startup({ connections: [], last: null }) }, () => {}],
  [
    "welcome, how to get a bearer token",
    { start: () => startup({ connections: [], last: null }) },
    (page) => {
      fireEvent.change(page.getByLabelText(t("welcome.server")), { target: { value: "other" } });
      fireEvent.click(page.getByRole("button", { name: t("getToken.question") }));
    },
  ],
  [
    "a project token in place of a bearer token",
    {
      start: () => startup({ connections: [], last: null }),
      paste_bearer_token: () => Promise.reject(problem("project_token_given")),
    },
    async (page) => {
      fireEvent.paste(page.getByLabelText(t("bearerToken.label")));
      await settled();
    },
  ],
  [
    "a pasted token that no list has, and what the server says of it",
    {
      paste_into_filter: () => ({
        kind: "token",
        paste: 1,
        id: "5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10",
        project: "0b1d7c1e-77aa-4a60-8b0f-3f3c1f6f2b11",
        row: null,
        elsewhere: true,
      }),
      check_found_token: () => ({ state: "works", row: row("leaked") }),
    },
    pasteAndCheck,
  ],
  [
    "a pasted token that is about to be revoked with itself",
    {
      paste_into_filter: () => ({
        kind: "token",
        paste: 1,
        id: "5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10",
        project: PROJECT.id,
        row: null,
        elsewhere: false,
      }),
    },
    async (page) => {
      fireEvent.paste(page.getByRole("searchbox"));
      await settled();
      fireEvent.click(page.getByRole("button", { name: t("action.revoke") }));
    },
  ],
  [
    "a pasted id that no token of the list has, and what the server says of it",
    {
      paste_into_filter: () => ({
        kind: "token",
        paste: 1,
        id: "5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10",
        project: null,
        row: null,
        elsewhere: false,
      }),
      check_found_token: () => ({ state: "works", row: row("leaked") }),
    },
    pasteAndCheck,
  ],
  ["tokens that have changed", { what_changed: () => listChanges() }, () => {}],
  [
    "what has changed",
    { what_changed: () => listChanges({ new: 503 }) },
    () => {
      const chip = document.querySelector("button.changes");
      if (chip) fireEvent.click(chip);
    },
  ],
  [
    "a token with who created it",
    { created_by: () => "bo@acme.example" },
    async (page) => {
      fireEvent.click(page.getByText("edge-agent-eu"));
      press("Enter");
      await settled();
    },
  ],
  [
    "the ways to export a list",
    {},
    (page) => fireEvent.click(page.getByRole("button", { name: t("export.title") })),
  ],
  [
    "finding tokens in files",
    {},
    (page) => fireEvent.click(page.getByRole("button", { name: t("files.open") })),
  ],
  [
    "files that are being searched",
    {
      search_files({ onProgress }) {
        onProgress.onmessage({ files: 1234, bytes: 56_000_000, tokens: 2 });
        return new Promise(() => {});
      },
    },
    searchFolder,
  ],
  [
    "tokens that were found in files",
    {
      search_files: () => ({
        ...{ folder: "deploy", end: "stopped", files: 1234, bytes: 56_000_000 },
        ...{ unreadable: 3, cut: 0, tooDeep: 0, links: 1, more: 0 },
        tokens: [
          inFiles(row("ci-deploy", { kind: "full", named: false, others: [] }), [
            { file: ".env", line: 3, base64: false },
            { file: "clusters/eu-central-1/fluent-bit/values/secrets.yaml", line: 1204, base64: true },
          ]),
          { ...inFiles(null, [{ file: "notes\u202etxt.exe", line: 1, base64: false }]), more: 12 },
        ],
      }),
    },
    searchFolder,
  ],
  [
    "welcome with a proxy that cannot be used",
    {
      start: () => startup({ connections: [], last: null }),
      route_to: () => ({ kind: "unusable", problem: problem("proxy_script"), reason: { kind: "system" } }),
    },
    () => {},
  ],
  [
    "welcome with a proxy",
    {
      start: () => startup({ connections: [], last: null }),
      route_to: () => ({
        kind: "proxy",
        name: "proxy.corp.example:3128",
        reason: { kind: "variable", name: "HTTPS_PROXY" },
      }),
    },
    () => {},
  ],
  [
    "welcome with a pasted bearer and an error",
    {
      start: () => startup({ connections: [], last: null, preset: "https://a.example" }),
      connect: () => Promise.reject(problem("keyring_locked")),
    },
    async (page) => {
      fireEvent(
        page.getByLabelText(t("bearerToken.label")),
        new Event("paste", { bubbles: true, cancelable: true }),
      );
      await settled();
      fireEvent.click(page.getByRole("button", { name: t("welcome.connect") }));
    },
  ],
  ["connecting", { restore: () => new Promise(() => {}) }, waited],
  ["connecting failed", { restore: () => Promise.reject(problem("unreachable")) }, () => {}],
  [
    "choosing a project",
    {
      restore: () =>
        connection({
          project: null,
          projects: ["production", "staging", "a name that is longer than any list of projects is wide"].map(
            (name, at) => ({ ...PROJECT, id: name, name, members: at === 1 ? 1 : 7 }),
          ),
        }),
    },
    () => {},
  ],
  [
    "the table",
    // An age takes no more room than this.
    withTokens([row("edge-agent-eu"), { ...row("ci-deploy"), createdAt: Date.now() - 11.5 * 60_000 }]),
    (page) => fireEvent.click(page.getByText("ci-deploy")),
  ],
  [
    "chips that are combined, and the ages to choose from",
    {
      ...withTokens(MIXED),
      rows: (ask) => ({ ...listOf(MIXED)(ask), counts: COUNTS }),
      start: () => startup({ tokenAge: "half_year" }),
    },
    async (page) => {
      await pressChips(page);
      fireEvent.click(page.getByRole("button", { name: t("age.choose") }));
    },
  ],
  [
    "no token of several kinds",
    {
      ...withTokens(MIXED),
      rows: (ask) => ({ ...listOf([])(ask), counts: COUNTS }),
      start: () => startup({ tokenAge: "half_year" }),
    },
    pressChips,
  ],
  [
    "loading",
    { load_tokens: () => new Promise(() => {}), rows: withTokens([]).rows ?? (() => null) },
    waited,
  ],
  [
    "a token on the clipboard, and details to copy",
    {
      load_tokens: () => loaded({ whole: true, problem: { ...problem("server_error"), status: 503 } }),
      copy_token: () => ({ clearsAfterSeconds: 30 }),
    },
    async (page) => {
      fireEvent.click(page.getByText("ci-deploy"));
      press("c", { ctrlKey: true });
      await settled();
      // As when the news has been read.
      one(".toast").remove();
      while (!document.querySelector(".toast.clipboard")) await waited();
    },
  ],
  ["empty", withTokens([]), () => {}],
  ["failed", { ...withTokens([]), load_tokens: () => Promise.reject(problem("server_error")) }, () => {}],
  [
    "incomplete",
    { load_tokens: () => loaded({ generation: 1, total: 2, problem: problem("timed_out") }) },
    () => {},
  ],
  ["the project picker", {}, () => fireEvent.click(one(".where"))],
  ["the project picker with many", MANY, () => fireEvent.click(one(".where"))],
  [
    "the colors of a connection",
    MANY,
    async (page) => {
      fireEvent.click(one(".where"));
      await settled();
      fireEvent.click(one(".connections [aria-current] ~ [aria-haspopup]"));
      fireEvent.click(page.getByRole("menuitem", { name: t("connection.color") }));
    },
  ],
  [
    "the create dialog",
    {},
    (page) => fireEvent.click(page.getByRole("button", { name: t("action.newToken") })),
  ],
  ...["odd", "ci-deploy"].map(
    /** @returns {typeof SCREENS[number]} */
    (name) => [
      `the create dialog for one like ${name}`,
      withTokens(MIXED),
      (page) => {
        fireEvent.click(page.getByRole("button", { name: t("action.moreFor", { name }) }));
        fireEvent.click(page.getByRole("menuitem", { name: t("action.newLike") }));
      },
    ],
  ),
  [
    "rotating a token",
    withTokens(MIXED),
    async (page) => {
      fireEvent.click(page.getByRole("button", { name: t("action.moreFor", { name: "odd" }) }));
      fireEvent.click(page.getByRole("menuitem", { name: t("action.rotate") }));
      await settled();
    },
  ],
  [
    "a token and its successor",
    PAIR,
    async (page) => {
      fireEvent.click(page.getByRole("button", { name: t("action.moreFor", { name: "edge-agent-eu" }) }));
    },
  ],
  [
    "the old token of a pair is about to be revoked",
    PAIR,
    async (page) => {
      fireEvent.click(page.getByRole("button", { name: t("action.moreFor", { name: "edge-agent-eu" }) }));
      fireEvent.click(page.getByRole("menuitem", { name: new RegExp(`^${t("rotate.revokeOld")}`) }));
    },
  ],
  [
    "the create dialog with what was left in it",
    {},
    async (page) => {
      fireEvent.click(page.getByRole("button", { name: t("action.newToken") }));
      type(page.getByRole("textbox", { name: t("fact.name") }), "edge-agent-ap");
      fireEvent.click(page.getByRole("radio", { name: t("preset.full") }));
      pressEsc();
      await settled();
      fireEvent.click(page.getByRole("button", { name: t("action.newToken") }));
    },
  ],
  [
    "the create dialog asks about full access",
    {},
    (page) => {
      fireEvent.click(page.getByRole("button", { name: t("action.newToken") }));
      fireEvent.click(page.getByRole("radio", { name: t("preset.full") }));
      type(page.getByRole("textbox", { name: t("fact.name") }), "edge-agent-ap");
      pressEnter(page.getByRole("textbox", { name: t("fact.name") }));
    },
  ],
  [
    "the result",
    {},
    (page) => {
      fireEvent.click(page.getByRole("button", { name: t("action.newToken") }));
      type(page.getByRole("textbox", { name: t("fact.name") }), "edge-agent-ap");
      pressEnter(page.getByRole("textbox", { name: t("fact.name") }));
    },
  ],
  [
    "a result in the lines of something else",
    {
      snippet: () => ({
        before:
          'apiVersion: v1\nstringData:\n  CALYPTIA_CLOUD_URL: "https://cloud-api.calyptia.com"\n  TOKEN: "',
        after: '"\n',
      }),
    },
    async (page) => {
      createOne(page);
      await settled();
      const form = page.getByRole("combobox", { name: t("snippet.label") });
      fireEvent.change(form, { target: { value: "kubernetes_secret" } });
    },
  ],
  [
    "a result that was not copied",
    {},
    async (page) => {
      createOne(page);
      await settled();
      fireEvent.click(page.getByRole("button", { name: t("action.close") }));
    },
  ],
  ...["not_found", "several", "unknown"].map(
    /** @returns {typeof SCREENS[number]} */
    (outcome) => [
      `a lost create: ${outcome}`,
      { create_token: () => ({ outcome, rows: [row("a"), row("b")], problem: problem("unreachable") }) },
      createOne,
    ],
  ),
  [
    "looking for a lost create",
    {
      create_token({ onChecking }) {
        onChecking.onmessage({ attempt: 1, maxAttempts: 3 });
        return new Promise(() => {});
      },
    },
    createOne,
  ],
  ["a create that was found", { create_token: () => created(row("a"), true) }, createOne],
  ["signing in again", { load_tokens: () => Promise.reject(problem("unauthenticated")) }, () => {}],
  ["settings", {}, (page) => fireEvent.click(page.getByRole("button", { name: t("action.settings") }))],
  [
    "settings with a proxy and certificates",
    {
      network: () =>
        networkSettings({
          proxy: { kind: "address", url: "http://proxy:3128" },
          certificates: { file: "corp.pem", count: 2 },
        }),
    },
    (page) => fireEvent.click(page.getByRole("button", { name: t("action.settings") })),
  ],
  [
    "the menu of a row",
    withTokens([row("odd", { kind: "unreadable" })]),
    (page) => fireEvent.click(page.getByRole("button", { name: t("action.moreFor", { name: "odd" }) })),
  ],
  [
    "copying a token as something",
    {},
    (page) => {
      fireEvent.click(page.getByRole("button", { name: t("action.moreFor", { name: "ci-deploy" }) }));
      fireEvent.click(page.getByRole("menuitem", { name: t("action.copyAs") }));
    },
  ],
  [
    "copying a token for a fleet",
    {
      list_fleets: () => ["edge-eu", "edge-us"],
      snippet: () => ({
        before: 'customs:\n  - name: calyptia\n    api_key: "',
        after: '"\n    fleet_name: "edge-eu"\n',
      }),
    },
    async (page) => {
      fireEvent.click(page.getByRole("button", { name: t("action.moreFor", { name: "ci-deploy" }) }));
      fireEvent.click(page.getByRole("menuitem", { name: t("action.copyAs") }));
      await settled();
      fireEvent.change(page.getByRole("combobox", { name: t("snippet.fleet") }), {
        target: { value: "edge-eu" },
      });
    },
  ],
  [
    "a token that cannot be copied so",
    {
      snippet: () => Promise.reject(problem("server_path_impossible")),
      copy_token: () => Promise.reject(problem("value_not_plain")),
    },
    async (page) => {
      fireEvent.click(page.getByRole("button", { name: t("action.moreFor", { name: "ci-deploy" }) }));
      fireEvent.click(page.getByRole("menuitem", { name: t("action.copyAs") }));
      await settled();
      fireEvent.click(page.getByRole("button", { name: t("created.copy") }));
    },
  ],
  [
    "editing",
    withTokens([row("odd", { kind: "some", permissions: ["future:x"] })]),
    (page) => onRow(page, "odd", "Enter"),
  ],
  [
    "editing a token without a list",
    withTokens([row("odd", { kind: "full", named: false, others: [] })]),
    (page) => onRow(page, "odd", "Enter"),
  ],
  [
    "editing asks about full access",
    withTokens([row(LONG_NAME)]),
    (page) => {
      onRow(page, LONG_NAME, "Enter");
      fireEvent.click(page.getByRole("radio", { name: t("preset.full") }));
      fireEvent.click(page.getByRole("button", { name: t("action.save") }));
    },
  ],
  [
    "both versions",
    { update_token: () => ({ outcome: "changed_elsewhere", row: row("theirs") }) },
    (page) => {
      onRow(page, "ci-deploy", "Enter");
      type(page.getByRole("textbox", { name: t("fact.name") }), "mine");
      pressEnter(page.getByRole("textbox", { name: t("fact.name") }));
    },
  ],
  [
    "revoking, refused",
    { delete_token: () => Promise.reject(problem("permission_denied")) },
    (page) => {
      onRow(page, "edge-agent-eu", "Delete");
      fireEvent.click(page.getByRole("button", { name: t("revoke.go") }));
    },
  ],
  [
    "revoking, with the name to type",
    { restore: () => connection({ production: true, color: "pink" }) },
    (page) => {
      onRow(page, "ci-deploy", "Delete");
      type(page.getByRole("textbox", { name: typed("ci-deploy") }), "ci-dep");
    },
  ],
  [
    "revoking, with a long name to type",
    withTokens([row(LONG_NAME, { kind: "full", named: true, others: [] })]),
    (page) => onRow(page, LONG_NAME, "Delete"),
  ],
  [
    "revoking, with the suffix to type",
    withTokens([row("edge\u200b", { kind: "full", named: true, others: [] })]),
    () => {
      fireEvent.click(one(".rows .name"));
      press("Delete");
    },
  ],
  [
    "some selected",
    {},
    (page) =>
      fireEvent.click(page.getByRole("checkbox", { name: t("selection.row", { name: "ci-deploy" }) })),
  ],
  [
    "a copy that takes a while",
    { copy_token: () => new Promise(() => {}) },
    async (page) => {
      fireEvent.click(page.getByText("ci-deploy"));
      press("c", { ctrlKey: true });
      await new Promise((done) => setTimeout(done, 250));
    },
  ],
  [
    "a success and an older warning",
    {
      copy_token: ({ id }) =>
        id.endsWith("ci-deploy")
          ? { clearsAfterSeconds: 30 }
          : Promise.reject(problem("clipboard_unavailable")),
    },
    async (page) => {
      for (const name of ["edge-agent-eu", "ci-deploy"]) {
        fireEvent.click(page.getByText(name));
        press("c", { ctrlKey: true });
        await settled();
      }
    },
  ],
  [
    "a toast in a dialog",
    {},
    async (page) => {
      fireEvent.click(page.getByText("ci-deploy"));
      press("c", { ctrlKey: true });
      await settled();
      fireEvent.click(page.getByRole("button", { name: t("action.moreFor", { name: "edge-agent-eu" }) }));
      fireEvent.click(page.getByRole("menuitem", { name: new RegExp(`^${t("action.revoke")}`) }));
    },
  ],
  [
    "settings with changes that are not saved",
    {},
    async (page) => {
      press(",", { ctrlKey: true });
      await settled();
      fireEvent.click(page.getByRole("radio", { name: t("network.noProxy") }));
      fireEvent.click(page.getByRole("button", { name: t("action.close") }));
    },
  ],
  ["revoking several", {}, (page) => revokeAll(page)],
  [
    "revoking what the filter hides",
    withTokens([row("edge-agent-eu"), row("ci-deploy")]),
    async (page) => {
      for (const name of ["edge-agent-eu", "ci-deploy"])
        fireEvent.click(page.getByRole("checkbox", { name: t("selection.row", { name }) }));
      type(page.getByRole("searchbox"), "ci");
      await settled();
      fireEvent.click(page.getByRole("button", { name: t("action.revoke") }));
    },
  ],
  [
    "selected and hidden by the filter",
    withTokens([row("edge-agent-eu"), row("ci-deploy")]),
    async (page) => {
      fireEvent.click(page.getByRole("checkbox", { name: t("selection.row", { name: "edge-agent-eu" }) }));
      type(page.getByRole("searchbox"), "ci");
    },
  ],
  [
    "revoking several, under way",
    { delete_token: ({ id }) => (id.endsWith("ci-deploy") ? new Promise(() => {}) : null) },
    async (page) => {
      await revokeAll(page);
      type(page.getByRole("textbox", { name: typed("2") }), "2");
      fireEvent.click(page.getByRole("button", { name: t("revokeMany.go", { count: 2 }) }));
    },
  ],
  [
    "revoking several, of which one failed",
    {
      delete_token: ({ id }) =>
        id.endsWith("ci-deploy") ? Promise.reject(problem("permission_denied")) : null,
    },
    async (page) => {
      await revokeAll(page);
      type(page.getByRole("textbox", { name: typed("2") }), "2");
      fireEvent.click(page.getByRole("button", { name: t("revokeMany.go", { count: 2 }) }));
    },
  ],
  [
    "revoking several, offline",
    { delete_token: () => Promise.reject(problem("connection_refused")) },
    async (page) => {
      await revokeAll(page);
      type(page.getByRole("textbox", { name: typed("2") }), "2");
      fireEvent.click(page.getByRole("button", { name: t("revokeMany.go", { count: 2 }) }));
    },
  ],
  ["narrowing several", withTokens(MIXED), (page) => narrowAll(page)],
  [
    "narrowing several, under way",
    {
      ...withTokens(MIXED),
      update_token: ({ id }) =>
        id.endsWith("ci-deploy") ? new Promise(() => {}) : { outcome: "updated", row: row("edge-agent-eu") },
    },
    async (page) => {
      await narrowAll(page);
      fireEvent.click(page.getByRole("button", { name: t("narrowMany.go", { count: 3 }) }));
    },
  ],
  [
    "narrowing several, of which some failed",
    {
      ...withTokens(MIXED),
      update_token: ({ id }) =>
        id.endsWith("ci-deploy")
          ? Promise.reject(problem("permission_denied"))
          : { outcome: "changed_elsewhere", row: row("theirs", { kind: "unreadable" }) },
    },
    async (page) => {
      await narrowAll(page);
      fireEvent.click(page.getByRole("button", { name: t("narrowMany.go", { count: 3 }) }));
    },
  ],
  ["nothing to narrow", withTokens([row("edge-agent-eu"), row("web")]), (page) => narrowAll(page)],
  [
    "narrowing one, under way",
    { update_token: () => new Promise(() => {}) },
    (page) => {
      onRow(page, "ci-deploy", "Delete");
      fireEvent.click(page.getByRole("button", { name: t("narrow.go") }));
    },
  ],
  [
    "a token that was narrowed",
    { update_token: () => ({ outcome: "updated", row: row("ci-deploy") }) },
    async (page) => {
      onRow(page, "ci-deploy", "Delete");
      fireEvent.click(page.getByRole("button", { name: t("narrow.go") }));
    },
  ],
  [
    "narrowing that could not be undone",
    {
      update_token: ({ permissions }) =>
        permissions.length === 1
          ? { outcome: "updated", row: row("ci-deploy") }
          : Promise.reject(problem("server_error")),
    },
    async (page) => {
      onRow(page, "ci-deploy", "Delete");
      fireEvent.click(page.getByRole("button", { name: t("narrow.go") }));
      await settled();
      fireEvent.click(page.getByRole("button", { name: t("action.undo") }));
    },
  ],
  [
    "repeated names, rows skipped and a pause",
    {
      ...withTokens([{ ...row("a"), duplicateName: true }]),
      load_tokens: () => loaded({ whole: true, conflicting: 2, problem: problem("proxy_refused", "p:1") }),
      follow_waits: ({ onWaiting }) => onWaiting.onmessage({ seconds: 3 }),
    },
    () => {},
  ],
  [
    "names that hide something",
    withTokens([
      { ...row("edge"), id: "11112222-a", duplicateName: true },
      { ...row("edge\u200b"), id: "33334444-b", duplicateName: true },
      { ...row(" edge\u00a0"), id: "55556666-c", duplicateName: true },
      row("\u202egpj.elbatnirp"),
      row("\u2067שלום\u2069"),
      row("👩‍💻 laptop"),
      row(""),
    ]),
    () => {},
  ],
  [
    "a keyring that keeps the app waiting",
    {
      restore: () => new Promise(() => {}),
      follow_keyring: ({ onWaiting }) => onWaiting.onmessage(true),
    },
    waited,
  ],
  ["the shortcuts", {}, () => press("?")],
  ["locked", {}, () => press("l", { ctrlKey: true })],
  [
    "locked because nobody is there",
    {
      follow_locks({ onLock }) {
        lockWhenIdle = () => onLock.onmessage({ kind: "idle", minutes: 15 });
      },
    },
    () => lockWhenIdle(),
  ],
  [
    "locked, and the bearer gone with it",
    { restore: () => connection({ storage: "session" }) },
    () => press("l", { ctrlKey: true }),
  ],
  ["leaving", {}, leave],
  [
    "leaving, refused",
    { sign_out: () => Promise.reject(problem("keyring_not_deleted")) },
    async (page) => {
      await leave(page);
      fireEvent.click(page.getByRole("button", { name: t("leave.signOut") }));
    },
  ],
  [
    "renaming a connection",
    { rename_connection: () => Promise.reject(problem("bad_connection_name")) },
    async (page) => {
      fireEvent.click(one(".where"));
      await settled();
      fireEvent.click(one(".connections [aria-haspopup]"));
      fireEvent.click(page.getByRole("menuitem", { name: t("action.rename") }));
      fireEvent.submit(one("form.rename"));
    },
  ],
  ["nothing matches", {}, (page) => type(page.getByRole("searchbox"), "nothing is called so")],
  [
    "nothing matches among those of a chip",
    {
      rows: () => ({ ...listOf([row("a")])({ view: ANY, from: 0, count: 0 }), matched: 0 }),
    },
    async (page) => {
      fireEvent.click(page.getAllByRole("button", { pressed: false })[0]);
      type(page.getByRole("searchbox"), "b");
    },
  ],
  [
    "no value matches",
    {},
    (page) => type(page.getByRole("searchbox"), `${"x".repeat(134)}.${"y".repeat(64)}`),
  ],
  [
    "welcome, started on sample data",
    {
      start: () => startup({ connections: [], last: null, sample: true }),
      try_sample: () => Promise.reject(problem("cancelled")),
    },
    () => {},
  ],
  [
    "signed out, with rows of before",
    { load_tokens: () => loaded({ whole: true, problem: problem("unauthenticated") }) },
    () => {},
  ],
  [
    "a clock that is off, and a bearer that ends",
    {
      restore: () =>
        connection({ account: { email: "ana@acme.example", expiresAt: Date.now() + 5 * 60_000 } }),
      load_tokens: () => loaded({ clockOffset: -240 }),
    },
    () => {},
  ],
  [
    "settings with every mistake",
    { set_network: () => Promise.reject(problem("proxy_with_password")) },
    async (page) => {
      fireEvent.click(page.getByRole("button", { name: t("action.settings") }));
      await settled();
      fireEvent.click(page.getByRole("radio", { name: t("network.thisProxy") }));
      type(page.getByRole("textbox", { name: t("network.proxyAddress") }), "http://me:secret@proxy");
      fireEvent.click(page.getByRole("button", { name: t("action.save") }));
    },
  ],
  ["a copied token", {}, (page) => fireEvent.click(page.getAllByTitle(t("action.copy"))[0])],
  [
    "a token that could not be copied",
    { copy_token: () => Promise.reject(problem("value_hidden")) },
    (page) => fireEvent.click(page.getAllByTitle(t("action.copy"))[0]),
  ],
  [
    "bearer tokens that may still be in the keyring",
    {
      list_connections: () => [
        known(),
        known({ id: "c2", name: "Staging", signedIn: false, inKeyring: true }),
        known({ id: "c3", name: "Lab", sessionOnly: true, inKeyring: true }),
      ],
    },
    () => fireEvent.click(one(".where")),
  ],
  [
    "a change whose outcome is unknown",
    { update_token: () => Promise.reject({ ...problem("change_unknown", "out of memory"), status: 500 }) },
    (page) => {
      onRow(page, "ci-deploy", "Enter");
      type(page.getByRole("textbox", { name: t("fact.name") }), "ci-2");
      pressEnter(page.getByRole("textbox", { name: t("fact.name") }));
    },
  ],
  [
    "revoking several, in conflict",
    {
      delete_token: () =>
        Promise.reject({ ...problem("conflict", "token is used by 3 core instances"), status: 409 }),
    },
    async (page) => {
      await revokeAll(page);
      type(page.getByRole("textbox", { name: typed("2") }), "2");
      fireEvent.click(page.getByRole("button", { name: t("revokeMany.go", { count: 2 }) }));
    },
  ],
  [
    "an account without projects",
    {
      restore: () => connection({ project: null, projects: [] }),
      list_connections: () => [known(), known({ id: "c2", name: "Staging", signedIn: false })],
    },
    () => {},
  ],
];

/** @param {any} page */
async function leave(page) {
  fireEvent.click(one(".where"));
  await settled();
  fireEvent.click(page.getByRole("button", { name: t("action.signOut") }));
}

/** @param {any} page */
async function revokeAll(page) {
  fireEvent.click(page.getByRole("checkbox", { name: t("selection.all") }));
  await settled();
  fireEvent.click(one(".selection .destructive"));
  await settled();
}

/** @param {string} selector */
function one(selector) {
  const found = document.querySelector(selector);
  if (!found) throw new TypeError(`nothing at ${selector}`);
  return found;
}

/** @param {any} page */
function createOne(page) {
  fireEvent.click(page.getByRole("button", { name: t("action.newToken") }));
  type(page.getByRole("textbox", { name: t("fact.name") }), "a");
  pressEnter(page.getByRole("textbox", { name: t("fact.name") }));
}

/** @param {any} page @param {string} name @param {string} key */
function onRow(page, name, key) {
  fireEvent.click(page.getByText(name));
  press(key);
}

/** @param {any} page */
async function narrowAll(page) {
  fireEvent.click(page.getByRole("checkbox", { name: t("selection.all") }));
  await settled();
  fireEvent.click(page.getByRole("button", { name: t("action.narrow") }));
  await settled();
}
