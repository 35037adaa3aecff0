/**
 * Nothing is in memory until somebody unlocks: then the bearer token is read from the keyring again, if it is there.
 */
/** @import { LockReason } from "../../types/ipc" */
import { button, h, userText } from "../shared/dom.js";
import { exactSpan } from "../shared/format.js";
import { t, tNodes } from "../shared/language.js";
import { pane } from "../shared/notices.js";

const TEXTS = /** @type {const} */ ({
  keyring: "locked.text",
  session: "locked.sessionText",
  sample: "locked.sampleText",
});

/** @param {LockReason} reason */
function reasonText(reason) {
  switch (reason.kind) {
    case "idle":
      return t("locked.idle", { span: exactSpan(reason.minutes * 60) });
    case "desktop":
      return t("locked.desktop");
    case "sleep":
      return t("locked.sleep");
  }
}

/**
 * @param {{ name: string, kept: keyof typeof TEXTS, reason: LockReason | null, onUnlock: () => void }} options the
 *   connection's name, where its bearer token is kept, and why the app has locked, unless somebody asked for it
 */
export function lockedView({ name, kept, reason, onUnlock }) {
  const label = kept === "session" ? t("action.signInAgain") : t("locked.unlock");
  const unlock = button(label, onUnlock, { class: "button main" });
  const title = h("span", {}, ...tNodes("locked.title", { name: userText(name) }));
  const why = reason ? `${reasonText(reason)} ` : "";
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
