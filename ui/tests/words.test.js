/** The words themselves: every error has some, times are true, and permissions read as they should. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { asProblem, detailOf, oneLine, wordsFor } from "../src/errors.js";
import { exactSpan, exactTime, longSpan, relativeTime, shortSpan } from "../src/format.js";
import { presetOf, sentence, toSend } from "../src/permissions.js";
import { listText } from "../src/views/status.js";
import { EN_ERRORS } from "../src/words/en-errors.js";

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

test("an unknown failure becomes a bug and keeps nothing of its own words", () => {
  for (const reason of ["invalid args `bearer`: secret", new Error("secret"), null, { code: "toString" }]) {
    const found = asProblem(reason);
    assert.equal(found.code, "bug");
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
    assert.equal(exactTime(at), "The server sent no readable date.");
  }
});

test("N6: a proxy that fails is named, and its address is not told twice", () => {
  const lost = { code: "proxy_unreachable", message: "", retryable: true, retryAfter: null };
  const problem = /** @type {import("../types/ipc").Problem} */ ({ ...lost, detail: "proxy.corp:3128" });
  assert.equal(
    oneLine(problem),
    "The proxy proxy.corp:3128 cannot be reached. Check Settings > Network, or the system's proxy.",
  );
  assert.equal(detailOf(problem), null);
  assert.match(
    oneLine({ ...problem, code: "proxy_refused" }),
    /^The proxy proxy\.corp:3128 asks for a user name/,
  );
});

test("H4: how long the server wants to be left alone is told", () => {
  const limited = /** @type {import("../types/ipc").Problem} */ ({
    ...{ code: "rate_limited", message: "", retryable: true, detail: null, retryAfter: 180 },
  });
  assert.equal(wordsFor(limited).next, "The server asks to wait 3 minutes before another try.");
});

test("H3: being refused means something else to one who changes than to one who looks", () => {
  const denied = /** @type {import("../types/ipc").Problem} */ ({
    ...{ code: "permission_denied", message: "", retryable: false, detail: null, retryAfter: null },
  });
  assert.match(wordsFor(denied).title, /not a member of this project/);
  assert.match(wordsFor(denied, "changing").title, /may not make or change tokens/);
});

test("N9: no words about a certificate offer a way around it", () => {
  const keys = Object.keys(EN_ERRORS).filter((key) => /certificate_|untrusted|old_tls/.test(key));
  assert.equal(keys.length, 10);
  for (const key of keys) {
    const text = EN_ERRORS[/** @type {keyof typeof EN_ERRORS} */ (key)];
    if (key.endsWith(".next")) assert.match(text, /^Nothing was sent\./);
    assert.doesNotMatch(text, /anyway|ignore|skip|proceed|continue/i);
  }
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
    streaming: false,
    total: 128,
    matched: null,
    loadedAt: 0,
    incomplete: false,
    conflicting: 0,
    unreadable: 0,
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
  assert.equal(listText({ ...status, total: 0, failed: true }), "Not loaded");
});

test("permissions: the sentence, the preset and what is sent", () => {
  assert.equal(sentence(new Set(["read", "update"])), "It can read and update. It cannot create or delete.");
  assert.equal(presetOf(new Set(["update", "read"])), "team");
  assert.equal(presetOf(new Set(["delete"])), "custom");
  assert.deepEqual(toSend(new Set(["delete", "create"])), ["create:*", "delete:*"]);
  assert.equal(toSend(new Set()), null, "never an empty list");
});
