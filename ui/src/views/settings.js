/**
 * The settings, a section each. A section applies and saves what it holds by itself.
 */
import { createDialog } from "../dialog.js";
import { button, h, uniqueId } from "../dom.js";
import { networkSection } from "./network-settings.js";

export function openSettings() {
  const titleId = uniqueId("settings");
  const dialog = createDialog({ className: "dialog", labelledBy: titleId });
  const sections = [networkSection()];
  const close = button("Close", () => dialog.close());
  dialog.element.append(
    h(
      "div",
      { class: "settings" },
      h("h1", { id: titleId }, "Settings"),
      ...sections.map(({ element }) => element),
      h("div", { class: "dialog-actions" }, close, ...sections.map(({ save }) => save)),
    ),
  );
  dialog.open();
  close.focus();
  for (const section of sections) void section.load();
}
