/**
 * What fits into a ticket about a problem: a few lines of plain text, and the button that copies them. They say what the page shows
 * and where and when it happened, never a token: what somebody typed as a bearer token is not in them, and Rust refuses a text that
 * holds a token.
 */
/** @import { Problem } from "../../types/ipc" */
import { copyProblemDetails } from "../ipc.js";
import { failureToast, toast } from "./announce.js";
import { dismissClipboardToast } from "./clipboard-toast.js";
import { button } from "./dom.js";
import { asProblem, detailOf, oneLine, wordsFor } from "./errors.js";
import { icon } from "./icons.js";
import { t } from "./language.js";

/**
 * `host` of the server it happened at, where that is another than that of the screen; `at` when, where it is shown later.
 * @typedef {Problem & { host?: string, at?: number }} Located
 */

let version = "";
let currentHost = () => "";

/**
 * Called once, when the app starts.
 * @param {{ version: string, host: () => string }} facts `host` of the server that the screen is about, empty if it is about none
 */
export function setDetailsFacts(facts) {
  version = facts.version;
  currentHost = facts.host;
}

/** Longer ones, and those that begin as tokens do, are no names of hosts but what was pasted at the wrong place. */
const LONGEST_HOST = 100;
const LONGEST_LABEL = 63;
const TOKEN_START = /^eyj/i;

/** The host in an address as somebody types it, or nothing. @param {string} address */
export function hostIn(address) {
  try {
    const { host } = new URL(address.includes("://") ? address : `https://${address}`);
    const isOdd = host.length > LONGEST_HOST || TOKEN_START.test(host);
    return isOdd || host.split(".").some((label) => label.length > LONGEST_LABEL) ? "" : host;
  } catch {
    return "";
  }
}

/** Nothing in a line breaks it, or hides in it. @param {string} text */
const inOneLine = (text) => text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ");

/** "2026-11-28 05:02:07 +01:00" @param {Date} at */
function timeWithZone(at) {
  const offset = -at.getTimezoneOffset();
  const two = (/** @type {number} */ count) => String(count).padStart(2, "0");
  const [date, time] = new Date(at.getTime() + offset * 60_000).toISOString().split(/[T.]/);
  const zone = `${two(Math.trunc(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
  return `${date} ${time} ${offset < 0 ? "-" : "+"}${zone}`;
}

/**
 * @param {Located} problem
 * @param {{ doing?: "looking" | "changing" | undefined, host: string, at: Date }} when
 */
export function problemDetails(problem, { doing, host, at }) {
  const { code, operation, status } = problem;
  const detail = detailOf(problem);
  const wasSent = operation !== null || status !== null;
  return [
    ["Calyptia Tokens", version].join(" "),
    t("details.error", { title: wordsFor(problem, doing).title, code }),
    operation === null ? null : t("details.operation", { operation }),
    wasSent && host !== "" ? t("details.server", { host }) : null,
    status === null ? null : t("details.status", { status: String(status) }),
    detail === null ? null : t("details.detail", { detail }),
    t("details.time", { time: timeWithZone(at) }),
  ]
    .flatMap((line) => (line === null ? [] : [inOneLine(line).trim()]))
    .join("\n");
}

/**
 * For a problem that is shown now, or from now on.
 * @param {Located} problem
 * @param {{ doing?: "looking" | "changing", small?: boolean }} [how] `small` with an icon only, beside a text
 */
export function copyDetailsButton(problem, { doing, small = false } = {}) {
  const details = problemDetails(problem, {
    doing,
    host: problem.host ?? currentHost(),
    at: new Date(problem.at ?? Date.now()),
  });
  const label = t("details.copy");
  const attributes = small
    ? { class: "button icon small quiet", "aria-label": label, title: label }
    : { class: "button" };
  return button(small ? icon("copy", 14) : label, () => void copy(details), attributes);
}

/**
 * A failure that a toast reports, with a button that copies its details.
 * @param {Located} problem
 * @param {{ title?: string | Node, next?: string, doing?: "looking" | "changing" }} [how] `title` says what failed where the problem
 *   itself does not; `next` is what to say after it
 */
export function problemToast(problem, { title, next, doing } = {}) {
  const words = wordsFor(problem, doing);
  const rest = title === undefined ? words.next : oneLine(problem, doing);
  failureToast(title ?? words.title, next ?? rest, copyDetailsButton(problem, { doing, small: true }));
}

/** @param {string} text */
async function copy(text) {
  try {
    await copyProblemDetails({ text });
    // What was copied before is no longer there.
    dismissClipboardToast();
    toast(t("details.copied"));
  } catch (reason) {
    failureToast(t("copy.failed"), oneLine(asProblem(reason)));
  }
}
