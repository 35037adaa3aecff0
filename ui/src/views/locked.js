/**
 * Nothing is in memory until somebody unlocks: then the bearer token is read from the keyring again, if it is there.
 */
import { button, given, h } from "../dom.js";
import { t, tNodes } from "../language.js";
import { pane } from "../notices.js";

const TEXTS = /** @type {const} */ ({
  keyring: "locked.text",
  session: "locked.sessionText",
  sample: "locked.sampleText",
});

/**
 * @param {{ name: string, kept: keyof typeof TEXTS, byItself: boolean, onUnlock: () => void }} options the connection's
 *   name, where its bearer token is kept, and whether it was idleness that locked
 */
export function lockedView({ name, kept, byItself, onUnlock }) {
  const label = kept === "session" ? t("action.signInAgain") : t("locked.unlock");
  const unlock = button(label, onUnlock, { class: "button main" });
  const title = h("span", {}, ...tNodes("locked.title", { name: given(name) }));
  const why = byItself ? `${t("locked.idle")} ` : "";
  const content = pane({
    picture: "key",
    title,
    text: `${why}${t(TEXTS[kept])}`,
    actions: [unlock],
  });
  return {
    element: h(
      "main",
      { class: "centre" },
      h("h1", { class: "visually-hidden" }, t("locked.heading")),
      content,
    ),
    focus: () => unlock.focus(),
  };
}
