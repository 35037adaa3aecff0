/**
 * Every way a command can fail, in words: what happened, and what to do next. The only place where an error
 * code turns into text; nothing in the page looks at an error's message.
 */
/** @import { ErrorCode, Problem } from "../types/ipc" */
import { longSpan } from "./format.js";

/** @typedef {"server" | "bearer" | "name" | "permissions" | "proxy" | "certificates"} Place */

/**
 * `at` names the field an error belongs to, when it belongs to one.
 * @typedef {{ title: string, next: string, at?: Place }} Words
 */

/** @type {Readonly<Record<ErrorCode, Words>>} */
export const ERRORS = {
  bad_server: {
    title: "This is not an address the app can use.",
    next: "Write it as https://host. Plain http works only for a server on this computer.",
    at: "server",
  },
  bad_bearer: {
    title: "This does not look like a bearer.",
    next: "A bearer has three parts joined by dots. Copy it again, whole.",
    at: "bearer",
  },
  bearer_is_project_token: {
    title: "This is a project token, not your bearer.",
    next: "It has two parts; a bearer has three. Project tokens cannot list or create tokens.",
    at: "bearer",
  },
  clipboard_empty: {
    title: "The clipboard holds no text.",
    next: "Copy your bearer, then paste again.",
    at: "bearer",
  },
  clipboard_unavailable: {
    title: "The clipboard cannot be used right now.",
    next: "Another program may be holding it. Try again in a moment.",
  },
  unauthenticated: {
    title: "The server does not accept this bearer.",
    next: "It may have expired, or belong to another server. Paste a fresh one.",
    at: "bearer",
  },
  permission_denied: {
    title: "You are not a member of this project, or it does not exist.",
    next: "Choose another project, or ask one of its members to invite you.",
  },
  not_found: {
    title: "The server no longer has this.",
    next: "It may have been deleted elsewhere. Refresh the list.",
  },
  name_taken: {
    title: "A token with this name already exists in this project.",
    next: "Choose another name.",
    at: "name",
  },
  invalid_name: {
    title: "The server does not accept this name.",
    next: "Use at most 100 characters, on one line.",
    at: "name",
  },
  invalid_permission: {
    title: "The server does not accept these permissions.",
    next: "Change what is ticked and try again.",
    at: "permissions",
  },
  nothing_ticked: {
    title: "Tick at least one.",
    next: "A token with no permissions listed would be allowed everything.",
    at: "permissions",
  },
  rate_limited: {
    title: "The server asks for a pause.",
    next: "There were too many requests. Wait a minute, then try again.",
  },
  server_error: {
    title: "The server has a problem of its own.",
    next: "Try again in a minute. Your side is fine.",
  },
  unexpected_answer: {
    title: "The server answered in a way this app does not understand.",
    next: "Try again. If it stays, the app may be older than the server.",
  },
  too_large: {
    title: "The server's answer is larger than the app accepts.",
    next: "The rest was not read. Check the server's address, or tell whoever runs it.",
  },
  list_incomplete: {
    title: "The server's pages do not lead to the end of the list.",
    next: "Try again. If it stays, tell whoever runs the server.",
  },
  not_the_api: {
    title: "Something answered, but it is not Calyptia Cloud.",
    next: "It may be a network's sign-in page. Open a browser to check, then try again.",
  },
  redirected: {
    title: "The server sent the request somewhere else.",
    next: "The app does not follow, so your bearer stays here. Check the server's address.",
  },
  unreachable: {
    title: "The server cannot be reached.",
    next: "Check the connection, the VPN and the server's address, then try again.",
  },
  server_not_found: {
    title: "No server is known by this name.",
    next: "Check the connection, the VPN and the spelling of the address.",
  },
  connection_refused: {
    title: "Nothing answers at the server's address.",
    next: "Check the port in the address, and whether the server is running.",
  },
  proxy_unreachable: {
    title: "The proxy cannot be reached.",
    next: "Check Settings > Network, or the system's proxy.",
  },
  proxy_refused: {
    title: "The proxy does not let the request through, or asks for a user name and password.",
    next: "Check Settings > Network, or ask whoever runs the proxy.",
  },
  untrusted_certificate: {
    title: "The server's certificate cannot be trusted.",
    next: "Nothing was sent. Ask whoever runs the server to put it right.",
  },
  certificate_expired: {
    title: "The server's certificate has expired or is not valid yet.",
    next: "Nothing was sent. Check this computer's date; if it is right, tell whoever runs the server.",
  },
  certificate_wrong_host: {
    title: "The server's certificate is for another host.",
    next: "Nothing was sent. Check the address; if it is right, tell whoever runs the server.",
  },
  certificate_unknown_issuer: {
    title: "This computer does not know who issued the server's certificate.",
    next: "Nothing was sent. If your company inspects traffic, add its certificate in Settings > Network.",
  },
  old_tls: {
    title: "The server speaks only outdated encryption.",
    next: "Nothing was sent. Ask whoever runs the server to allow TLS 1.2 or 1.3.",
  },
  timed_out: {
    title: "The server took too long to answer.",
    next: "Try again. If it stays, check the connection.",
  },
  change_unknown: {
    title: "The answer was lost on the way.",
    next: "The change may have been made: look at the list before you try again.",
  },
  value_hidden: {
    title: "The server hides this token's value.",
    next: "It can be read only when the token is made. Make a new token if you need one.",
  },
  bad_proxy: {
    title: "This is not a proxy the app can use.",
    next: "Write it as http://host:port, without a user name or password.",
    at: "proxy",
  },
  bad_certificates: {
    title: "This file holds no certificates the app can read.",
    next: "Choose a PEM file: text that begins with BEGIN CERTIFICATE.",
    at: "certificates",
  },
  settings_not_saved: {
    title: "The settings could not be written to disk.",
    next: "They are in force until you quit. Check the disk and its permissions, then save again.",
  },
  cancelled: {
    title: "Stopped.",
    next: "Nothing more was sent.",
  },
  keyring_no_bus: {
    title: "This session has no D-Bus session bus, so no keyring can be reached.",
    next: "Start the app from your desktop rather than over ssh or as another user, then try again.",
  },
  keyring_no_provider: {
    title: "No keyring is running in this session.",
    next: "Start your desktop's own, such as GNOME Keyring, KWallet or KeePassXC, then try again.",
  },
  keyring_no_collection: {
    title: "The keyring has no default collection to keep it in.",
    next: "Create one in your desktop's password app, or open its database, then try again.",
  },
  keyring_locked: {
    title: "The system keyring is locked.",
    next: "Unlock it in your desktop's password app, then try again.",
  },
  keyring_dismissed: {
    title: "The keyring's question was closed.",
    next: "Try again and answer it: its password is usually the one you log in with.",
  },
  keyring_timed_out: {
    title: "The system keyring does not answer.",
    next: "Look for a window that asks for your password, answer it, then try again.",
  },
  keyring_ambiguous: {
    title: "The keyring holds more than one entry for this connection.",
    next: "Search your desktop's password app for calyptia-tokens and remove all but one, then try again.",
  },
  keyring_unrecognised: {
    title: "What the keyring holds for this connection is not a bearer.",
    next: "Sign in with your bearer: it takes the place of the entry.",
  },
  keyring_not_deleted: {
    title: "The keyring kept the entry although it was asked to delete it.",
    next: "Remove it in your desktop's password app: search for calyptia-tokens.",
  },
  keyring_failed: {
    title: "The system keyring failed.",
    next: "Try again. If it stays, look at the keyring in your desktop's password app.",
  },
  bad_connection_name: {
    title: "This name cannot be used.",
    next: "Write 1 to 60 characters on one line.",
  },
  signed_out: {
    title: "You are signed out.",
    next: "Paste your bearer to sign in again.",
  },
  settings_unreadable: {
    title: "Your settings could not be read.",
    next: "The app started with the usual ones and kept the old file aside.",
  },
  bug: {
    title: "Something went wrong inside the app.",
    next: "Try again. If it happens again, restart the app.",
  },
};

