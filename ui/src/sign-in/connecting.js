/**
 * Between two screens: a connection is being restored. It may wait for a keyring prompt, so it can be stopped at any
 * time; what fails is shown here, with a way on, and a way back to the connection that was in use.
 */
/** @import { Connection, Problem } from "../../types/ipc" */

import { cancelConnect } from "../ipc.js";
import { button, h } from "../shared/dom.js";
import { asProblem } from "../shared/errors.js";
import { appMark } from "../shared/icons.js";
import { keyringLine } from "../shared/keyring-wait.js";
import { t, tNodes } from "../shared/language.js";
import { problemPane } from "../shared/notices.js";
import { isKeyring, isSignedOut, isStopped } from "../shared/problems.js";
import { waitLine } from "../shared/waits.js";

/**
 * @param {{
 *   name: string,
 *   connect: () => Promise<Connection>,
 *   progressAfter: number,
 *   onConnected: (connection: Connection) => void,
 *   onLate: (connection: Connection) => void,
 *   onSignIn: (options: { problem?: Problem, sessionOnly?: boolean }) => void,
 *   onBack?: (() => void) | undefined,
 * }} options `progressAfter` so many milliseconds it shows what it waits for; `onBack` where another connection is still in use
 */
export function connectingView({ name, connect, progressAfter, onConnected, onLate, onSignIn, onBack }) {
  let gone = false;
  const element = h("main", { class: "centre" });
  // Rust says whether it was stopped or done already: only then is it known which connection is in use.
  const cancel = button(t("action.cancel"), () => void cancelConnect().catch(() => {}));
  const leave = () => (onBack ? onBack() : onSignIn({}));

  const heading = () => h("h1", { class: "visually-hidden" }, "Calyptia Tokens");

  /** What it waits for is shown once that takes a while. */
  let timer = 0;

  function showProgress() {
    element.append(
      h(
        "p",
        { class: "connecting", role: "status" },
        ...tNodes("connecting.to", { name: h("bdi", {}, name) }),
      ),
      h("div", { class: "progress", "aria-hidden": "true" }),
      waitLine(),
      keyringLine(),
      cancel,
    );
    cancel.focus();
  }

  async function attempt() {
    element.replaceChildren(heading(), appMark());
    timer = window.setTimeout(showProgress, progressAfter);
    try {
      const connection = await connect();
      if (gone) onLate(connection);
      else onConnected(connection);
    } catch (reason) {
      window.clearTimeout(timer);
      if (!gone) fail(asProblem(reason));
    }
  }

  /** @param {Problem} problem */
  function fail(problem) {
    if (isStopped(problem)) return leave();
    if (isSignedOut(problem) || problem.code === "keyring_unrecognized") return onSignIn({ problem });
    const again = button(t("action.tryAgain"), () => void attempt(), { class: "button main" });
    const other = isKeyring(problem)
      ? button(t("action.forSession"), () => onSignIn({ sessionOnly: true }))
      : button(t("connecting.other"), () => onSignIn({}));
    const back = onBack ? [button(t("action.back"), onBack)] : [];
    const pane = problemPane(problem, ...back, other, again);
    pane.setAttribute("role", "alert");
    element.replaceChildren(heading(), pane);
    again.focus();
  }

  return {
    element,
    focus: () => void attempt(),
    destroy() {
      window.clearTimeout(timer);
      gone = true;
    },
  };
}
