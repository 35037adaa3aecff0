/**
 * The settings, a section each. What cannot be wrong applies at once; an address and a file wait for their section's Save.
 */

import { button, h, uniqueId } from "../shared/dom.js";
import { t } from "../shared/language.js";
import { createDialog } from "../shared/modal.js";
import { networkSection } from "./network-settings.js";
import { preferencesSection } from "./preferences.js";

/** @param {{ onShortcuts: () => void, server: string }} options `server` is the address that somebody is about to sign in to, or empty */
export function openSettings({ onShortcuts, server }) {
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
  });
  const preferences = preferencesSection();
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
  void preferences.load();
  void network.load();
}
