/**
 * Asks before signing out of a connection, which deletes its bearer token, or forgetting it. Neither is reported as done
 * before Rust has proven that the bearer token is gone.
 */
/** @import { KnownConnection } from "../../types/ipc" */

import { cancelSignOut, forgetConnection, signOut } from "../ipc.js";
import { failureToast } from "../shared/announce.js";
import { button, h, userText } from "../shared/dom.js";
import { asProblem, oneLine, wordsFor } from "../shared/errors.js";
import { icon } from "../shared/icons.js";
import { keyringLine } from "../shared/keyring-wait.js";
import { t } from "../shared/language.js";
import { isStopped } from "../shared/problems.js";

/** @typedef {Pick<KnownConnection, "id" | "name" | "sample" | "signedIn" | "inKeyring">} Leaving */

/**
 * @param {Leaving} connection
 * @param {"sign out" | "forget"} how
 */
function words({ sample, inKeyring }, how) {
  if (sample) {
    const [question, go, going] = [t("leave.sampleQuestion"), t("leave.leave"), t("leave.leaving")];
    return { question, go, going, text: null };
  }
  if (how === "forget") {
    return {
      question: inKeyring ? t("leave.forgetQuestionKeyring") : t("leave.forgetQuestion"),
      go: t("leave.forget"),
      going: t("leave.forgetting"),
      text: t("leave.forgetText"),
    };
  }
  return {
    question: inKeyring ? t("leave.signOutQuestionKeyring") : t("leave.signOutQuestion"),
    go: t("leave.signOut"),
    going: t("leave.signingOut"),
    text: t("leave.signOutText"),
  };
}

/**
 * @param {{
 *   connection: Leaving,
 *   how: "sign out" | "forget",
 *   titleId: string,
 *   onBack: () => void,
 *   onBusy?: (busy: boolean) => void,
 *   onStart?: () => void,
 *   onLeft: () => void,
 * }} options `onStart` when Rust begins: it ends the connection's work first
 */
export function leaveConfirm({ connection, how, titleId, onBack, onBusy, onStart, onLeft }) {
  const { question, go: label, going, text } = words(connection, how);
  const error = h("p", { class: "inline-error", role: "alert", hidden: true });
  let busy = false;
  // The keyring may keep it waiting for as long as its window is open.
  const keyringSlot = h("div", { class: "keyring-slot" });
  const back = button(t("action.cancel"), () => {
    if (busy) void cancelSignOut({ connection: connection.id }).catch(() => {});
    else onBack();
  });
  const setBusy = (/** @type {boolean} */ now) => {
    busy = now;
    keyringSlot.replaceChildren(...(now ? [keyringLine()] : []));
    onBusy?.(now);
  };
  const go = button(
    label,
    async () => {
      if (busy) return;
      setBusy(true);
      onStart?.();
      go.textContent = going;
      error.hidden = true;
      try {
        const notice = await (how === "forget" ? forgetConnection : signOut)({ connection: connection.id });
        setBusy(false);
        onLeft();
        if (notice) failureToast(wordsFor(notice).title, wordsFor(notice).next);
      } catch (reason) {
        const state = connection.signedIn ? t("leave.stillIn") : t("connection.mayBeInKeyring");
        const problem = asProblem(reason);
        error.textContent = `${state} ${isStopped(problem) ? t("leave.stopped") : oneLine(problem)}`;
        error.hidden = false;
        go.textContent = t("action.tryAgain");
        setBusy(false);
      }
    },
    { class: "button danger" },
  );
  const element = h(
    "div",
    { class: "confirm" },
    h("div", { class: "confirm-title" }, icon("door", 20), h("h1", { id: titleId }, question)),
    connection.sample ? null : h("p", {}, userText(connection.name)),
    text ? h("p", {}, text) : null,
    error,
    keyringSlot,
    h("div", { class: "dialog-actions" }, back, go),
  );
  return { element, focus: () => back.focus() };
}
