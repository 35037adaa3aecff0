/**
 * Signing in again over what is on screen, when the server stops accepting the bearer token in the middle of work, or when
 * the token is about to expire. The work that was refused then continues; the list, the dialogs and what was typed in them
 * stay.
 */
/** @import { Connection, Problem } from "../../types/ipc" */

import { cancelConnect, reauthenticate } from "../ipc.js";
import { announce } from "../shared/announce.js";
import { button, h, uniqueId } from "../shared/dom.js";
import { asProblem, wordsFor } from "../shared/errors.js";
import { SIGNED_IN } from "../shared/events.js";
import { longSpan } from "../shared/format.js";
import { t, tNodes } from "../shared/language.js";
import { createDialog } from "../shared/modal.js";
import { banner, tellAt } from "../shared/notices.js";
import { isKeyring, isSignedOut, isStopped } from "../shared/problems.js";
import { serverNow } from "../shared/server-clock.js";
import { formTask } from "../shared/task.js";
import { waitLine } from "../shared/waits.js";
import { credentialField } from "./credential-field.js";

/** So often the sheet looks how long the bearer token is still good for. */
const EVERY_MS = 10_000;

/** The sheet that is open for a connection, so that several refused calls ask once. */
/** @type {WeakMap<Connection, Promise<boolean>>} */
const asking = new WeakMap();

/**
 * Does what needs the bearer token and, when the server refuses it, asks for another and does it again. Only for what
 * a refused bearer token leaves undone.
 * @template T
 * @param {Connection} connection
 * @param {() => Promise<T>} action
 * @param {() => boolean} [isWanted] whether anybody still waits for it
 * @returns {Promise<T>}
 */
export async function whileSignedIn(connection, action, isWanted = () => true) {
  for (;;) {
    try {
      return await action();
    } catch (reason) {
      const problem = asProblem(reason);
      if (!isSignedOut(problem) || !isWanted()) throw problem;
      if (!(await signInAgain(connection, problem)) || !isWanted()) throw problem;
    }
  }
}

/**
 * @param {Connection} connection told whose bearer token it is now, and where it is kept
 * @param {Problem | null} problem how it was refused; null when it is about to end
 * @returns {Promise<boolean>} whether another bearer token was accepted
 */
export function signInAgain(connection, problem) {
  const open = asking.get(connection);
  if (open) return open;
  const answer = ask(connection, problem).finally(() => asking.delete(connection));
  asking.set(connection, answer);
  return answer;
}

/**
 * @param {Connection} connection
 * @param {Problem | null} problem
 */
function lead(connection, problem) {
  const { name, account } = connection;
  const whose = h("bdi", {}, name);
  if (problem === null) {
    if (account.expiresAt === null) return tNodes("welcome.again", { name: whose });
    const left = account.expiresAt - serverNow(connection);
    return left > 0
      ? tNodes("signIn.ending", { name: whose, span: longSpan(left) })
      : tNodes("signIn.ended", { name: whose, span: longSpan(-left) });
  }
  const what = problem.code === "signed_out" ? "signIn.signedOut" : "signIn.refused";
  return [...tNodes(what, { name: whose }), " ", t("signIn.goesOn")];
}

/**
 * @param {Connection} connection
 * @param {Problem | null} problem
 * @returns {Promise<boolean>}
 */
function ask(connection, problem) {
  return new Promise((resolve) => {
    let accepted = false;
    const titleId = uniqueId("sign-in");
    const dialog = createDialog({
      className: "dialog narrow",
      labelledBy: titleId,
      isBusy: () => task.isBusy(),
      onClose() {
        task.leave();
        window.clearInterval(clock);
        if (task.isBusy()) cancelConnect().catch(() => {});
        bearerToken.close();
        resolve(accepted);
      },
    });
    const bearerToken = credentialField({
      server: () => connection.server,
      onPasted: () => submit.focus(),
      now: () => serverNow(connection),
    });
    bearerToken.setHelp(
      t("bearerToken.help"),
      connection.storage === "keyring" ? t("signIn.keptInKeyring") : t("signIn.keptInMemory"),
    );
    const notice = h("div", { class: "notice" });
    const cancel = button(problem ? t("action.cancel") : t("signIn.later"), () => dialog.close());
    const submit = h("button", { type: "submit", class: "button main" }, t("action.signIn"));
    const why = h("p", { class: "lead" }, ...lead(connection, problem));
    // Whoever comes back to it later reads what is true by then.
    const clock = problem === null ? window.setInterval(drawWhy, EVERY_MS) : 0;
    function drawWhy() {
      const now = lead(connection, problem);
      const text = now.map((part) => (typeof part === "string" ? part : part.textContent)).join("");
      if (text !== why.textContent) why.replaceChildren(...now);
    }
    const form = h(
      "form",
      { novalidate: true },
      h("h1", { id: titleId }, t("action.signInAgain")),
      why,
      bearerToken.element,
      notice,
    );
    const task = formTask({
      form,
      go: { button: submit, label: t("signIn.signingIn") },
      frozen: [bearerToken.element],
      usesKeyring: true,
      onChange: (busy) => busy && cancel.focus(),
    });
    form.append(waitLine(), task.keyringSlot, h("div", { class: "dialog-actions" }, cancel, submit));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void send(false);
    });

    /** @param {boolean} sessionOnly */
    async function send(sessionOnly) {
      if (task.isBusy()) return;
      if (bearerToken.isEmpty()) {
        bearerToken.setError(t("bearerToken.missing"));
        return bearerToken.focus();
      }
      notice.replaceChildren();
      const bearer = { connection: connection.id, bearerToken: bearerToken.value(), sessionOnly };
      /** @param {import("../../types/ipc").Reauthenticated} now */
      const signedIn = ({ account, storage }) => {
        Object.assign(connection, { account, storage });
        document.dispatchEvent(new Event(SIGNED_IN));
      };
      await task.run(() => reauthenticate(bearer), {
        done(now) {
          signedIn(now);
          accepted = true;
          dialog.close();
          announce(t("signIn.done"));
        },
        failed(problem) {
          if (!isStopped(problem)) fail(problem);
        },
        doneLate: signedIn,
      });
    }

    /** @param {Problem} fault */
    function fail(fault) {
      if (wordsFor(fault).at === "bearerToken") {
        bearerToken.setProblem(fault);
        return bearerToken.focus();
      }
      const forSession = button(t("action.forSession"), () => void send(true));
      tellAt(notice, banner(fault, ...(isKeyring(fault) ? [forSession] : [])), submit);
    }

    dialog.element.append(form);
    dialog.open();
    bearerToken.focus();
  });
}
