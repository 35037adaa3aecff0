/** The words themselves: every error has some, times are true, and permissions read as they should. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { listText } from "../src/list/status.js";
import { asProblem, detailOf, oneLine, withDetail, wordsFor } from "../src/shared/errors.js";
import { exactSpan, exactTime, longSpan, relativeTime, shortSpan } from "../src/shared/format.js";
import { presetOf, sentence, toSend } from "../src/shared/permissions.js";
import { EN_ERRORS } from "../src/words/en-errors.js";
import { setPlatform } from "./support/platform.js";
import { problem } from "./support/rust.js";

setPlatform("Linux x86_64");

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test("every error code of the contract has a title and a next step, and no other has", () => {
  const contract = readFileSync(new URL("../types/ipc.d.ts", import.meta.url), "utf8");
  const union = /type ErrorCode = ([^;]+);/.exec(contract)?.[1] ?? "";
  const codes = [...union.matchAll(/"([a-z_]+)"/g)].map((match) => match[1]);
  assert.ok(codes.length > 20);
  for (const part of ["title", "next"]) {
    const keys = Object.keys(EN_ERRORS).flatMap(
      (key) => /^error\.(\w+)\.(\w+)$/.exec(key)?.slice(1, 3) ?? [],
    );
    const having = keys.filter((_, at) => at % 2 === 0 && keys[at + 1] === part);
    assert.deepEqual(having.sort(), codes.sort());
  }
  for (const text of Object.values(EN_ERRORS)) assert.match(text, /^[A-Z].*\.$/);
});

test("what to do about the keyring names the program that each system has for it", () => {
  const lost = problem("keyring_not_deleted");
  for (const [platform, program] of /** @type {const} */ ([
    ["Linux x86_64", /your desktop’s password app/],
    ["MacIntel", /Keychain Access/],
    ["Win32", /Credential Manager/],
  ])) {
    setPlatform(platform);
    assert.match(wordsFor(lost).next, program);
    assert.doesNotMatch(
      wordsFor(problem("keyring_locked")).title,
      platform === "MacIntel" ? /keyring/ : /chain/,
    );
  }
});

test("an unknown failure is an internal one and keeps nothing of its own words", () => {
  for (const reason of ["invalid args `bearer`: secret", new Error("secret"), null, { code: "toString" }]) {
    const found = asProblem(reason);
    assert.equal(found.code, "internal");
    assert.doesNotMatch(JSON.stringify(found), /secret/);
  }
});

test("relative times are true to the calendar and survive any date", () => {
  const now = new Date(2026, 10, 23, 1, 0).getTime();
  assert.equal(relativeTime(now - 2 * HOUR, now), "2 hours ago");
  assert.equal(relativeTime(now - 26 * HOUR, now), "2 days ago", "26 hours before one in the morning");
  assert.equal(relativeTime(now - 24 * HOUR, now), "yesterday");
  assert.equal(relativeTime(now - 58 * DAY, now), "1 month ago");
  assert.equal(relativeTime(now - 800 * DAY, now), "2 years ago");
  assert.match(relativeTime(Date.UTC(1911, 0, 1), now), /115 years ago/);
  assert.match(relativeTime(Date.UTC(9999, 0, 1), now), /^in 7,97\d years$/);
  for (const at of [null, Number.NaN, 1e300]) {
    assert.equal(relativeTime(at, now), "unknown date");
    assert.equal(exactTime(at), "The server sent no valid date.");
  }
});

test("N6: a proxy that fails is named, and its address is not repeated", () => {
  const lost = problem("proxy_unreachable", "proxy.corp:3128");
  assert.equal(
    oneLine(lost),
    "The proxy proxy.corp:3128 can’t be reached. Check Settings > Network, or the system’s proxy.",
  );
  assert.equal(detailOf(lost), null);
  assert.match(
    oneLine({ ...lost, code: "proxy_refused" }),
    /^The proxy proxy\.corp:3128 blocked the request or requires/,
  );
});

test("H4: how long the server wants to be left alone is reported", () => {
  const limited = { ...problem("rate_limited"), retryAfter: 180 };
  assert.equal(wordsFor(limited).next, "Try again in 3 minutes.");
});

test("H3: being refused means something else to one who changes than to one who looks", () => {
  const denied = problem("permission_denied");
  assert.match(wordsFor(denied).title, /not a member of this project/);
  assert.match(wordsFor(denied, "changing").title, /permission to create or change tokens/);
});

