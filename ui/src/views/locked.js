/**
 * Nothing is in memory until somebody unlocks: then the bearer is read from the keyring again.
 */
import { button, given, h } from "../dom.js";
import { pane } from "../notices.js";

/**
 * @param {{ name: string, byItself: boolean, onUnlock: () => void }} options the connection's name, and whether it was
 *   idleness that locked
 */
export function lockedView({ name, byItself, onUnlock }) {
  const unlock = button("Unlock", onUnlock, { class: "button main" });
  const title = h("span", {}, given(name), " is locked");
  const why = byItself ? "Nobody was here for a while. " : "";
  const content = pane({
    picture: "key",
    title,
    text: `${why}Nothing of it is in memory. Unlocking reads your bearer from the system keyring again.`,
    actions: [unlock],
  });
  return {
    element: h("main", { class: "centre" }, h("h1", { class: "unseen" }, "Locked"), content),
    focus: () => unlock.focus(),
  };
}
