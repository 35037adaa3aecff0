/**
 * Nothing is in memory until somebody unlocks: then the bearer is read from the keyring again.
 */
import { button, given, h } from "../dom.js";
import { t, tNodes } from "../language.js";
import { pane } from "../notices.js";

/**
 * @param {{ name: string, byItself: boolean, onUnlock: () => void }} options the connection's name, and whether it was
 *   idleness that locked
 */
export function lockedView({ name, byItself, onUnlock }) {
  const unlock = button(t("locked.unlock"), onUnlock, { class: "button main" });
  const title = h("span", {}, ...tNodes("locked.title", { name: given(name) }));
  const why = byItself ? `${t("locked.idle")} ` : "";
  const content = pane({
    picture: "key",
    title,
    text: `${why}${t("locked.text")}`,
    actions: [unlock],
  });
  return {
    element: h("main", { class: "centre" }, h("h1", { class: "unseen" }, t("locked.heading")), content),
    focus: () => unlock.focus(),
  };
}
