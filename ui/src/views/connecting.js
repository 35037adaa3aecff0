/**
 * Between start and the list: the saved connection is being restored. It may wait for a keyring prompt, so it
 * can be stopped at any time; what fails is told here, with a way on.
 */
/** @import { Connection, Problem } from "../../types/ipc" */
import { button, h } from "../dom.js";
import { asProblem } from "../errors.js";
import { appMark } from "../icons.js";
import { cancelConnect, restore } from "../ipc.js";
import { problemPane } from "../notices.js";
import { isKeyring, isSignedOut } from "../problems.js";
import { waitLine } from "../waits.js";

/**
 * @param {{
 *   host: string,
 *   onConnected: (connection: Connection) => void,
 *   onSignIn: (options: { problem?: Problem, sessionOnly?: boolean }) => void,
 * }} options
 */
export function connectingView({ host, onConnected, onSignIn }) {
  let gone = false;
  const element = h("main", { class: "centre" });
  const cancel = button("Cancel", () => {
    gone = true;
    cancelConnect().catch(() => {});
    onSignIn({});
  });

  const heading = () => h("h1", { class: "unseen" }, "Calyptia Tokens");

  async function attempt() {
    element.replaceChildren(
      heading(),
      appMark(),
      h("p", { class: "connecting", role: "status" }, "Connecting to ", h("bdi", {}, host), "…"),
      h("div", { class: "progress", "aria-hidden": "true" }),
      waitLine(),
      cancel,
    );
    cancel.focus();
    try {
      const connection = await restore();
      if (!gone) onConnected(connection);
    } catch (reason) {
      if (!gone) fail(asProblem(reason));
    }
  }

  /** @param {Problem} problem */
  function fail(problem) {
    if (problem.code === "cancelled") return onSignIn({});
    if (isSignedOut(problem)) return onSignIn({ problem });
    const again = button("Try again", () => void attempt(), { class: "button main" });
    const other = isKeyring(problem)
      ? button("Use it for this session only", () => onSignIn({ sessionOnly: true }))
      : button("Sign in another way", () => onSignIn({}));
    const pane = problemPane(problem, other, again);
    pane.setAttribute("role", "alert");
    element.replaceChildren(heading(), pane);
    again.focus();
  }

  return {
    element,
    focus: () => void attempt(),
    destroy() {
      gone = true;
    },
  };
}
