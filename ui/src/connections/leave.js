/**
 * Asks before signing out of a connection, which deletes its bearer token, or forgetting it. Neither is reported as done
 * before Rust has proven that the bearer token is gone.
 */
/** @import { KnownConnection } from "../../types/ipc" */

import { cancelSignOut, forgetConnection, signOut } from "../ipc.js";
import { problemToast } from "../shared/copy-details.js";
import { button, h } from "../shared/dom.js";
import { oneLine } from "../shared/errors.js";
import { icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { isStopped } from "../shared/problems.js";
import { formTask } from "../shared/task.js";
import { connectionLine } from "../shared/where.js";

/** @typedef {Pick<KnownConnection, "id" | "signedIn" | "inKeyring"> & import("../shared/where.js").Place} Leaving */

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
  const back = button(t("action.cancel"), () => {
    if (task.isBusy()) void cancelSignOut({ connection: connection.id }).catch(() => {});
    else onBack();
  });
  const go = button(label, () => void leave(), { class: "button danger" });
  const element = h("div", { class: "confirm" });
  const task = formTask({
    form: element,
    go: { button: go, label: going },
    usesKeyring: true,
    onChange: onBusy,
  });

  async function leave() {
    if (task.isBusy()) return;
    error.hidden = true;
    onStart?.();
    const work = how === "forget" ? forgetConnection : signOut;
    await task.run(() => work({ connection: connection.id }), {
      done(notice) {
        onLeft();
        if (notice) problemToast(notice);
      },
      failed(problem) {
        const state = connection.signedIn ? t("leave.stillIn") : t("connection.mayBeInKeyring");
        error.textContent = `${state} ${isStopped(problem) ? t("leave.stopped") : oneLine(problem)}`;
        error.hidden = false;
        go.textContent = t("action.tryAgain");
      },
    });
  }

  element.append(
    h("div", { class: "confirm-title" }, icon("door", 20), h("h1", { id: titleId }, question)),
    ...(connection.sample ? [] : [connectionLine(connection)]),
    ...(text ? [h("p", {}, text)] : []),
    error,
    task.keyringSlot,
    h("div", { class: "dialog-actions" }, back, go),
  );
  return { element, focus: () => back.focus() };
}
