/**
 * The bar at the bottom: how many tokens, how old the list is, who is signed in and where the bearer token is
 * kept. What is not known is left out.
 */
/** @import { Connection } from "../../types/ipc" */
import { toast } from "../shared/announce.js";
import { button, h } from "../shared/dom.js";
import { longSpan, shortSpan } from "../shared/format.js";
import { t } from "../shared/language.js";
import { serverNow } from "../shared/server-clock.js";
import { waitLine } from "../shared/waits.js";
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
 * @property {boolean} signedOut the server no longer accepts the bearer token
 * @property {number} conflicting rows left out because another has their id
 * @property {number} unreadable rows left out because they are no tokens
 * @property {number} noRoom rows left out because the list takes as much memory as it can have
 * @property {number} shortened rows of whose names only the start is shown
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
  if (loading && total === 0) return t("status.loading");
  if (loading && streaming) return t("status.soFar", { count: total });
  if (failed) return t("status.notLoaded");
  const tokens =
    matched === null ? t("count.tokens", { count: total }) : t("count.tokensOf", { matched, count: total });
  const state = incomplete ? `${tokens} · ${t("status.incomplete")}` : tokens;
  if (loading) return `${state} · ${t("status.refreshing")}`;
  if (incomplete || loadedAt === null) return state;
  const age = now - loadedAt;
  return `${state} · ${age < JUST_NOW ? t("status.justNow") : t("status.updated", { span: shortSpan(age) })}`;
}

/**
 * Who is signed in, and for how long: only what is known.
 * @param {Connection} connection
 * @param {number} [now] by the server’s clock
 * @returns {string[]}
 */
export function accountTexts({ account, sample }, now = Date.now()) {
  if (sample) return [];
  const texts = account.email === null ? [] : [t("status.signedInAs", { email: account.email })];
  if (account.expiresAt === null) return texts;
  const left = account.expiresAt - now;
  const ends =
    left > 0
      ? t("time.left", { span: shortSpan(left) })
      : t("status.bearerTokenExpired", { span: longSpan(-left) });
  return [...texts, ends];
}

/**
 * @param {number | null} offset
 */
export function clockTexts(offset) {
  if (offset === null) return { text: "", title: "" };
  const span = longSpan(Math.abs(offset) * 1000);
  return offset > 0
    ? { text: t("status.behind", { span }), title: t("status.behindHelp", { span }) }
    : { text: t("status.ahead", { span }), title: t("status.aheadHelp", { span }) };
}

/**
 * The rows that the server sent and the list does not show, or not whole, and why.
 * @param {Pick<ListStatus, "conflicting" | "unreadable" | "noRoom" | "shortened">} status
 */
function leftOut({ conflicting, unreadable, noRoom, shortened }) {
  const all = conflicting + unreadable + noRoom;
  const reasons = [
    conflicting === 0 ? "" : t("status.conflicting", { count: conflicting }),
    unreadable === 0 ? "" : t("status.unreadable", { count: unreadable }),
    noRoom === 0 ? "" : t("status.noRoom", { count: noRoom }),
    shortened === 0 ? "" : t("status.shortenedHelp"),
  ];
  const texts = [
    all === 0 ? "" : t("status.leftOut", { count: all }),
    shortened === 0 ? "" : t("status.shortened", { count: shortened }),
  ];
  return { text: texts.filter(Boolean).join(" · "), title: reasons.filter(Boolean).join(" ") };
}

/**
 * @param {Connection} connection
 */
function storage({ sample, storage: place }) {
  if (sample) return { dot: "plain", text: t("status.sample") };
  if (place === "keyring") return { dot: "plain", text: t("status.inKeyring") };
  return { dot: "amber", text: t("status.session") };
}

/** A note that appears when needed. Pressing it shows its tooltip as a toast, so that it can be read without a mouse. */
function note() {
  const element = h("span", { hidden: true });
  let shown = "";
  return {
    element,
    /** @param {{ text: string, title: string }} words */
    show({ text, title }) {
      if (text + title === shown) return;
      shown = text + title;
      element.hidden = text === "";
      const words = button(text, () => toast(title), { class: "button quiet small status-left", title });
      element.replaceChildren(...(text === "" ? [] : [words]));
    },
  };
}

/**
 * @param {Connection} connection
 * @param {{
 *   onStop: () => void,
 *   onExport: (anchor: HTMLElement) => void,
 *   onFindInFiles: (anchor: HTMLElement) => void,
 *   onSignIn: () => void,
 *   onFocusLost: () => void,
 * }} ways
 */
export function statusBar(connection, { onStop, onExport, onFindInFiles, onSignIn, onFocusLost }) {
  const list = h("span", { class: "status-list" });
  const left = note();
  const stop = button(t("status.stop"), onStop, {
    class: "button small",
    hidden: true,
    "aria-label": t("status.stopLoading"),
  });
  const save = button(t("export.title"), () => onExport(save), {
    class: "button quiet small",
    hidden: true,
    "aria-haspopup": "menu",
    "aria-expanded": "false",
  });
  const inFiles = button(t("files.open"), () => onFindInFiles(inFiles), {
    class: "button quiet small",
    hidden: true,
    "aria-haspopup": "dialog",
  });
  const clock = note();
  const account = h("span", { class: "status-account" });
  const signIn = button(t("action.signInAgain"), onSignIn, { class: "button small", hidden: true });
  const place = h("span", { class: "status-storage" });
  const element = h(
    "footer",
    { class: "status" },
    h("div", { class: "status-start" }, list, save, inFiles, left.element, clock.element, stop, waitLine()),
    account,
    signIn,
    place,
  );

  /** Signing in again may change whose bearer token it is and where it is kept. */
  function drawAccount(/** @type {number} */ now, /** @type {boolean} */ signedOut) {
    const texts = signedOut ? [] : accountTexts(connection, now);
    const who = texts.join(" · ");
    if (account.title !== who) {
      account.title = who;
      account.replaceChildren(...texts.map((text) => h("span", { class: "user-text" }, text)));
    }
    account.hidden = texts.length === 0;
    const { expiresAt } = connection.account;
    const soon = !signedOut && !connection.sample && expiresAt !== null && expiresAt - now <= SOON;
    account.classList.toggle("soon", soon);
    signIn.hidden = !soon;
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
      left.show(leftOut(status));
      save.hidden = status.total === 0;
      inFiles.hidden = save.hidden;
      const hadFocus = document.activeElement === stop;
      stop.hidden = !status.loading;
      if (hadFocus && stop.hidden) onFocusLost();
      clock.show(clockTexts(status.clockOffset));
      drawAccount(serverNow(connection), status.signedOut);
    },
  };
}
