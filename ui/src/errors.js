/**
 * Every way a command can fail, in words: what happened, and what to do next. The only place where an error
 * code turns into text; nothing in the page looks at an error's message.
 */
/** @import { ErrorCode, Problem } from "../types/ipc" */

/**
 * `at` names the field an error belongs to, when it belongs to one.
 * @typedef {{ title: string, next: string, at?: "server" | "credential" | "name" | "permissions" }} Words
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
    at: "credential",
  },
  bearer_is_project_token: {
    title: "This is a project token, not your bearer.",
    next: "It has two parts; a bearer has three. Project tokens cannot list or create tokens.",
    at: "credential",
  },
  clipboard_empty: {
    title: "The clipboard holds no text.",
    next: "Copy your bearer, then paste again.",
    at: "credential",
  },
  clipboard_unavailable: {
    title: "The clipboard cannot be used right now.",
    next: "Another program may be holding it. Try again in a moment.",
  },
  unauthenticated: {
    title: "The server does not accept this credential.",
    next: "It may have expired, or belong to another server. Paste a fresh one.",
    at: "credential",
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
  not_the_api: {
    title: "Something answered, but it is not Calyptia Cloud.",
    next: "It may be a network's sign-in page. Open a browser to check, then try again.",
  },
  redirected: {
    title: "The server sent the request somewhere else.",
    next: "The app does not follow, so your credential stays here. Check the server's address.",
  },
  unreachable: {
    title: "The server cannot be reached.",
    next: "Check the connection, the VPN and the server's address, then try again.",
  },
  untrusted_certificate: {
    title: "The server's certificate cannot be trusted.",
    next: "Nothing was sent. Ask whoever runs the server, or check the date of this computer.",
  },
  timed_out: {
    title: "The server took too long to answer.",
    next: "Try again. If it stays, check the connection.",
  },
  create_unknown: {
    title: "The answer was lost on the way.",
    next: "The token may exist: look at the list before you try again.",
  },
  cancelled: {
    title: "Stopped.",
    next: "Nothing more was sent.",
  },
  keyring_unavailable: {
    title: "There is no system keyring to keep it in.",
    next: "Start the keyring of your desktop and try again, or use the credential for this session only.",
  },
  keyring_locked: {
    title: "The system keyring is locked.",
    next: "Unlock it and try again, or use the credential for this session only.",
  },
  keyring_timed_out: {
    title: "The system keyring does not answer.",
    next: "Look for a window that asks for your password, then try again.",
  },
  keyring_failed: {
    title: "The system keyring refused.",
    next: "Try again, or use the credential for this session only.",
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
 * @param {Problem} problem
 * @returns {Words}
 */
export function wordsFor(problem) {
  return ERRORS[problem.code];
}

/**
 * Both sentences, for places with room for one line.
 * @param {Problem} problem
 */
export function oneLine(problem) {
  const { title, next } = wordsFor(problem);
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
    if (typeof code === "string" && Object.hasOwn(ERRORS, code)) return /** @type {Problem} */ (reason);
  }
  return { code: "bug", message: "", retryable: false, detail: null };
}

/**
 * The credential is gone or refused: only signing in again helps.
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