/**
 * What means something else to a person who was changing a token than to one who was looking.
 * @type {Readonly<Partial<Record<ErrorCode, Words>>>}
 */
const WHILE_CHANGING = {
  permission_denied: {
    title: "You may not make or change tokens in this project.",
    next: "Ask one of its members who may, or check that you are still a member.",
  },
  not_found: {
    title: "The server no longer has this project or token.",
    next: "It may have been deleted elsewhere. Refresh the list.",
  },
};

/**
 * @param {Problem} problem
 * @param {"looking" | "changing"} [doing]
 * @returns {Words}
 */
export function wordsFor(problem, doing = "looking") {
  const words = (doing === "changing" && WHILE_CHANGING[problem.code]) || ERRORS[problem.code];
  const { code, detail, retryAfter } = problem;
  if (code === "proxy_unreachable" && detail) {
    return { ...words, title: `The proxy ${detail} cannot be reached.` };
  }
  if (code === "proxy_refused" && detail) {
    const title = `The proxy ${detail} asks for a user name and password, or does not let the request through.`;
    return { ...words, title };
  }
  if (code === "keyring_no_provider" && detail) {
    const next = `Start your desktop's own, or install one with “${detail}”, log in again, then try again.`;
    return { ...words, next };
  }
  if (retryAfter !== null && retryAfter > 0) {
    return { ...words, next: `The server asks to wait ${longSpan(retryAfter * 1000)} before another try.` };
  }
  return words;
}

/**
 * What the other side said beyond the words, if they do not say it already.
 * @param {Problem} problem
 */
export function detailOf({ code, detail }) {
  return code.startsWith("proxy_") || code === "keyring_no_provider" ? null : detail;
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
 * What is wrong with what stands in a field: in Rust's words where it gives some, because they are nearer.
 * @param {Problem} problem
 */
export function fieldLine(problem) {
  const { title, next } = wordsFor(problem);
  const { detail } = problem;
  return detail
    ? `${title} ${detail.charAt(0).toUpperCase()}${detail.slice(1).replace(/\.$/, "")}.`
    : `${title} ${next}`;
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
    if (typeof code === "string" && Object.hasOwn(ERRORS, code)) return /** @type {Problem} */ (reason);
  }
  return { code: "bug", message: "", retryable: false, detail: null, retryAfter: null };
}
