/**
 * The bearer token. Pasting is taken over: Rust reads the clipboard itself and keeps what it finds, so a pasted
 * bearer never passes through this page, which only learns whose it is. Typing is the fallback.
 */
/** @import { AccountHint, PastedProjectToken, PasteSource, Problem } from "../../types/ipc" */

import { pasteSource } from "../desktop/paste.js";
import { clearPasted, discardBearerToken, pasteBearerToken, pastedProjectToken } from "../ipc.js";
import { announce } from "../shared/announce.js";
import { AS_TYPED, button, h, uniqueId, userText } from "../shared/dom.js";
import { asProblem, oneLine } from "../shared/errors.js";
import { LOCKED } from "../shared/events.js";
import { longSpan, shortSpan } from "../shared/format.js";
import { icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { setFieldError } from "../shared/notices.js";
import { bearerTokenSteps } from "./get-bearer-token.js";

/** @param {AccountHint} hint @param {number} now */
function describe({ email, expiresAt }, now) {
  if (expiresAt === null) return { email, ends: null, isExpired: false };
  const left = expiresAt - now;
  const isExpired = left <= 0;
  const ends = isExpired
    ? t("bearerToken.expired", { span: longSpan(-left) })
    : t("bearerToken.expiresIn", { span: shortSpan(left) });
  return { email, ends, isExpired };
}

/** How long Rust keeps a pasted bearer token. */
const PASTE_MS = 120_000;

/**
 * @param {{
 *   server: () => string,
 *   onPasted: () => void,
 *   onProblem?: (problem: Problem) => boolean,
 *   onProjectToken?: (token: PastedProjectToken) => void,
 *   now?: () => number,
 * }} options the address of the server it is for; `onProblem` answers whether it has shown a paste's problem;
 *   `onProjectToken` is called when the person wants to know more of a project token that was pasted here; `now` is the time by
 *   that server's clock, where it is known
 */
export function credentialField({ server, onPasted, onProblem, onProjectToken, now = Date.now }) {
  const inputId = uniqueId("bearer-token");
  const helpId = uniqueId("bearer-token-help");
  const errorId = uniqueId("bearer-token-error");
  let pasted = false;
  let pasting = false;
  /** Whether Rust keeps a project token that was pasted here. */
  let isRefused = false;
  let expiry = 0;

  const input = h("input", {
    id: inputId,
    class: "text mono",
    type: "password",
    placeholder: t("bearerToken.placeholder"),
    ...AS_TYPED,
    "aria-describedby": `${errorId} ${helpId}`,
  });
  const label = h("label", { for: inputId }, t("bearerToken.label"));
  const help = h("p", { id: helpId, class: "help" });
  const steps = bearerTokenSteps({ server });
  const error = h("p", { id: errorId, class: "field-error", role: "alert", hidden: true });
  const slot = h("div", { class: "credential" }, input);
  /** @type {HTMLButtonElement | null} */
  let remove = null;

  const identify = onProjectToken
    ? button(t("bearerToken.identify"), () => void showProjectToken(onProjectToken), {
        class: "button small",
        hidden: true,
      })
    : null;

  /** @param {string | null} text @param {Problem} [problem] */
  function setError(text, problem) {
    if (identify) identify.hidden = true;
    setFieldError(error, pasted && remove ? remove : input, text, problem);
  }

  /** @param {(token: PastedProjectToken) => void} show */
  async function showProjectToken(show) {
    const token = await pastedProjectToken().catch(() => null);
    if (token) {
      // It is forgotten with its card.
      isRefused = false;
      if (identify) identify.hidden = true;
      return show(token);
    }
    setError(`${t("error.found_token_expired.title")} ${t("error.found_token_expired.next")}`);
    input.focus();
  }

  /** @param {AccountHint} hint @param {PasteSource} source */
  function showPasted(hint, source) {
    pasted = true;
    input.value = "";
    const { email, ends, isExpired } = describe(hint, now());
    window.clearTimeout(expiry);
    expiry = window.setTimeout(() => drop("paste_expired"), PASTE_MS);
    remove = button(t("action.remove"), takeAway, { class: "button small", "aria-describedby": errorId });
    remove.setAttribute("aria-label", t("bearerToken.remove"));
    slot.replaceChildren(
      h(
        "div",
        { class: isExpired ? "pasted expired" : "pasted" },
        icon(isExpired ? "warning" : "key"),
        h(
          "p",
          { class: "pasted-text" },
          h("b", {}, t("bearerToken.pasted")),
          h(
            "span",
            { class: "pasted-facts" },
            email ? userText(email) : null,
            ends ? h("span", {}, ends) : null,
          ),
        ),
        // After a middle click, nothing was taken from there.
        source === "clipboard" && clearButton(),
        remove,
      ),
    );
    label.removeAttribute("for");
    onPasted();
  }

  function clearButton() {
    const clear = button(
      t("bearerToken.clearClipboard"),
      async () => {
        try {
          await clearPasted();
          announce(t("bearerToken.clipboardCleared"));
          if (clear === document.activeElement) remove?.focus();
          clear.replaceWith(h("span", { class: "help" }, t("bearerToken.clipboardCleared")));
        } catch (reason) {
          setError(oneLine(asProblem(reason)));
        }
      },
      { class: "button small" },
    );
    return clear;
  }

  function forget() {
    window.clearTimeout(expiry);
    discardBearerToken().catch(() => {});
    pasted = false;
    remove = null;
    slot.replaceChildren(input);
    label.setAttribute("for", inputId);
    setError(null);
  }

  function dropRefused() {
    if (isRefused) discardBearerToken().catch(() => {});
    isRefused = false;
  }

  function takeAway() {
    forget();
    input.focus();
  }

  /** What was pasted cannot be used. @param {"paste_expired" | "pasted_for_another_server"} why */
  function drop(why) {
    if (!pasted || !slot.isConnected) return;
    if (slot.closest("[aria-busy=true]")) {
      // It is being used. Should that fail, it is looked at again.
      expiry = window.setTimeout(() => drop(why), 1_000);
      return;
    }
    const hadFocus = slot.contains(document.activeElement);
    forget();
    setError(`${t(`error.${why}.title`)} ${t(`error.${why}.next`)}`);
    if (hadFocus) input.focus();
  }

  /** Rust has dropped what was pasted, and what was typed does not stay either. */
  function lockField() {
    const held = pasted || input.value !== "";
    if (pasted) forget();
    input.value = "";
    if (held) setError(t("bearerToken.locked"));
  }
  const leaving = new AbortController();
  document.addEventListener(LOCKED, lockField, { signal: leaving.signal });

  input.addEventListener("paste", async (event) => {
    event.preventDefault();
    if (pasting) return;
    pasting = true;
    setError(null);
    input.setAttribute("aria-busy", "true");
    try {
      const source = pasteSource(event);
      showPasted(await pasteBearerToken({ server: server(), source }), source);
    } catch (reason) {
      const problem = asProblem(reason);
      if (!onProblem?.(problem)) setError(oneLine(problem));
      isRefused = problem.code === "project_token_given";
      if (identify) identify.hidden = !isRefused;
      else dropRefused();
    } finally {
      pasting = false;
      input.removeAttribute("aria-busy");
    }
  });
  input.addEventListener("input", () => {
    dropRefused();
    setError(null);
  });

  return {
    element: h(
      "div",
      { class: "field" },
      h("div", { class: "label-row" }, label, steps.toggle),
      slot,
      error,
      identify,
      help,
      steps.element,
    ),
    setError,
    /** What was pasted and refused has said so, and with it what to do. */
    setMissing() {
      if (!isRefused) setError(t("bearerToken.missing"));
    },
    /** @param {Problem} problem */
    setProblem(problem) {
      if (problem.code === "paste_expired" || problem.code === "pasted_for_another_server") {
        drop(problem.code);
      } else setError(oneLine(problem), problem);
    },
    /** Another server is named: what was pasted was for the one before. */
    serverChanged() {
      drop("pasted_for_another_server");
      steps.redraw();
    },
    /** @param {...string} lines */
    setHelp(...lines) {
      help.replaceChildren(...lines.map((line) => h("span", {}, line)));
    },
    focus: () => (pasted && remove ? remove : input).focus(),
    isEmpty: () => !pasted && input.value.trim() === "",
    /** The form closes: nothing of a paste is kept, not even of one whose answer is still to come. */
    close() {
      window.clearTimeout(expiry);
      leaving.abort();
      if (pasted || pasting || isRefused) discardBearerToken().catch(() => {});
      input.value = "";
    },
    /** What was typed; null stands for the pasted one, which Rust holds. */
    value: () => (pasted ? null : input.value),
    /** It has been sent: nothing of it needs to stay in the page. */
    clear() {
      input.value = "";
    },
  };
}
