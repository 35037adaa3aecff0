/**
 * The Rust side as the page's tests see it: what each command answers, unless a test says otherwise, and the shapes to
 * say it with. It needs nothing but a browser.
 */
/**
 * @import {
 *   RowAccess, Connection, CreateOutcome, ErrorCode, FacetCounts, FoundRows, KnownConnection, ListChange, ListChanges, Loaded, NetworkStatus, Preferences, Problem,
 *   ProjectSummary, Row, Rows, Startup, View
 * } from "../../types/ipc"
 */

/**
 * @typedef {Record<string, (args: any) => unknown>} Commands
 * @typedef {{ command: string, args: any }} Call
 */

/** @template T */
export class Later {
  /** @type {(value: T) => void} */ resolve = () => {};
  /** @type {(reason: unknown) => void} */ reject = () => {};
  /** @type {Promise<T>} */
  promise = new Promise((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

/**
 * @param {ErrorCode} code
 * @param {string | null} [detail]
 * @returns {Problem}
 */
export const problem = (code, detail = null) => ({
  code,
  message: "not for people",
  operation: null,
  status: null,
  retryable: false,
  detail,
  retryAfter: null,
});

/** @type {Preferences} */
export const PREFERENCES = {
  language: "system",
  theme: "system",
  density: "comfortable",
  clipboardSeconds: 30,
  lockMinutes: 15,
  showChanges: true,
};

/** @type {ProjectSummary} */
export const PROJECT = { id: "p1", name: "Acme / production", agents: 42, members: 7 };

/**
 * @param {Partial<Connection>} [change]
 * @returns {Connection}
 */
export const connection = (change = {}) => ({
  id: "c1",
  name: "Acme cloud",
  server: "https://cloud-api.calyptia.com",
  host: "cloud-api.calyptia.com",
  sample: false,
  production: false,
  color: null,
  recent: [],
  storage: "keyring",
  account: { email: "ana@acme.example", expiresAt: Date.now() + 7.5 * 3_600_000 },
  projects: [PROJECT],
  project: PROJECT.id,
  notice: null,
  list: null,
  ...change,
});

/**
 * @param {Partial<KnownConnection>} [change]
 * @returns {KnownConnection}
 */
export const known = (change = {}) => ({
  id: "c1",
  name: "Acme cloud",
  server: "https://cloud-api.calyptia.com",
  host: "cloud-api.calyptia.com",
  sample: false,
  account: "ana@acme.example",
  signedIn: true,
  sessionOnly: false,
  inKeyring: change.signedIn ?? true,
  production: false,
  color: null,
  project: null,
  ...change,
});

/**
 * @param {Partial<Startup>} [change]
 * @returns {Startup}
 */
export const startup = (change = {}) => ({
  version: "0.1.0",
  servers: [
    { name: "Production", url: "https://cloud-api.calyptia.com", internal: false },
    { name: "Staging", url: "https://cloud-api-staging.calyptia.com", internal: true },
    { name: "Local", url: "http://localhost:5000", internal: false },
  ],
  preset: null,
  sample: false,
  language: null,
  connections: [known()],
  last: "c1",
  preferences: PREFERENCES,
  order: { sort: "created", descending: true },
  tokenAge: "year",
  snippetFormat: "fluent_bit",
  notice: null,
  ...change,
});

/**
 * @param {string} name
 * @param {RowAccess} [access]
 * @returns {Row}
 */
export const row = (name, access = { kind: "some", permissions: ["read:*"] }) => ({
  id: `id of ${name}`,
  name,
  access,
  suffix: "x0E61U",
  createdAt: Date.now() - 2 * 3_600_000,
  duplicateName: false,
});

/** @param {Row[]} rows @param {string | null} id */
export const positionIn = (rows, id) => {
  const at = rows.findIndex((row) => row.id === id);
  return at < 0 ? null : at;
};

/**
 * Which of some tokens a list has, and which of those the filter hides.
 * @param {Row[]} all
 */
export const foundIn =
  (all) =>
  /** @param {{ ids: string[], view: View }} ask @returns {FoundRows} */
  ({ ids, view }) => {
    const rows = all.filter(({ id }) => ids.includes(id));
    const hidden = rows.filter(({ name }) => !name.includes(view.filter));
    return { rows, hidden: hidden.map(({ id }) => id) };
  };

/** @type {FacetCounts["olderThan"]} */
export const NONE_OLD = { ninety_days: 0, half_year: 0, year: 0 };

/**
 * A list that answers like Rust's: filtered and cut to the window asked for.
 * @param {Row[]} all
 */
export const listOf =
  (all) =>
  /** @param {{ view: View, from: number, count: number, token?: string | null }} ask @returns {Rows} */
  ({ view, from, count, token = null }) => {
    const matching = all.filter(({ name }) => name.includes(view.filter));
    return {
      generation: 1,
      matched: matching.length,
      counts: { all: all.length, fullAccess: 0, canDelete: 0, olderThan: NONE_OLD },
      from,
      rows: matching.slice(from, from + count),
      position: positionIn(matching, token),
    };
  };

/**
 * A change of each kind, as Rust reports it.
 * @param {Partial<ListChanges>} [change]
 * @returns {ListChanges}
 */
export const listChanges = (change = {}) => {
  /** @param {Partial<ListChange> & Pick<ListChange, "kind" | "name">} one @returns {ListChange} */
  const of = (one) => ({
    ...{ id: `id of ${one.name}`, duplicateName: false, previousName: null, hadOthers: false },
    ...{ before: null, after: null },
    ...one,
  });
  const access = (/** @type {string[]} */ ...permissions) =>
    /** @type {RowAccess} */ ({ kind: "some", permissions });
  const [read, update] = [access("read:*"), access("read:*", "update:*")];
  return {
    ...{ number: 1, since: Date.now() - 60_000, raised: 1, new: 1, gone: 1, lowered: 1, renamed: 1 },
    changes: [
      of({
        kind: "raised",
        name: "ci-deploy",
        before: read,
        after: { kind: "full", named: true, others: [] },
      }),
      of({ kind: "new", name: "hotfix-debug-shell", after: update }),
      of({ kind: "gone", name: "stale-agent-sweeper", before: update, hadOthers: true }),
      of({ kind: "lowered", name: "edge-agent-eu", before: update, after: read }),
      of({ kind: "renamed", name: "grafana", previousName: "grafana-readonly", before: read, after: read }),
    ],
    ...change,
  };
};

/**
 * How a load ends: well, unless something says otherwise.
 * @param {Partial<Loaded>} [change]
 * @returns {Loaded}
 */
export const loaded = (change = {}) => ({
  generation: 1,
  total: 2,
  whole: !change.problem,
  conflicting: 0,
  unreadable: 0,
  noRoom: 0,
  shortened: 0,
  problem: null,
  clockOffset: null,
  ...change,
});

/**
 * @param {Row} made
 * @param {boolean} [found]
 * @returns {CreateOutcome}
 */
export const created = (made, found = false) => ({ outcome: "created", row: made, found });

/**
 * @param {Partial<NetworkStatus>} [change]
 * @returns {NetworkStatus}
 */
export const networkSettings = (change = {}) => ({
  proxy: { kind: "system" },
  route: { kind: "direct", reason: { kind: "not_configured" } },
  certificates: null,
  ...change,
});

/**
 * The commands that give a page with this list on it.
 * @param {Row[]} all
 * @returns {Commands}
 */
export const withTokens = (all) => ({
  load_tokens: () => loaded({ total: all.length }),
  rows: listOf(all),
  find_rows: foundIn(all),
});

/** @returns {Commands} */
export function usualCommands() {
  const tokens = [row("edge-agent-eu"), row("ci-deploy", { kind: "full", named: false, others: [] })];
  return {
    start: () => startup(),
    restore: () => connection(),
    connect: () => connection(),
    try_sample: () => connection({ sample: true }),
    cancel_connect: () => null,
    paste_bearer_token: () => ({ email: "ana@acme.example", expiresAt: Date.now() + 7.5 * 3_600_000 }),
    discard_bearer_token: () => null,
    paste_into_filter: () => ({ kind: "text" }),
    forget_found_token: () => null,
    copy_label: () => null,
    copy_problem_details: () => null,
    pasted_project_token: () => null,
    export_tokens: () => null,
    search_files: () => null,
    cancel_search: () => null,
    what_changed: () => null,
    mark_changes_seen: () => true,
    created_by: () => null,
    cancel_created_by: () => null,
    list_connections: () => [known()],
    rename_connection: () => null,
    mark_production: () => null,
    set_connection_color: () => null,
    sign_out: () => null,
    cancel_sign_out: () => null,
    follow_keyring: () => new Promise(() => {}),
    forget_connection: () => null,
    lock: () => null,
    report_activity: () => null,
    follow_locks: () => new Promise(() => {}),
    preferences: () => PREFERENCES,
    set_preferences: () => null,
    change_zoom: () => null,
    set_order: () => null,
    set_token_age: () => null,
    set_snippet_format: () => null,
    list_projects: () => [PROJECT],
    cancel_load: () => null,
    match_name: () => "none",
    snippet: ({ request: { format } }) => ({
      before: format === "cli" ? " calyptia one\n calyptia two " : "CALYPTIA_CLOUD_TOKEN=",
      after: "\n",
    }),
    list_fleets: () => [],
    cancel_fleets: () => null,
    copy_token: () => ({ clearsAfterSeconds: 30 }),
    forget_created: () => null,
    create_token: ({ name }) => created(row(name)),
    rotations: () => ({ pairs: [], problem: null }),
    end_rotation: () => null,
    check_create: () => ({ outcome: "not_found", problem: null }),
    cancel_create: () => null,
    update_token: ({ id }) => ({ outcome: "updated", row: tokens.find((one) => one.id === id) }),
    delete_token: () => null,
    cancel_change: () => null,
    reauthenticate: () => ({ storage: "keyring", account: { email: "ana@acme.example", expiresAt: null } }),
    is_reachable: () => false,
    follow_waits: () => new Promise(() => {}),
    follow_clipboard: () => new Promise(() => {}),
    follow_pastes: () => null,
    network: () => networkSettings(),
    route_to: () => ({ kind: "direct", reason: { kind: "not_configured" } }),
    show_menu: () => null,
    follow_quit_requests: () => null,
    quit: () => null,
    clear_pasted: () => null,
    choose_certificates: () => ({ file: "corp.pem", count: 2 }),
    set_network: ({ proxy }) => networkSettings({ proxy }),
    ...withTokens(tokens),
  };
}

/** Those that name no connection, but null, for a token that was pasted in place of a bearer token. */
const FOUND_TOKEN_COMMANDS = ["check_found_token", "revoke_found_token", "forget_found_token", "copy_label"];

/** Those that Rust refuses unless they name the connection of the open session. */
export const SESSION_COMMANDS = new Set([
  ...[
    "list_projects",
    "load_tokens",
    "cancel_load",
    "rows",
    "find_rows",
    "export_tokens",
    "paste_into_filter",
    ...FOUND_TOKEN_COMMANDS,
    ...["search_files", "cancel_search"],
    ...["what_changed", "mark_changes_seen", "created_by", "cancel_created_by"],
    "match_name",
    "create_token",
  ],
  ...["rotations", "end_rotation"],
  ...["check_create", "cancel_create", "update_token", "delete_token", "cancel_change", "snippet"],
  ...["list_fleets", "cancel_fleets"],
  ...["copy_token", "forget_created", "is_reachable", "reauthenticate"],
]);

/**
 * What Tauri puts into the window.
 * @param {Commands} table
 * @param {Call[]} [calls] where each call is written down
 */
export const fakeTauri = (table, calls = []) => ({
  core: {
    Channel: class {
      onmessage = () => {};
    },
    /** @param {string} command @param {any} args */
    async invoke(command, args) {
      calls.push({ command, args });
      const namesNone = args?.connection === null && FOUND_TOKEN_COMMANDS.includes(command);
      if (SESSION_COMMANDS.has(command) && typeof args?.connection !== "string" && !namesNone)
        throw new TypeError(`${command} names no connection`);
      const answer = table[command] ?? (command === "open_last" ? () => openLast(this, table) : undefined);
      if (!answer) throw new TypeError(`The test did not expect ${command}`);
      const answered = await answer(args);
      if (command !== "rows") return answered;
      const window = /** @type {Rows} */ (answered);
      return { ...window, position: window.position ?? positionOf(args.token, window) };
    },
  },
});

/** What Rust does at the start, by the commands that do the same later. @param {{ invoke: (command: string, args?: any) => Promise<any> }} core @param {Commands} table */
async function openLast(core, table) {
  const { sample, connections, last } = /** @type {Startup} */ (await (table.start ?? startup)({}));
  if (sample) return core.invoke("try_sample");
  const wanted = connections.find((one) => one.id === last && one.signedIn);
  return wanted ? core.invoke("restore", { connection: wanted.id }) : null;
}

/** Where a token stands, as far as a window of rows tells. @param {string | null} id @param {Rows} answer */
function positionOf(id, { from, rows }) {
  const at = positionIn(rows ?? [], id);
  return at === null ? null : from + at;
}
