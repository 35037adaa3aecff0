/**
 * The bar at the bottom: how many tokens, how old the list is, who is signed in and where the bearer is
 * kept. What is not known is left out.
 */
/** @import { Connection } from "../../types/ipc" */
import { button, h } from "../dom.js";
import { longSpan, number, plural, shortSpan, timeLeft } from "../format.js";
import { waitLine } from "../waits.js";
import { SOON } from "./expiry.js";

const JUST_NOW = 3_000;

/**
 * @typedef {object} ListStatus
 * @property {boolean} loading
 * @property {number} total rows that there are, or so far
 * @property {number | null} matched null while nothing narrows the list
 * @property {number | null} loadedAt
 * @property {boolean} streaming the rows of the load under way are on screen as they come
 * @property {boolean} incomplete
 * @property {number} conflicting rows left out because another has their id
 * @property {number} unreadable rows left out because they are no tokens
 * @property {boolean} failed nothing could be loaded at all
 * @property {number | null} clockOffset seconds by which the server's clock is ahead, if it is minutes
 */

/**
 * @param {ListStatus} status
 * @param {number} [now]
 */
export function listText(
  { loading, streaming, total, matched, loadedAt, incomplete, failed },
  now = Date.now(),
) {
  if (loading && total === 0) return "Loading tokens…";
  if (loading && streaming) return `Loading… ${plural(total, "token")} so far`;
  if (failed) return "Not loaded";
  const tokens =
    matched === null ? plural(total, "token") : `${number(matched)} of ${plural(total, "token")}`;
  const state = incomplete ? `${tokens} · incomplete` : tokens;
  if (loading) return `${state} · refreshing…`;
  if (incomplete || loadedAt === null) return state;
  const age = now - loadedAt;
  return `${state} · updated ${age < JUST_NOW ? "just now" : `${shortSpan(age)} ago`}`;
}

/**
 * Who is signed in, and for how long: only what is known.
 * @param {Connection} connection
 * @param {number} [now]
 * @returns {string[]}
 */
export function accountTexts({ account, sample }, now = Date.now()) {
  if (sample) return [];
  const who = account.email === null ? "" : `Signed in as ${account.email}`;
  const left = account.expiresAt === null ? "" : timeLeft(account.expiresAt, now);
  return [who, left === "expired" ? "bearer expired" : left].filter((text) => text !== "");
}

/**
 * @param {number | null} offset
 */
export function clockTexts(offset) {
  if (offset === null) return { text: "", title: "" };
  const span = longSpan(Math.abs(offset) * 1000);
  return {
    text: `Clock ${span} ${offset > 0 ? "behind" : "ahead"}`,
    title: `This computer's clock is ${span} ${offset > 0 ? "behind" : "ahead of"} the server's. The ages of tokens are off by as much. Set the date and time.`,
  };
}

/**
 * The rows that the server sent and the list does not show, and why.
 * @param {Pick<ListStatus, "conflicting" | "unreadable">} status
 */
function leftOut({ conflicting, unreadable }) {
  const all = conflicting + unreadable;
  if (all === 0) return { text: "", title: "" };
  const reasons = [
    conflicting === 0
      ? ""
      : `${number(conflicting)} with the same id as another and different contents: the first of each is shown.`,
    unreadable === 0 ? "" : `${number(unreadable)} that this app cannot read as a token.`,
  ];
  return { text: `${plural(all, "row")} left out`, title: reasons.join(" ").trim() };
}

/**
 * @param {Connection} connection
 */
function storage({ sample, storage: place }) {
  if (sample) return { dot: "plain", text: "Sample data · starts afresh each time" };
  if (place === "keyring") return { dot: "green", text: "Stored in the system keyring" };
  return { dot: "amber", text: "This session only" };
}

/**
 * @param {Connection} connection
 * @param {{ onStop: () => void, onSignIn: () => void }} ways
 */
export function statusBar(connection, { onStop, onSignIn }) {
  const list = h("bdi", { class: "status-list", dir: "ltr" });
  const left = h("span", { class: "status-left", hidden: true });
  const stop = button("Stop", onStop, { class: "button small", hidden: true, "aria-label": "Stop loading" });
  const clock = h("span", { class: "status-left", hidden: true });
  const account = h("span", { class: "status-account" });
  const renew = button("Sign in again", onSignIn, { class: "button small", hidden: true });
  const place = h("span", { class: "status-storage" });
  const element = h(
    "footer",
    { class: "status" },
    h("div", { class: "status-start" }, list, left, clock, stop, waitLine()),
    account,
    renew,
    place,
  );

  /** Signing in again may change whose bearer it is and where it is kept. */
  function drawAccount(/** @type {number} */ now) {
    const texts = accountTexts(connection, now);
    const who = texts.join(" · ");
    if (account.title !== who) {
      account.title = who;
      account.replaceChildren(...texts.map((text) => h("bdi", { class: "given" }, text)));
    }
    account.hidden = texts.length === 0;
    const { expiresAt } = connection.account;
    const soon = !connection.sample && expiresAt !== null && expiresAt - now <= SOON;
    account.classList.toggle("soon", soon);
    renew.hidden = !soon;
    const { dot, text } = storage(connection);
    if (place.textContent !== text)
      place.replaceChildren(h("i", { class: `dot ${dot}`, "aria-hidden": "true" }), text);
  }

  return {
    element,
    /** @param {ListStatus} status */
    update(status) {
      const now = Date.now();
      const words = listText(status, now);
      if (list.textContent !== words) list.textContent = words;
      const { text, title } = leftOut(status);
      if (left.textContent !== text) Object.assign(left, { textContent: text, title });
      left.hidden = text === "";
      stop.hidden = !status.loading;
      const off = clockTexts(status.clockOffset);
      if (clock.textContent !== off.text) Object.assign(clock, { textContent: off.text, title: off.title });
      clock.hidden = off.text === "";
      drawAccount(now + (status.clockOffset ?? 0) * 1000);
    },
  };
}
