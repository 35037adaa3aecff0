/** The details of a problem for a ticket: what is in them, where they can be copied, and that no secret is in them. */
import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { hostIn, problemDetails } from "../src/shared/copy-details.js";
import { closePage, openPage } from "./support/page.js";
import { pressEnter, settled, type } from "./support/person.js";
import { setPlatform } from "./support/platform.js";
import { connection, loaded, problem, startup } from "./support/rust.js";

setPlatform("Linux x86_64");

afterEach(async () => {
  mock.restoreAll();
  await closePage();
});

const CANARY = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.canary-canary-canary-canary";

/** @param {import("../types/ipc").ErrorCode} code */
const failed = (code, change = {}) => ({
  ...problem(code),
  operation: "list tokens",
  status: 503,
  ...change,
});

/** @param {(command: string) => { args: any }[]} callsTo @returns {string} */
const copied = (callsTo) =>
  callsTo("copy_problem_details").at(-1)?.args.text ?? assert.fail("nothing was copied");

/** @param {any} within_ */
const copyFrom = async (within_) => {
  fireEvent.click(within_.getByRole("button", { name: "Copy details" }));
  await settled();
};

test("they name the app, what failed, where, how the server answered, and when", () => {
  mock.method(Date.prototype, "getTimezoneOffset", () => -330);
  const at = new Date(Date.UTC(2026, 10, 28, 23, 2, 7));
  const shown = failed("server_error", { detail: "out of\nmemory" });
  const lines = problemDetails(shown, { host: "api.example", at }).split("\n");
  assert.match(lines[0] ?? "", /^Calyptia Tokens/);
  assert.match(lines[1] ?? "", /^Error: Server error \(503\)\. \(server_error\)$/);
  assert.deepEqual(lines.slice(2), [
    "Operation: list tokens",
    "Server: api.example",
    "HTTP status: 503",
    "Details: out of memory",
    "Time: 2026-11-29 04:32:07 +05:30",
  ]);
  mock.method(Date.prototype, "getTimezoneOffset", () => 210);
  const local = problemDetails(problem("settings_not_saved"), { host: "api.example", at });
  assert.match(local, /\nTime: 2026-11-28 19:32:07 -03:30$/);
  assert.doesNotMatch(local, /Server:|HTTP|Operation/, "no server has to do with it");
});

test("of an address only the host is taken, and nothing that may be a token", () => {
  assert.equal(hostIn("https://user:secret@api.example:8443/base?x=1"), "api.example:8443");
  assert.equal(hostIn(" mine.example ".trim()), "mine.example");
  assert.equal(hostIn("localhost:5000"), "localhost:5000");
  for (const odd of ["", "not an address", CANARY, CANARY.repeat(3), `https://${"a".repeat(64)}.example`])
    assert.equal(hostIn(odd), "", odd);
});

test("in the bar above the list, which stays", async () => {
  const gone = failed("server_error", { detail: "maintenance" });
  const { page, callsTo } = await openPage({
    restore: () => connection({ host: "eu.example" }),
    load_tokens: () => loaded({ whole: true, problem: gone }),
  });
  await settled();
  const notice = document.querySelector(".list-notice") ?? assert.fail();
  const shown = Date.now();
  mock.method(Date, "now", () => shown + 3_600_000);
  await copyFrom(within(/** @type {HTMLElement} */ (notice)));
  assert.match(
    copied(callsTo),
    /^Calyptia Tokens 0\.1\.0\nError: .*\nOperation: list tokens\nServer: eu\.example\n/,
  );
  page.getByText("Copied the details.");
});

test("in place of the list, in a dialog, and in a toast", async () => {
  const { page, callsTo, commands } = await openPage({
    load_tokens: () => Promise.reject(failed("server_error")),
  });
  await settled();
  await copyFrom(page);
  assert.match(copied(callsTo), /server_error/);
  commands.load_tokens = () => loaded();
  fireEvent.click(page.getByRole("button", { name: "Try again" }));
  await settled();

  commands.copy_token = () => Promise.reject(failed("timed_out", { operation: "get token", status: null }));
  fireEvent.click(page.getByRole("button", { name: "Copy token ci-deploy" }));
  await settled();
  await copyFrom(page);
  assert.match(
    copied(callsTo),
    /\(timed_out\)\nOperation: get token\nServer: cloud-api\.calyptia\.com\nTime/,
  );
  fireEvent.click(page.getByRole("button", { name: "Dismiss" }));

  commands.create_token = () =>
    Promise.reject(failed("permission_denied", { operation: "create token", status: 403 }));
  fireEvent.click(page.getByRole("button", { name: /New token/ }));
  type(page.getByRole("textbox", { name: "Name" }), "edge");
  pressEnter(page.getByRole("textbox", { name: "Name" }));
  await settled();
  await copyFrom(within(page.getByRole("dialog")));
  const [, error, operation] = copied(callsTo).split("\n");
  assert.equal(operation, "Operation: create token");
  const title = document.querySelector("dialog .banner b")?.textContent;
  assert.equal(error, `Error: ${title} (permission_denied)`, "as it is said there");
});

test("at a field only what a server refused, with the server that was named then and without what was typed", async () => {
  const { page, callsTo, commands } = await openPage({
    start: () => startup({ connections: [], last: null }),
  });
  await settled();
  const password = /** @type {HTMLInputElement} */ (page.getByLabelText("Bearer token"));
  fireEvent.click(page.getByRole("button", { name: "Connect" }));
  await settled();
  assert.equal(
    page.queryByRole("button", { name: "Copy details" }),
    null,
    "a field that is empty is nobody’s problem",
  );
  fireEvent.change(page.getByLabelText("Server"), { target: { value: "other" } });
  type(page.getByLabelText("Server address"), `https://ana:${CANARY}@mine.example`);
  type(password, CANARY);
  commands.connect = () =>
    Promise.reject(
      failed("unauthenticated", { operation: "list projects", status: 401, detail: "invalid token" }),
    );
  fireEvent.click(page.getByRole("button", { name: "Connect" }));
  await settled();
  await copyFrom(page);
  const text = copied(callsTo);
  assert.match(text, /Server: mine\.example\nHTTP status: 401\nDetails: invalid token\n/);
  assert.doesNotMatch(text, /canary|eyJ/);
});

test("a copy that fails says so, and one that works ends what is said of a token", async () => {
  const { page, commands } = await openPage({
    load_tokens: () => loaded({ whole: true, problem: failed("server_error") }),
  });
  await settled();
  fireEvent.click(page.getByRole("button", { name: "Copy token ci-deploy" }));
  await settled();
  commands.copy_problem_details = () => Promise.reject(problem("clipboard_unavailable"));
  await copyFrom(page);
  page.getByText("Couldn’t copy.");
  page.getByText(/Copied “/, { selector: "p" });
  commands.copy_problem_details = () => null;
  await copyFrom(page);
  assert.equal(page.queryByText(/Copied “/, { selector: "p" }), null);
});
