/**
 * The only place where an error code turns into words: what happened, what to do next, and at which field. Nothing in
 * the page looks at an error's message.
 */
/** @import { ErrorCode, Problem } from "../types/ipc" */
import { longSpan } from "./format.js";
import { t } from "./language.js";
import { EN_ERRORS } from "./words/en-errors.js";

/** @typedef {"server" | "bearer" | "name" | "permissions" | "proxy" | "certificates"} Place */

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
  bad_bearer: "bearer",
  bearer_is_project_token: "bearer",
  clipboard_empty: "bearer",
  unauthenticated: "bearer",
  name_taken: "name",
  invalid_name: "name",
  invalid_permission: "permissions",
  nothing_ticked: "permissions",
  bad_proxy: "proxy",
  proxy_with_password: "proxy",
  proxy_with_path: "proxy",
  no_certificates: "certificates",
  bad_certificates: "certificates",
};

/** What means something else to a person who was changing a token than to one who was looking. */
const WHILE_CHANGING = /** @type {const} */ (["permission_denied", "not_found"]);

/** What the catalogue says with the detail in it. */
const WITH_DETAIL = new Set([
  "proxy_unreachable",
  "proxy_refused",
  "keyring_no_provider",
  "bad_certificates",
]);

/**
 * @param {Problem} problem
 * @param {"looking" | "changing"} [doing]
 * @returns {Words}
 */
export function wordsFor(problem, doing = "looking") {
  const { code, detail, retryAfter } = problem;
  const changing = doing === "changing" ? WHILE_CHANGING.find((one) => one === code) : undefined;
  const of = changing ? /** @type {const} */ (`${changing}.changing`) : code;
  const words = { title: t(`error.${of}.title`), next: t(`error.${of}.next`), at: PLACES[code] };
  if (detail) {
    if (code === "proxy_unreachable") words.title = t("error.proxy_unreachable.named", { proxy: detail });
    if (code === "proxy_refused") words.title = t("error.proxy_refused.named", { proxy: detail });
    if (code === "bad_certificates") words.title = t("error.bad_certificates.numbered", { number: detail });
    if (code === "keyring_no_provider") {
      words.next = t("error.keyring_no_provider.install", { command: detail });
    }
  }
  if (retryAfter !== null && retryAfter > 0) {
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
 * Whatever a command rejected with, as a Problem. Anything unknown becomes "bug" and keeps nothing of its
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
  return { code: "bug", message: "", retryable: false, detail: null, retryAfter: null };
}
