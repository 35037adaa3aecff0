/** When a bearer token ends or has ended, and how old tokens are, by the server’s clock. */
import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { accountTexts } from "../src/list/status.js";
import { exactTime, relativeTime } from "../src/shared/format.js";
import { setLanguage } from "../src/shared/language.js";
import { holdClock } from "./support/clock.js";
import { closePage, openPage } from "./support/page.js";
import { settled } from "./support/person.js";
import { connection, loaded, row, startup, withTokens } from "./support/rust.js";

afterEach(async () => {
  mock.restoreAll();
  await closePage();
  await setLanguage();
});

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** By how much the end is ahead, and what is read in the status bar, the sheet, and where a bearer token is pasted. */
const ENDS = /** @type {const} */ ([
  [2 * MINUTE, "expires in 2 min", "expires in 2 minutes", "expires in 2 min"],
  [MINUTE, "expires in 1 min", "expires in 1 minute", "expires in 1 min"],
  [59 * SECOND, "expires in 59 s", "expires in a moment", "expires in 59 s"],
  [SECOND, "expires in 1 s", "expires in a moment", "expires in 1 s"],
  [0, "bearer token expired a moment ago", "expired a moment ago", "expired a moment ago"],
  [-SECOND, "bearer token expired a moment ago", "expired a moment ago", "expired a moment ago"],
  [-59 * SECOND, "bearer token expired a moment ago", "expired a moment ago", "expired a moment ago"],
  [-MINUTE, "bearer token expired 1 minute ago", "expired 1 minute ago", "expired 1 minute ago"],
  [-30 * MINUTE, "bearer token expired 30 minutes ago", "expired 30 minutes ago", "expired 30 minutes ago"],
  [-HOUR, "bearer token expired 1 hour ago", "expired 1 hour ago", "expired 1 hour ago"],
  [-3 * DAY, "bearer token expired 3 days ago", "expired 3 days ago", "expired 3 days ago"],
]);

/** @param {number} offset how far the server’s clock is ahead */
async function showsEnds(offset) {
  for (const [left, bar, sheetText, pasted] of ENDS) {
    const clock = holdClock();
    const account = { email: "ana@acme.example", expiresAt: Date.now() + 2 * DAY };
    const one = connection({ account });
    const { page } = await openPage(
      {
        restore: () => one,
        load_tokens: () => loaded({ clockOffset: offset === 0 ? null : offset / SECOND }),
        paste_bearer_token: () => ({ email: null, expiresAt: Date.now() + offset + left }),
      },
      clock.prepare,
    );
    await clock.advance(0);
    account.expiresAt = Date.now() + offset + left + SECOND;
    await clock.advance(SECOND);
    // The sheet comes by itself shortly before the end; else somebody asks for it.
    const button = page.queryByRole("button", { name: "Sign in again" });
    page.getByText(bar);
    if (!page.queryByRole("dialog") && button) fireEvent.click(button);
    const sheet = within(page.getByRole("dialog", { name: "Sign in again" }));
    assert.match(document.querySelector("dialog .lead")?.textContent ?? "", new RegExp(sheetText));
    fireEvent.paste(sheet.getByLabelText("Bearer token"));
    await clock.advance(0);
    const line = sheet.getByText(pasted).closest(".pasted");
    assert.equal(line?.classList.contains("expired"), left <= 0);
    mock.restoreAll();
  }
}

test("C72: a bearer token ends, or ended, when it does", () => showsEnds(0));
test("C71: a computer’s clock that is a day ahead does not end a bearer token", () => showsEnds(-DAY));
test("C71: a computer’s clock that is a day behind does not keep one alive", () => showsEnds(DAY));

test("C72: a sheet that stays open goes on telling the truth", async () => {
  const clock = holdClock();
  const { page } = await openPage(
    { restore: () => connection({ account: { email: null, expiresAt: Date.now() + 2 * MINUTE } }) },
    clock.prepare,
  );
  await clock.advance(0);
  await clock.advance(SECOND);
  page.getByRole("dialog", { name: "Sign in again" });
  const lead = () => document.querySelector("dialog .lead")?.textContent ?? "";
  assert.match(lead(), /expires in 1 minute\./);
  await clock.advance(32 * MINUTE);
  assert.match(lead(), /^Your bearer token for Acme cloud expired 30 minutes ago\./);
});

test("C72: the same in Spanish, and nothing is said of an end that is not known", async () => {
  const clock = holdClock();
  const { page } = await openPage(
    {
      start: () => startup({ language: "es" }),
      restore: () => connection({ account: { email: null, expiresAt: Date.now() - 30 * MINUTE } }),
    },
    clock.prepare,
  );
  await clock.advance(0);
  page.getByText("el bearer token caducó hace 30 minutos");
  fireEvent.click(page.getByRole("button", { name: "Iniciar sesión de nuevo" }));
  assert.match(document.querySelector("dialog .lead")?.textContent ?? "", /caducó hace 30 minutos\. Pega/);
  assert.deepEqual(accountTexts(connection({ account: { email: null, expiresAt: null } })), []);
});

test("C14: what is made by a clock that is some minutes ahead is from now", () => {
  const now = Date.UTC(2026, 10, 23, 12);
  for (const ahead of [SECOND, 59 * SECOND, MINUTE, 150 * SECOND, 5 * MINUTE])
    assert.equal(relativeTime(now + ahead, now), "now", String(ahead));
  assert.equal(relativeTime(now + 2 * HOUR, now), "in 2 hours");
  assert.equal(relativeTime(now - 59 * SECOND, now), "now");
  assert.equal(relativeTime(now - MINUTE, now), "1 minute ago");
});

test("C14: ages count by the server’s clock where it is known, in the table and in what is asked", async () => {
  const made = { ...row("edge"), createdAt: Date.now() - 2 * HOUR };
  for (const [offset, age] of /** @type {const} */ ([
    [null, "2 hours ago"],
    [-2 * 3600, "now"],
    [3600 + 60, "3 hours ago"],
  ])) {
    const { page } = await openPage({
      ...withTokens([made]),
      load_tokens: () => loaded({ total: 1, clockOffset: offset }),
    });
    await settled();
    page.getByText(age);
    fireEvent.click(page.getByRole("button", { name: "More actions for edge" }));
    fireEvent.click(page.getByRole("menuitem", { name: /Revoke/ }));
    within(page.getByRole("dialog")).getByText(age);
  }
});

test("C13: a date of year 1 is unknown, and one that is only old is reported", async () => {
  const now = Date.UTC(2026, 10, 23);
  for (const date of ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "0001-12-31T23:59:59Z"]) {
    assert.equal(relativeTime(Date.parse(date), now), "unknown date");
    assert.equal(exactTime(Date.parse(date)), "The server sent no valid date.");
  }
  assert.equal(relativeTime(Date.UTC(1911, 10, 23), now), "115 years ago");
  const { page } = await openPage(withTokens([{ ...row("edge"), createdAt: null }]));
  await settled();
  page.getByText("unknown date");
  await setLanguage("es");
  assert.equal(relativeTime(Date.parse("0001-01-01T00:00:00Z"), now), "fecha desconocida");
  assert.equal(relativeTime(now + 2 * MINUTE, now), "ahora");
});
