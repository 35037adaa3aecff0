/**
 * Asks before a connection is left: signed out of, which removes its bearer, or forgotten altogether. It is never
 * shown as left while its bearer may still be there.
 */
/** @import { KnownConnection } from "../../types/ipc" */
import { button, given, h } from "../dom.js";
import { asProblem, wordsFor } from "../errors.js";
import { icon } from "../icons.js";
import { forgetConnection, signOut } from "../ipc.js";

/** @typedef {Pick<KnownConnection, "id" | "name" | "sample"> & { inKeyring: boolean }} Leaving */

/**
 * @param {Leaving} connection
 * @param {"sign out" | "forget"} how
 */
function words({ sample, inKeyring }, how) {
  const keyring = inKeyring ? " and remove your bearer from the keyring" : "";
  if (sample) return { question: "Leave the sample data?", go: "Leave", going: "Leaving…", text: null };
  if (how === "forget") {
    return {
      question: `Forget this connection${keyring}?`,
      go: "Forget",
      going: "Forgetting…",
      text: "Its name, server and last project go from this computer. Tokens you made keep working.",
    };
  }
  return {
    question: inKeyring ? `Sign out${keyring}?` : "Sign out and forget your bearer?",
    go: "Sign out",
    going: "Signing out…",
    text: "Tokens you made keep working. You need your bearer to sign in again.",
  };
}

/**
 * @param {{
 *   connection: Leaving,
 *   how: "sign out" | "forget",
 *   titleId: string,
 *   onBack: () => void,
 *   onBusy?: (busy: boolean) => void,
 *   onLeft: () => void,
 * }} options
 */
export function leaveConfirm({ connection, how, titleId, onBack, onBusy, onLeft }) {
  const { question, go: label, going, text } = words(connection, how);
  const error = h("p", { class: "inline-error", role: "alert", hidden: true });
  let busy = false;
  const back = button("Cancel", () => {
    if (!busy) onBack();
  });
  const setBusy = (/** @type {boolean} */ now) => {
    busy = now;
    back.setAttribute("aria-disabled", String(now));
    onBusy?.(now);
  };
  const go = button(
    label,
    async () => {
      if (busy) return;
      setBusy(true);
      go.textContent = going;
      error.hidden = true;
      try {
        await (how === "forget" ? forgetConnection : signOut)({ connection: connection.id });
        setBusy(false);
        onLeft();
      } catch (reason) {
        const { title, next } = wordsFor(asProblem(reason));
        error.textContent = `You are still signed in. ${title} ${next}`;
        error.hidden = false;
        go.textContent = "Try again";
        setBusy(false);
      }
    },
    { class: "button danger" },
  );
  const element = h(
    "div",
    { class: "confirm" },
    h("div", { class: "confirm-title" }, icon("door", 20), h("h1", { id: titleId }, question)),
    connection.sample ? null : h("p", {}, given(connection.name)),
    text ? h("p", {}, text) : null,
    error,
    h("div", { class: "dialog-actions" }, back, go),
  );
  return { element, focus: () => back.focus() };
}