test("N9: no words about a certificate offer a way around it", () => {
  const keys = Object.keys(EN_ERRORS).filter((key) => /certificate_|untrusted|old_tls/.test(key));
  assert.equal(keys.length, 14);
  for (const key of keys) {
    const text = EN_ERRORS[/** @type {keyof typeof EN_ERRORS} */ (key)];
    if (/\.(next|correct)$/.test(key)) assert.match(text, /^Nothing was sent\./);
    assert.doesNotMatch(text, /anyway|ignore|skip|proceed|continue/i);
  }
});

test("C6 to C11, C23, C24: what failed, with the status, and the next step that helps", () => {
  /** @param {import("../types/ipc").ErrorCode} code @param {number | null} status @param {string | null} [detail] */
  const line = (code, status, detail = null) => oneLine({ ...problem(code, detail), status });
  assert.equal(
    line("email_not_verified", 401),
    "Your account’s email address isn’t verified (401). Verify it, then try again. Until then, a new bearer token won’t help.",
  );
  const noApi = "There’s no Calyptia API at this address (404). Check the server address, and leave out /v1.";
  assert.equal(line("not_the_api", 404, "no such route"), noApi);
  assert.match(line("not_the_api", 200), /^Something responded, but it isn’t the Calyptia API \(200\)\. /);
  assert.match(line("not_the_api", null), /^Something responded, but it isn’t the Calyptia API\. /);
  assert.match(line("not_found_elsewhere", 404), /\(404\)\. This doesn’t mean that the token is gone/);
  assert.match(line("blocked", 403), /^Something in front of the server refused the request \(403\)\. /);
  assert.match(line("server_error", 500), /^Server error \(500\)\. The problem isn’t on your side/);
  const inUse = { ...problem("conflict", "token is used by 3 core instances"), status: 409 };
  assert.match(
    withDetail(inUse),
    /^The server refused this because of a conflict \(409\)\. .* Details: token is used by 3 core instances\.$/,
  );
  const unknown = { ...problem("change_unknown", "out of memory"), status: 503, retryAfter: 30 };
  assert.equal(
    oneLine(unknown),
    "The server’s response (503) doesn’t say whether the change was made. Check the list before you try again.",
  );
  assert.equal(detailOf(unknown), "out of memory");
  assert.equal(wordsFor({ ...unknown, status: null }).title, "The server’s response was lost.");
  const behind = { ...problem("unreachable_behind_proxy", "proxy.corp:1080") };
  assert.match(oneLine(behind), /^The proxy proxy\.corp:1080 works, but it can’t reach the server\. /);
  assert.equal(detailOf(behind), null);
  assert.equal(
    line("certificate_store", null, "SSL_CERT_FILE"),
    "The certificates that SSL_CERT_FILE points to can’t be used. Nothing was sent. Correct or unset SSL_CERT_FILE and restart the app, or add a certificate file in Settings > Network.",
  );
});

test("spans and counts", () => {
  assert.equal(shortSpan(12_400), "12 s");
  assert.equal(shortSpan(-5), "0 s");
  assert.equal(shortSpan(47 * HOUR), "47 h");
  assert.equal(longSpan(2.5 * MINUTE), "2 minutes");
  assert.equal(longSpan(MINUTE), "1 minute");
  assert.equal(longSpan(5 * DAY), "5 days");
  assert.deepEqual([30, 60, 120, 3600].map(exactSpan), ["30 seconds", "1 minute", "2 minutes", "1 hour"]);
});

test("the status of the list", () => {
  const status = {
    loading: false,
    signedOut: false,
    streaming: false,
    total: 128,
    matched: null,
    loadedAt: 0,
    incomplete: false,
    conflicting: 0,
    unreadable: 0,
    noRoom: 0,
    shortened: 0,
    failed: false,
    clockOffset: null,
  };
  assert.equal(listText(status, 12_000), "128 tokens · updated 12 s ago");
  assert.equal(listText({ ...status, matched: 7 }, 1_000), "7 of 128 tokens · updated just now");
  assert.equal(listText({ ...status, loading: true }), "128 tokens · refreshing…");
  assert.equal(listText({ ...status, loading: true, streaming: true }), "Loading… 128 tokens so far");
  assert.equal(
    listText({ ...status, loading: true, incomplete: true }),
    "128 tokens · incomplete · refreshing…",
    "the mark stays until there is a new result",
  );
  assert.equal(listText({ ...status, total: 0, failed: true }), "Couldn’t load");
});

test("permissions: the sentence, the preset and what is sent", () => {
  assert.equal(sentence(new Set(["read", "update"])), "It can read and update. It can’t create or delete.");
  assert.equal(presetOf(new Set(["update", "read"])), "team");
  assert.equal(presetOf(new Set(["delete"])), "custom");
  assert.deepEqual(toSend(new Set(["delete", "create"])), ["create:*", "delete:*"]);
  assert.equal(toSend(new Set()), null, "never an empty list");
});
