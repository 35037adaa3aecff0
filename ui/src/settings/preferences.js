/**
 * Settings that cannot be wrong: the language, how the app looks, how long a token stays on the clipboard, and when the app locks itself.
 * A choice applies at once; one that cannot be saved says so.
 */
/** @import { Density, Language, Preferences, Theme } from "../../types/ipc" */
import { setDensity } from "../desktop/density.js";
import { preferences, setPreferences } from "../ipc.js";
import { button, h, uniqueId } from "../shared/dom.js";
import { asProblem } from "../shared/errors.js";
import { CHANGES_SWITCHED } from "../shared/events.js";
import { exactSpan } from "../shared/format.js";
import { icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { banner, tellAt } from "../shared/notices.js";

/** @type {Preferences} */
const DEFAULTS = {
  language: "system",
  theme: "system",
  density: "comfortable",
  clipboardSeconds: 30,
  lockMinutes: 15,
  showChanges: true,
};

/** @type {readonly Language[]} */
const LANGUAGES = ["system", "en", "es"];

/** Each in itself, for whoever reads no other. @param {Language} one */
const nameOf = (one) => (one === "system" ? t("settings.system") : t(`language.${one}`));

/** @type {readonly Theme[]} */
const THEMES = ["system", "light", "dark"];

/** @type {readonly Density[]} */
const DENSITIES = ["comfortable", "compact"];

/** In seconds. */
const CLIPBOARD = [15, 30, 60, 120];

/** In minutes; zero stands for never. */
const LOCK = [0, 5, 15, 30, 60];

/**
 * @param {(language: Language, isSaved: () => boolean) => Promise<boolean>} onLanguage what to do once another language is in force,
 *   and whether that was done at once; `isSaved` is whether nothing here waits or has failed
 */
export function preferencesSection(onLanguage) {
  const titleId = uniqueId("preferences");
  const language = choice(t("settings.language"), LANGUAGES, nameOf, send);
  const theme = choice(t("settings.theme"), THEMES, (one) => t(`settings.${one}`), send);
  const density = choice(t("settings.density"), DENSITIES, (one) => t(`settings.${one}`), send);
  const clipboard = choice(t("settings.clipboard"), CLIPBOARD, exactSpan, send);
  const idle = choice(
    t("settings.lock"),
    LOCK,
    (minutes) => (minutes === 0 ? t("settings.never") : exactSpan(minutes * 60)),
    send,
  );
  const changesId = uniqueId("changes");
  const changes = h("input", { id: changesId, type: "checkbox", "aria-describedby": `${changesId}-help` });
  changes.addEventListener("change", send);
  const notice = h("div", { class: "notice" });
  const done = h("p", { class: "help", role: "status" });
  const reset = button(
    t("settings.reset"),
    () => {
      show(DEFAULTS);
      void send();
    },
    { class: "button small reset" },
  );
  const fields = h(
    "fieldset",
    { class: "sections", disabled: true },
    language.element,
    theme.element,
    density.element,
    clipboard.element,
    idle.element,
    h("p", { class: "help" }, t("settings.lockHelp")),
    h("label", { class: "check", for: changesId }, changes, t("settings.changes")),
    h("p", { id: `${changesId}-help`, class: "help" }, t("settings.changesHelp")),
    reset,
  );

  /** @param {Preferences} now */
  function show(now) {
    language.show(now.language);
    theme.show(now.theme);
    density.show(now.density);
    clipboard.show(now.clipboardSeconds);
    idle.show(now.lockMinutes ?? 0);
    changes.checked = now.showChanges;
  }

  async function load() {
    notice.replaceChildren();
    try {
      const now = await preferences();
      show(now);
      wereShown = now.showChanges;
      savedLanguage = now.language;
      fields.disabled = false;
    } catch (reason) {
      const again = button(t("action.tryAgain"), () => void load());
      notice.replaceChildren(banner(asProblem(reason), again));
    }
  }

  const isSaved = () => notice.childElementCount === 0;
  /** Changes are saved in the order in which they were made. */
  let saved = Promise.resolve();
  let edits = 0;
  /** Whether changes of the lists were shown, as Rust last accepted it. */
  let wereShown = true;
  /** The language, as Rust last accepted it. @type {Language} */
  let savedLanguage = "system";

  async function send() {
    /** @type {Preferences} */
    const wanted = {
      language: language.value(),
      theme: theme.value(),
      density: density.value(),
      clipboardSeconds: clipboard.value(),
      lockMinutes: idle.value() || null,
      showChanges: changes.checked,
    };
    notice.replaceChildren();
    done.textContent = "";
    setDensity(wanted.density);
    edits += 1;
    const edit = edits;
    saved = saved.then(async () => {
      // A newer change contains this one.
      if (edit !== edits) return;
      const isSwitched = wanted.showChanges !== wereShown;
      const isTranslated = wanted.language !== savedLanguage;
      savedLanguage = wanted.language;
      try {
        await setPreferences({ preferences: wanted });
        const isOff = isSwitched && !wanted.showChanges;
        if (edit === edits) done.textContent = t(isOff ? "settings.changesDeleted" : "settings.saved");
      } catch (reason) {
        if (edit === edits) tellAt(notice, banner(asProblem(reason)));
      }
      if (
        isTranslated &&
        !(await onLanguage(wanted.language, () => edit === edits && isSaved())) &&
        edit === edits &&
        done.textContent
      )
        done.textContent = t("settings.languageLater");
      // In force even if it could not be saved.
      wereShown = wanted.showChanges;
      if (isSwitched) document.dispatchEvent(new Event(CHANGES_SWITCHED));
    });
    await saved;
  }

  return {
    element: h(
      "section",
      { "aria-labelledby": titleId },
      h("h2", { id: titleId }, t("settings.appearance")),
      fields,
      notice,
      done,
    ),
    load,
    focusLanguage: () => language.focus(),
  };
}

/**
 * @template {string | number} Value
 * @param {string} label
 * @param {readonly Value[]} values
 * @param {(value: Value) => string} name
 * @param {() => void} onChange
 */
function choice(label, values, name, onChange) {
  const id = uniqueId("choice");
  const select = h(
    "select",
    { id, class: "text" },
    ...values.map((value) => h("option", { value }, name(value))),
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
      if (!values.includes(value) && other !== value) {
        other = value;
        select.append(h("option", { value }, name(value)));
      }
      select.value = String(value);
    },
    focus: () => select.focus({ preventScroll: true }),
    /** @returns {Value} */
    value() {
      const found = values.find((one) => String(one) === select.value) ?? other;
      if (found === null || found === undefined) throw new TypeError("nothing is chosen");
      return found;
    },
  };
}
