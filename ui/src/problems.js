/**
 * What kind of failure it is: what can be done about it, whatever its words.
 */
/** @import { Problem } from "../types/ipc" */

/**
 * The bearer is gone or refused: only signing in again helps.
 * @param {Problem} problem
 */
export function isSignedOut(problem) {
  return problem.code === "unauthenticated" || problem.code === "signed_out";
}

/**
 * @param {Problem} problem
 */
export function isKeyring(problem) {
  return problem.code.startsWith("keyring_");
}

/** What may pass by itself, so that it is worth asking the server again now and then. */
const PASSING = new Set([
  ...["unreachable", "server_not_found", "connection_refused", "proxy_unreachable", "proxy_refused"],
  ...["timed_out", "server_error", "rate_limited", "not_the_api"],
]);

/**
 * @param {Problem} problem
 */
export function mayPass(problem) {
  return PASSING.has(problem.code);
}

/** What no other request would come through either, until somebody does something about it. */
const IN_THE_WAY = new Set([
  ...["unauthenticated", "signed_out", "redirected", "old_tls", "untrusted_certificate"],
  ...["certificate_expired", "certificate_wrong_host", "certificate_unknown_issuer"],
]);

/**
 * Whether it is about the connection, so that the next request would fail just the same.
 * @param {Problem} problem
 */
export function stopsAll(problem) {
  return mayPass(problem) || IN_THE_WAY.has(problem.code);
}

/** Nothing answered at all: the one thing to draw as being offline. */
const OFFLINE = new Set(["unreachable", "server_not_found", "connection_refused", "timed_out"]);

/**
 * @param {Problem} problem
 */
export function isOffline(problem) {
  return OFFLINE.has(problem.code);
}
