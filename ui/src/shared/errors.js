/**
 * The only place where an error code turns into words: what happened, what to do next, and at which field. Nothing in
 * the page looks at an error's message.
 */
/** @import { ErrorCode, Problem } from "../../types/ipc" */

import { EN_ERRORS } from "../words/en-errors.js";
import { longSpan } from "./format.js";
import { t } from "./language.js";

/** @typedef {"server" | "bearerToken" | "name" | "permissions" | "proxy" | "certificates"} Place */

/**
 * `at` names the field an error belongs to, when it belongs to one.
 * @typedef {{ title: string, next: string, at?: Place | undefined }} Words
 */

/** @type {Readonly<Partial<Record<ErrorCode, Place>>>} */
const PLACES = {
  bad_server: "server",
  server_not_encrypted: "server",
  server_with_password: "server",
  server_with_query: "server",
  not_the_api: "server",
  not_tls: "server",
  invalid_bearer_token: "bearerToken",
  project_token_given: "bearerToken",
  several_bearer_tokens: "bearerToken",
  clipboard_empty: "bearerToken",
  unauthenticated: "bearerToken",
  name_taken: "name",
  invalid_name: "name",
  invalid_permission: "permissions",
  no_permissions: "permissions",
  bad_proxy: "proxy",
  proxy_with_password: "proxy",
  proxy_with_path: "proxy",
  no_certificates: "certificates",
  bad_certificates: "certificates",
  certificates_with_key: "certificates",
  certificates_other_format: "certificates",
  certificates_unreadable: "certificates",
  paste_expired: "bearerToken",
  pasted_for_another_server: "bearerToken",
};

/** What means something else to a person who was changing a token than to one who was looking. */
const WHILE_CHANGING = /** @type {const} */ (["permission_denied", "not_found"]);

/** Titles that name what the detail names: a proxy, a variable, a number. */
const NAMED = /** @type {const} */ ([
  ...["proxy_unreachable", "proxy_refused", "unreachable_behind_proxy", "proxy_unusable"],
  ...["certificate_store", "bad_certificates", "certificates_other_format"],
]);

/** What the catalogue says with the detail in it. */
const WITH_DETAIL = new Set([...NAMED, "keyring_no_provider"]);

/** The server has nothing there, rather than something else. */
const NOTHING_THERE = new Set([404, 410]);

/**
 * The error whose words to use: another where the keyring is the Keychain or the Credential Manager, if that has words of its own.
 * @template {string} C
 * @param {C} code
 * @param {"title" | "next"} part
 * @returns {C}
 */
function onSystem(code, part) {
  const system = /^(Mac|Win)/.exec(navigator.platform)?.[0].toLowerCase();
  const other = /** @type {C} */ (`${code}.${system}`);
  return Object.hasOwn(EN_ERRORS, `error.${other}.${part}`) ? other : code;
}

/**
 * @param {Problem} problem
 * @param {"looking" | "changing"} [doing]
 * @returns {Words}
 */
export function wordsFor(problem, doing = "looking") {
  const { code, detail, retryAfter } = problem;
  // In the titles that have a place for it: " (503)", or nothing.
  const status = problem.status === null ? "" : ` (${problem.status})`;
  const changing = doing === "changing" ? WHILE_CHANGING.find((one) => one === code) : undefined;
  const of = changing ? /** @type {const} */ (`${changing}.changing`) : code;
  const words = {
    title: t(`error.${onSystem(of, "title")}.title`, { status }),
    next: t(`error.${onSystem(of, "next")}.next`),
    at: PLACES[code],
  };
  const named = detail === null ? undefined : NAMED.find((one) => one === code);
  if (named && detail) words.title = t(`error.${named}.named`, { detail });
  if (code === "certificate_store" && detail) words.next = t("error.certificate_store.correct", { detail });
  if (code === "keyring_no_provider" && detail) {
    words.next = t("error.keyring_no_provider.install", { command: detail });
  }
  if (code === "not_the_api" && problem.status !== null && NOTHING_THERE.has(problem.status)) {
    words.title = t("error.not_the_api.nothing", { status });
    words.next = t("error.not_the_api.address");
  }
  if (code === "change_unknown") {
    if (status) {
      words.title = t("error.change_unknown.response", { status });
      words.next = t("error.change_unknown.check");
    }
  } else if (retryAfter !== null && retryAfter > 0) {
    words.next = t("error.rate_limited.wait", { span: longSpan(retryAfter * 1000) });
  }
  return words;
}

/**
 * What the other side said beyond the words, if they do not say it already.
 * @param {Problem} problem
 */
export function detailOf({ code, detail }) {
  return WITH_DETAIL.has(code) ? null : detail;
}

/**
 * Both sentences, for places with room for one line.
 * @param {Problem} problem
 * @param {"looking" | "changing"} [doing]
 */
export function oneLine(problem, doing) {
  const { title, next } = wordsFor(problem, doing);
  return `${title} ${next}`;
}

/**
 * The same, and the server's own words.
 * @param {Problem} problem
 * @param {"looking" | "changing"} [doing]
 */
export function withDetail(problem, doing) {
  const detail = detailOf(problem);
  const line = oneLine(problem, doing);
  return detail === null ? line : `${line} ${t("error.detail", { detail })}`;
}

/**
 * Whatever a command rejected with, as a Problem. Anything unknown becomes "internal" and keeps nothing of its
 * words, which may quote an argument.
 * @param {unknown} reason
 * @returns {Problem}
 */
export function asProblem(reason) {
  if (typeof reason === "object" && reason !== null && "code" in reason) {
    const { code } = reason;
    if (typeof code === "string" && Object.hasOwn(EN_ERRORS, `error.${code}.title`))
      return /** @type {Problem} */ (reason);
  }
  return {
    code: "internal",
    message: "",
    operation: null,
    status: null,
    retryable: false,
    detail: null,
    retryAfter: null,
  };
}
