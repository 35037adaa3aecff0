/**
 * The menu bar of macOS in the page's language. An entry of the app's own presses the key that does the same, so that
 * there is one way to do each thing.
 */
/** @import { MenuChoice } from "../../types/ipc" */
import { showMenu } from "../ipc.js";
import { t } from "../shared/language.js";

/** @type {Readonly<Record<MenuChoice, KeyboardEventInit>>} */
const KEYS = {
  settings: { key: ",", metaKey: true },
  new_token: { key: "n", metaKey: true },
  refresh: { key: "r", metaKey: true },
  shortcuts: { key: "?" },
};

const labels = () => ({
  about: t("menu.about"),
  unofficial: t("app.unofficial"),
  settings: t("menu.settings"),
  services: t("menu.services"),
  hide: t("menu.hide"),
  hideOthers: t("menu.hideOthers"),
  showAll: t("menu.showAll"),
  quit: t("menu.quit"),
  file: t("menu.file"),
  newToken: t("action.newToken"),
  closeWindow: t("menu.closeWindow"),
  edit: t("menu.edit"),
  undo: t("menu.undo"),
  redo: t("menu.redo"),
  cut: t("menu.cut"),
  copy: t("copy.copy"),
  paste: t("menu.paste"),
  selectAll: t("menu.selectAll"),
  view: t("menu.view"),
  refresh: t("action.refresh"),
  fullscreen: t("menu.fullscreen"),
  window: t("menu.window"),
  minimize: t("menu.minimize"),
  zoom: t("menu.zoom"),
  help: t("menu.help"),
  shortcuts: t("keys.title"),
});

/** Once the language is known. */
export function showMenuBar() {
  const press = (/** @type {MenuChoice} */ choice) =>
    document.dispatchEvent(new KeyboardEvent("keydown", { ...KEYS[choice], cancelable: true }));
  // Without its own entries the window still does everything.
  showMenu(labels(), press).catch(() => {});
}
