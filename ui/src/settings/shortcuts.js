/**
 * What the keys do, and what this app is: one page that a question mark opens from anywhere.
 */

import { button, h, uniqueId } from "../shared/dom.js";
import { deleteHint, hint, quitsByKey } from "../shared/keys.js";
import { t, tNodes } from "../shared/language.js";
import { createDialog } from "../shared/modal.js";

/** Text and no link: on macOS the web view opens a connection to a link's target before it asks whether it can. */
const RELEASES = "https://github.com/calyptia-tokens/calyptia-tokens/releases";

/** @type {() => readonly [string[], string][]} */
const shortcuts = () => [
  [[hint("N")], t("action.newToken")],
  [[hint("F"), "/"], t("keys.filter")],
  [[hint("R"), "F5"], t("action.refresh")],
  [["↑", "↓", t("key.home"), t("key.end")], t("keys.move")],
  [[t("key.enter")], t("keys.edit")],
  [[hint("C")], t("keys.copy")],
  [[deleteHint()], t("keys.revoke")],
  [[t("key.menu")], t("keys.menu")],
  [[t("key.space"), `${t("key.shift")} ${t("key.space")}`], t("keys.select")],
  [[hint("A")], t("selection.all")],
  [[`${hint("1")} … 9`], t("keys.switch")],
  [[hint("L")], t("action.lock")],
  [[hint("+"), hint("-"), hint("0")], t("keys.zoom")],
  [[hint(",")], t("keys.settings")],
  [["Esc"], t("keys.close")],
  [["?"], t("keys.this")],
  ...(quitsByKey ? [/** @type {[string[], string]} */ ([[hint("Q")], t("keys.quit")])] : []),
];

/** @param {string} version */
export function openShortcuts(version) {
  const titleId = uniqueId("shortcuts");
  const dialog = createDialog({ className: "dialog", labelledBy: titleId, closeOnBackdrop: true });
  // Has the focus, so that a low window shows the beginning and the arrow keys go on from there.
  const title = h("h1", { id: titleId, tabindex: -1 }, t("keys.title"));
  const line = (/** @type {readonly [string[], string]} */ [keys, does]) => [
    h("dt", {}, ...keys.flatMap((key, at) => [at > 0 ? ` ${t("keys.or")} ` : "", h("kbd", {}, key)])),
    h("dd", {}, does),
  ];
  dialog.element.append(
    h(
      "div",
      { class: "shortcuts" },
      title,
      h("dl", {}, ...shortcuts().flatMap(line)),
      h("p", { class: "help" }, t("keys.about", { version })),
      h(
        "p",
        { class: "help" },
        ...tNodes("keys.privacy", { url: h("bdi", { dir: "ltr", class: "detail" }, RELEASES) }),
      ),
      h(
        "div",
        { class: "dialog-actions" },
        button(t("action.close"), () => dialog.close()),
      ),
    ),
  );
  dialog.open();
  title.focus();
}
