/**
 * Settings of privacy: how long a token stays on the clipboard, and when the app locks itself. A choice applies at
 * once; one that cannot be saved says so.
 */
/** @import { Privacy } from "../../types/ipc" */
import { h, uniqueId } from "../dom.js";
import { asProblem } from "../errors.js";
import { icon } from "../icons.js";
import { setIdleLimit } from "../idle.js";
import { privacy, setPrivacy } from "../ipc.js";
import { banner } from "../notices.js";

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

export function privacySection() {
  const titleId = uniqueId("privacy");
  const clipboard = choice("Clear a copied token from the clipboard after", CLIPBOARD, send);
  const idle = choice("Lock the app when nobody has used it for", LOCK, send);
  const notice = h("div", { class: "notice" });
  const done = h("p", { class: "help", role: "status" });
  const fields = h(
    "fieldset",
    { class: "plain sections", disabled: true },
    clipboard.element,
    idle.element,
    h(
      "p",
      { class: "help" },
      "Locked, the app holds nothing in memory. A bearer kept for this session only is forgotten.",
    ),
  );

  async function load() {
    notice.replaceChildren();
    try {
      const now = await privacy();
      clipboard.show(now.clipboardSeconds);
      idle.show(now.lockMinutes ?? 0);
      fields.disabled = false;
    } catch (reason) {
      notice.replaceChildren(banner(asProblem(reason)));
    }
  }

  async function send() {
    /** @type {Privacy} */
    const wanted = { clipboardSeconds: clipboard.value(), lockMinutes: idle.value() || null };
    notice.replaceChildren();
    done.textContent = "";
    setIdleLimit(wanted.lockMinutes);
    try {
      await setPrivacy({ privacy: wanted });
      done.textContent = "Saved.";
    } catch (reason) {
      notice.replaceChildren(banner(asProblem(reason)));
    }
  }

  return {
    element: h(
      "section",
      { "aria-labelledby": titleId },
      h("h2", { id: titleId }, "Privacy"),
      fields,
      notice,
      done,
    ),
    load,
  };
}

/**
 * @param {string} label
 * @param {readonly [number, string][]} values
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
  return {
    element: h(
      "div",
      { class: "setting" },
      h("label", { for: id }, label),
      h("div", { class: "select" }, select, icon("chevron")),
    ),
    /** A value that only the settings file could hold is shown as it is. @param {number} value */
    show(value) {
      if (!values.some(([one]) => one === value)) select.append(h("option", { value }, String(value)));
      select.value = String(value);
    },
    value: () => Number(select.value),
  };
}
