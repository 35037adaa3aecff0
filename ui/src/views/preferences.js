/**
 * Settings that cannot be wrong: how the app looks, how long a token stays on the clipboard, and when the app locks itself.
 * A choice applies at once; one that cannot be saved says so.
 */
/** @import { Density, Preferences, Theme } from "../../types/ipc" */
import { setDensity } from "../density.js";
import { button, h, uniqueId } from "../dom.js";
import { asProblem } from "../errors.js";
import { icon } from "../icons.js";
import { setIdleLimit } from "../idle.js";
import { preferences, setPreferences } from "../ipc.js";
import { banner } from "../notices.js";

/** @type {Preferences} */
const DEFAULTS = { theme: "system", density: "comfortable", clipboardSeconds: 30, lockMinutes: null };

/** @type {readonly [Theme, string][]} */
const THEMES = [
  ["system", "As the system"],
  ["light", "Light"],
  ["dark", "Dark"],
];

/** @type {readonly [Density, string][]} */
const DENSITIES = [
  ["comfortable", "Comfortable"],
  ["compact", "Compact"],
];

/** @type {readonly [number, string][]} */
const CLIPBOARD = [
  [15, "15 seconds"],
  [30, "30 seconds"],
  [60, "1 minute"],
  [120, "2 minutes"],
];

/** Zero stands for never. @type {readonly [number, string][]} */
const LOCK = [
  [0, "Never"],
  [5, "5 minutes"],
  [15, "15 minutes"],
  [30, "30 minutes"],
  [60, "1 hour"],
];

export function preferencesSection() {
  const titleId = uniqueId("preferences");
  const theme = choice("Colours", THEMES, send);
  const density = choice("Rows of the table", DENSITIES, send);
  const clipboard = choice("Clear a copied token from the clipboard after", CLIPBOARD, send);
  const idle = choice("Lock the app when nobody has used it for", LOCK, send);
  const notice = h("div", { class: "notice" });
  const done = h("p", { class: "help", role: "status" });
  const reset = button(
    "Reset these to their defaults",
    () => {
      show(DEFAULTS);
      void send();
    },
    { class: "button small reset" },
  );
  const fields = h(
    "fieldset",
    { class: "plain sections", disabled: true },
    theme.element,
    density.element,
    clipboard.element,
    idle.element,
    h(
      "p",
      { class: "help" },
      "Locked, the app holds nothing in memory. A bearer kept for this session only is forgotten.",
    ),
    reset,
  );

  /** @param {Preferences} now */
  function show(now) {
    theme.show(now.theme);
    density.show(now.density);
    clipboard.show(now.clipboardSeconds);
    idle.show(now.lockMinutes ?? 0);
  }

  async function load() {
    notice.replaceChildren();
    try {
      show(await preferences());
      fields.disabled = false;
    } catch (reason) {
      notice.replaceChildren(banner(asProblem(reason)));
    }
  }

  async function send() {
    /** @type {Preferences} */
    const wanted = {
      theme: theme.value(),
      density: density.value(),
      clipboardSeconds: clipboard.value(),
      lockMinutes: idle.value() || null,
    };
    notice.replaceChildren();
    done.textContent = "";
    setIdleLimit(wanted.lockMinutes);
    setDensity(wanted.density);
    try {
      await setPreferences({ preferences: wanted });
      done.textContent = "Saved.";
    } catch (reason) {
      notice.replaceChildren(banner(asProblem(reason)));
    }
  }

  return {
    element: h(
      "section",
      { "aria-labelledby": titleId },
      h("h2", { id: titleId }, "Appearance and privacy"),
      fields,
      notice,
      done,
    ),
    load,
  };
}

/**
 * @template {string | number} Value
 * @param {string} label
 * @param {readonly [Value, string][]} values
 * @param {() => void} onChange
 */
function choice(label, values, onChange) {
  const id = uniqueId("choice");
  const select = h(
    "select",
    { id, class: "text" },
    ...values.map(([value, text]) => h("option", { value }, text)),
  );
  select.addEventListener("change", onChange);
  /** What the settings file says and the list does not. @type {Value | null} */
  let other = null;
  return {
    element: h(
      "div",
      { class: "setting" },
      h("label", { for: id }, label),
      h("div", { class: "select" }, select, icon("chevron")),
    ),
    /** @param {Value} value */
    show(value) {
      if (!values.some(([one]) => one === value) && other !== value) {
        other = value;
        select.append(h("option", { value }, String(value)));
      }
      select.value = String(value);
    },
    /** @returns {Value} */
    value() {
      const found = values.find(([one]) => String(one) === select.value)?.[0] ?? other;
      if (found === null || found === undefined) throw new TypeError("nothing is chosen");
      return found;
    },
  };
}
