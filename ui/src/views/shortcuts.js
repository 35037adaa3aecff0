/**
 * What the keys do, and what this app is: one page that a question mark opens from anywhere.
 */
import { createDialog } from "../dialog.js";
import { button, h, uniqueId } from "../dom.js";
import { hint } from "../keys.js";

/** @type {() => readonly [string[], string][]} */
const shortcuts = () => [
  [[hint("N")], "New token"],
  [[hint("F"), "/"], "Filter"],
  [[hint("R"), "F5"], "Refresh"],
  [["↑", "↓", "Home", "End"], "Move in the table"],
  [["Enter"], "Edit the token"],
  [[hint("C")], "Copy the token"],
  [["Delete"], "Revoke the token"],
  [[`${hint("1")} … 9`], "Switch to another connection"],
  [[hint("L")], "Lock"],
  [[hint("+"), hint("-"), hint("0")], "Larger, smaller, as before"],
  [[hint(",")], "Settings"],
  [["Esc"], "Close a dialog, clear the filter"],
  [["?"], "This page"],
];

/** @param {string} version */
export function openShortcuts(version) {
  const titleId = uniqueId("shortcuts");
  const dialog = createDialog({ className: "dialog", labelledBy: titleId, closeOnBackdrop: true });
  const close = button("Close", () => dialog.close());
  const line = (/** @type {readonly [string[], string]} */ [keys, does]) => [
    h("dt", {}, ...keys.flatMap((key, at) => [at > 0 ? " or " : "", h("kbd", {}, key)])),
    h("dd", {}, does),
  ];
  dialog.element.append(
    h(
      "div",
      { class: "shortcuts" },
      h("h1", { id: titleId }, "Keyboard shortcuts"),
      h("dl", {}, ...shortcuts().flatMap(line)),
      h(
        "p",
        { class: "help" },
        `Calyptia Tokens ${version}. Unofficial: not made or endorsed by Calyptia or Chronosphere. Apache-2.0.`,
      ),
      h("div", { class: "dialog-actions" }, close),
    ),
  );
  dialog.open();
  // It stays in sight; going there must not hide the beginning.
  close.focus({ preventScroll: true });
  dialog.element.scrollTop = 0;
}
