/**
 * The bar at the bottom: how many tokens, how old the list is, who is signed in and where the credential is
 * kept. What is not known is left out.
 */
/** @import { Connection } from "../../types/ipc" */
import { button, h } from "../dom.js";
import { number, plural, shortSpan, timeLeft } from "../format.js";

const JUST_NOW = 3_000;

/**
 * @typedef {object} ListStatus
 * @property {boolean} loading
 * @property {number} arrived rows of the load under way
 * @property {number} total
 * @property {number | null} matched null while nothing narrows the list
 * @property {number | null} loadedAt
 * @property {boolean} incomplete
 * @property {boolean} failed nothing could be loaded at all
 */

/**
 * @param {ListStatus} status
 * @param {number} [now]
 */
export function listText(
  { loading, arrived, total, matched, loadedAt, incomplete, failed },
  now = Date.now(),
) {
  if (loading && arrived === 0 && total === 0) return "Loading tokens…";
  if (loading && arrived > 0) return `Loading… ${plural(arrived, "token")} so far`;
  const tokens =
    matched === null ? plural(total, "token") : `${number(matched)} of ${plural(total, "token")}`;
  if (loading) return `${tokens} · refreshing…`;
  if (failed) return "Not loaded";
  if (incomplete) return `${tokens} · incomplete`;
  if (loadedAt === null) return tokens;
  const age = now - loadedAt;
  return `${tokens} · updated ${age < JUST_NOW ? "just now" : `${shortSpan(age)} ago`}`;
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
  return [who, left === "expired" ? "credential expired" : left].filter((text) => text !== "");
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
 * @param {() => void} onStop
 */
export function statusBar(connection, onStop) {
  const list = h("bdi", { class: "status-list", dir: "ltr" });
  const stop = button("Stop", onStop, { class: "button small", hidden: true, "aria-label": "Stop loading" });
  const account = h("span", { class: "status-account" });
  const { dot, text } = storage(connection);
  const element = h(
    "footer",
    { class: "status" },
    h("div", { class: "status-start" }, list, stop),
    account,
    h("span", { class: "status-storage" }, h("i", { class: `dot ${dot}`, "aria-hidden": "true" }), text),
  );

  return {
    element,
    /** @param {ListStatus | null} status */
    update(status) {
      const now = Date.now();
      const words = status ? listText(status, now) : "";
      if (list.textContent !== words) list.textContent = words;
      stop.hidden = !status?.loading;
      const texts = accountTexts(connection, now);
      const who = texts.join(" · ");
      if (account.title !== who) {
        account.title = who;
        account.replaceChildren(...texts.map((text) => h("bdi", { class: "given" }, text)));
      }
      account.hidden = texts.length === 0;
    },
  };
}
