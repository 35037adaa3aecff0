/**
 * The settings, a section each. What cannot be wrong applies at once; an address and a file wait for their section's Save.
 */

import { button, h, uniqueId } from "../shared/dom.js";
import { t } from "../shared/language.js";
import { createDialog } from "../shared/modal.js";
import { networkSection } from "./network-settings.js";
import { preferencesSection } from "./preferences.js";

/** @import { Language } from "../../types/ipc" */
/**
 * @param {{
 *   onShortcuts: () => void,
 *   onLanguage: (language: Language, mayRedraw: () => boolean) => Promise<boolean>,
 *   onClose: () => void,
 *   server: string,
 *   fromLanguage?: boolean,
 * }} options `onLanguage` may draw everything again, this included, unless something here is not saved; `server` is the address
 *   that somebody is about to sign in to, or empty; `fromLanguage` when this is drawn again in the language that was chosen
 */
export function openSettings({ onShortcuts, onLanguage, onClose, server, fromLanguage = false }) {
  const titleId = uniqueId("settings");
  let then = () => {};
  /** What is done once the settings are closed. */
  const leave = (next = () => {}) => {
    then = next;
    if (network.mayClose()) finish();
  };
  const finish = () => {
    dialog.close();
    then();
  };
  const dialog = createDialog({
    className: "dialog settings-dialog",
    labelledBy: titleId,
    mayClose() {
      then = () => {};
      return network.mayClose();
    },
    mayQuit: () => network.mayQuit(),
    isBusy: () => network.isBusy(),
    onClose,
  });
  const preferences = preferencesSection((language, isSaved) =>
    onLanguage(language, () => dialog.element.open && isSaved() && !network.isBusy() && !network.isChanged()),
  );
  const network = networkSection(finish, server);
  const close = button(t("action.close"), () => leave());
  const shortcuts = button(t("settings.shortcuts"), () => leave(onShortcuts));
  dialog.element.append(
    h(
      "div",
      { class: "settings" },
      h("h1", { id: titleId }, t("action.settings")),
      // The sections scroll and the buttons stay, and neither lies over the other.
      h("div", { class: "settings-body", tabindex: -1 }, preferences.element, network.element),
      h("div", { class: "dialog-actions" }, shortcuts, h("span", { class: "grow" }), close),
    ),
  );
  dialog.open();
  // It stays in sight; going there must not hide the beginning.
  close.focus({ preventScroll: true });
  void preferences.load().then(() => fromLanguage && preferences.focusLanguage());
  void network.load();
}
