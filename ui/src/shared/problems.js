/**
 * Kinds of problems: what can be done about one, whatever its words.
 */
/** @import { Problem } from "../../types/ipc" */

/**
 * Somebody stopped it, or a newer request took its place: there is nothing to report.
 * @param {Problem} problem
 */
export function isStopped(problem) {
  return problem.code === "cancelled" || problem.code === "superseded";
}

/** Whether a change may have been made although it failed. @param {Problem} problem */
export const isUnsure = (problem) =>
  isStopped(problem) || problem.code === "change_unknown" || problem.code === "signed_out";

const SIGNED_OUT = new Set(["unauthenticated", "signed_out", "entry_of_another_server"]);

/**
 * The bearer token is gone or refused: only signing in again helps.
 * @param {Problem} problem
 */
export function isSignedOut(problem) {
  return SIGNED_OUT.has(problem.code);
}

/**
 * @param {Problem} problem
 */
export function isKeyring(problem) {
  return problem.code.startsWith("keyring_");
}

/** What may pass without anybody doing anything, so that it is worth checking the server from time to time. */
const PASSING = new Set([
  ...["unreachable", "server_not_found", "connection_refused", "proxy_unreachable", "proxy_refused"],
  ...["unreachable_behind_proxy", "timed_out", "server_error", "rate_limited", "not_the_api"],
]);

/**
 * @param {Problem} problem
 */
export function mayPass(problem) {
  return PASSING.has(problem.code);
}

/** What stops every other request, too, until somebody does something about it. */
const IN_THE_WAY = new Set([
  ...["unauthenticated", "signed_out", "email_not_verified", "blocked", "redirected", "proxy_unusable"],
  ...[
    "old_tls",
    "client_certificate",
    "not_tls",
    "untrusted_certificate",
    "certificate_expired",
    "certificate_wrong_host",
  ],
  ...["certificate_unknown_issuer", "certificate_store"],
]);

/**
 * Whether it is about the connection, so that the next request would fail just the same.
 * @param {Problem} problem
 */
export function stopsAll(problem) {
  return mayPass(problem) || IN_THE_WAY.has(problem.code);
}

/** Nothing responded at all: drawn as being offline. */
const OFFLINE = new Set([
  ...["unreachable", "server_not_found", "connection_refused", "unreachable_behind_proxy", "timed_out"],
]);

/**
 * @param {Problem} problem
 */
export function isOffline(problem) {
  return OFFLINE.has(problem.code);
}
