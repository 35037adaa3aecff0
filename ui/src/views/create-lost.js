/**
 * What the create dialog turns into once the answer to a create is lost: looking on the server, and what was
 * found there. Nothing is sent from here unless a person asks for it.
 */
/** @import { Checking, Connection, Problem, Row } from "../../types/ipc" */
import { announce } from "../announce.js";
import { button, given, h } from "../dom.js";
import { asProblem, oneLine } from "../errors.js";
import { relativeTime, shortTail, timeLanguage } from "../format.js";
import { copyToken } from "../ipc.js";
import { changeBanner } from "../notices.js";
import { waitLine } from "../waits.js";
import { nameOf, pills, SHORT_ID } from "./row.js";
import { whileSignedIn } from "./sign-in.js";

/**
 * @param {{ titleId: string, onCheck: () => void, onCreate: () => void, onClose: () => void }} options
 */
export function lostContent({ titleId, onCheck, onCreate, onClose }) {
  const title = h("h1", { id: titleId }, "New token");
  const name = h("p", { class: "lead" });
  const say = h("p", { class: "lost-words", role: "status" });
  const more = h("div", { class: "lost-more" });
  const actions = h("div", { class: "dialog-actions" });
  const element = h("div", { class: "lost" }, title, name, say, more, waitLine(), actions);

  /**
   * @param {string} words
   * @param {Node[]} content
   * @param {...HTMLButtonElement} buttons the last one has the focus
   */
  function show(words, content, ...buttons) {
    say.textContent = words;
    say.classList.remove("busy");
    more.replaceChildren(...content);
    actions.replaceChildren(...buttons);
    buttons.at(-1)?.focus();
  }

  const close = () => button("Close", onClose);
  const check = () => button("Check again", onCheck, { class: "button main" });

  return {
    element,
    /** @param {string} text */
    setName(text) {
      if (name.textContent !== text) name.replaceChildren(given(text));
    },
    /** @param {Checking | null} checking */
    looking(checking) {
      const count = checking === null ? "" : ` (look ${checking.look} of ${checking.of})`;
      const words = `The answer was lost on the way. Looking whether the token exists…${count}`;
      if (!say.classList.contains("busy")) show(words, [], button("Cancel", onClose));
      say.classList.add("busy");
      say.textContent = words;
    },
    notFound() {
      show(
        "The token is not on the server. The server may still be working on it.",
        [h("p", { class: "note" }, "Creating it again may make a second one, if the first still appears.")],
        close(),
        button("Create again", onCreate),
        check(),
      );
    },
    /**
     * @param {Connection} connection
     * @param {Row[]} rows
     */
    several(connection, rows) {
      show(
        "More than one token of this name has appeared.",
        [
          h(
            "p",
            { class: "note" },
            "Someone else may have made one at the same moment. Copy the one you need, then revoke the others in the list.",
          ),
          h("ul", { class: "several" }, ...rows.map((row) => h("li", {}, oneOfSeveral(connection, row)))),
        ],
        button("Close", onClose, { class: "button main" }),
      );
    },
    /** @param {Problem} problem */
    unknown(problem) {
      show(
        "The answer was lost, and the server cannot be asked now. The token may exist.",
        problem.code === "cancelled" ? [] : [changeBanner(problem)],
        close(),
        check(),
      );
    },
  };
}

/**
 * @param {Connection} connection
 * @param {Row} row
 */
function oneOfSeveral(connection, row) {
  const error = h("small", { class: "inline-error", role: "alert", hidden: true });
  const label = `Copy token ${nameOf({ ...row, repeatedName: true })}`;
  const copy = button(
    "Copy",
    async () => {
      error.hidden = true;
      try {
        const { clearsAfterSeconds } = await whileSignedIn(connection, () => copyToken({ id: row.id }));
        copy.textContent = "Copied";
        copy.setAttribute("aria-label", label.replace("Copy", "Copied"));
        announce(`Copied. The clipboard is cleared in ${clearsAfterSeconds} s.`);
      } catch (reason) {
        error.textContent = `Not copied. ${oneLine(asProblem(reason))}`;
        error.hidden = false;
      }
    },
    { class: "button small", "aria-label": label },
  );
  return h(
    "div",
    { class: "one-of-several" },
    h(
      "div",
      { class: "one-text" },
      h(
        "span",
        {},
        given(row.name),
        " ",
        h("bdi", { class: "short-id", dir: "ltr", title: row.id }, row.id.slice(0, SHORT_ID)),
      ),
      h("span", { class: "permissions" }, ...pills(row.access)),
      h(
        "small",
        {},
        h("bdi", { dir: "ltr", class: "mono" }, shortTail(row.tail)),
        " · ",
        h("time", { lang: timeLanguage }, relativeTime(row.createdAt)),
      ),
      error,
    ),
    copy,
  );
}
