/**
 * The top of the tokens screen: which project is open, the filter, refresh, settings and new.
 */
/** @import { Connection, PasteSource, ProjectSummary } from "../../types/ipc" */

import { pasteSource } from "../desktop/paste.js";
import { colorDot, productionPill } from "../shared/connection-color.js";
import { AS_TYPED, button, h, userText } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { hint, withKey } from "../shared/keys.js";
import { t } from "../shared/language.js";

/**
 * @param {{
 *   connection: Connection,
 *   project: ProjectSummary,
 *   onProjects: () => void,
 *   onFilter: (text: string) => void,
 *   onPaste: (source: PasteSource, isCurrent: () => boolean) => Promise<boolean>,
 *   onRefresh: () => void,
 *   onSettings: () => void,
 *   onNew: () => void,
 *   onDown: () => void,
 * }} options `onPaste` answers whether what was pasted is text to insert into the filter
 */
export function tokensHeader(options) {
  const { connection, project, onProjects, onFilter, onPaste, onRefresh, onSettings, onNew, onDown } =
    options;
  const place = h("bdi", { class: "user-text" });
  const name = h("span", { class: "where-name" });
  const below = h("span", { class: "where-connection" });
  const where = button("", onProjects, { class: "button where", "aria-haspopup": "dialog" });
  where.append(
    icon("key", 20),
    h(
      "span",
      { class: "where-text" },
      h("span", { class: "visually-hidden" }, `${t("tokens.project")} `),
      name,
      below,
    ),
    icon("chevron"),
  );

  function drawConnection() {
    place.textContent = connection.sample ? t("sample.title") : connection.name;
    place.title = connection.server;
    name.replaceChildren(colorDot(connection.color) ?? "", userText(project.name));
    below.replaceChildren(productionPill(connection.production) || "", h("small", {}, place));
  }
  drawConnection();

  const filter = h("input", {
    type: "search",
    class: "text",
    placeholder: t("tokens.filterPlaceholder"),
    "aria-label": t("tokens.filter"),
    ...AS_TYPED,
    title: t("tokens.filterHelp", { key: hint("F") }),
  });
  let edits = 0;
  filter.addEventListener("input", () => {
    edits += 1;
    onFilter(filter.value);
  });
  filter.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && filter.value !== "") {
      event.preventDefault();
      filter.value = "";
      onFilter("");
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      onDown();
    }
  });

  // Rust looks at what is pasted first, as for bearer tokens: the value of a token is not inserted.
  filter.addEventListener("paste", async (event) => {
    // Text that a middle click pastes comes here only if Rust has found no token in it.
    const source = pasteSource(event);
    if (source === "primary" && !(event instanceof CustomEvent)) return;
    event.preventDefault();
    // Where Rust keeps tokens from the page, a paste with one has no text. Elsewhere it can be taken only now.
    const pasted = event.clipboardData?.getData("text/plain") ?? "";
    edits += 1;
    const mine = edits;
    const isCurrent = () => mine === edits && filter.isConnected;
    if (!(await onPaste(source, isCurrent)) || !isCurrent()) return;
    const text = pasted.replace(/\s+/g, " ").trim().slice(0, LONGEST_PASTE);
    if (text === "") return;
    // Unlike a change by script, this can be undone.
    const isFocused = document.activeElement === filter;
    if (isFocused && document.execCommand?.("insertText", false, text)) return;
    const { selectionStart, selectionEnd, value } = filter;
    filter.setRangeText(text, selectionStart ?? value.length, selectionEnd ?? value.length, "end");
    onFilter(filter.value);
  });

  const refresh = button(icon("refresh"), onRefresh, {
    class: "button icon refresh",
    "aria-label": t("action.refresh"),
    title: withKey(t("action.refresh"), "R"),
  });
  const settings = settingsButton(onSettings);
  const create = button(t("action.newToken"), onNew, { class: "button main new" });
  create.append(h("kbd", { "aria-hidden": "true" }, hint("N")));

  return {
    element: h(
      "header",
      { class: "top" },
      where,
      h("div", { class: "find", role: "search" }, icon("search"), filter),
      refresh,
      settings,
      create,
    ),
    filter,
    create,
    drawConnection,
    /** @param {string} text */
    setFilter(text) {
      filter.value = text;
    },
    /** @param {boolean} loading */
    setLoading(loading) {
      refresh.classList.toggle("turning", loading);
      refresh.setAttribute("aria-disabled", String(loading));
    },
  };
}

/** @param {() => void} onSettings */
export function settingsButton(onSettings) {
  return button(icon("gear"), onSettings, {
    class: "button icon",
    "aria-label": t("action.settings"),
    "aria-haspopup": "dialog",
    title: withKey(t("action.settings"), ","),
  });
}

/** The most characters of a text that is pasted into the filter. */
const LONGEST_PASTE = 1000;
