/**
 * What a token may do: presets and four boxes, two ways to say the same thing, always in step. Permissions the
 * app does not know stand beside them and stay. A token without any list may do everything; it can be left so,
 * and turned into a list, but not the other way round.
 */
/** @import { PresetId, Verb } from "../shared/permissions.js" */
import { h, uniqueId } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { PRESETS, presetOf, sentence, toSend, VERBS } from "../shared/permissions.js";

const AS_IT_IS = /** @type {const} */ ({ id: "as-is", verbs: null });

/** @param {PresetId} id */
function presetWords(id) {
  if (id === "as-is") return { title: t("preset.asIs"), tip: t("can.everything") };
  return { title: t(`preset.${id}`), tip: t(`preset.${id}Tip`) };
}

/**
 * @param {{
 *   start: readonly Verb[],
 *   kept?: readonly string[],
 *   everything?: boolean,
 *   onChange: () => void,
 * }} options `everything` when the token has no list, so that it may do all there is and will be
 */
export function permissionChoice({ start, kept = [], everything = false, onChange }) {
  /** @type {Set<Verb>} */
  const selected = new Set(everything ? VERBS : start);
  let asIs = everything;
  const group = uniqueId("preset");
  const noteId = uniqueId("allows");
  /** @type {Map<PresetId, HTMLInputElement>} */
  const radios = new Map();
  /** @type {Map<Verb, HTMLInputElement>} */
  const boxes = new Map();
  const note = h("p", { id: noteId, class: "note", "aria-live": "polite" });

  const presets = (everything ? [AS_IT_IS, ...PRESETS] : PRESETS).map(({ id, verbs }) => {
    const { title, tip } = presetWords(id);
    const radio = h("input", { type: "radio", name: group, id: `${group}-${id}`, class: "visually-hidden" });
    radio.addEventListener("change", () => {
      asIs = id === "as-is";
      const all = asIs ? VERBS : verbs;
      if (all) {
        selected.clear();
        for (const verb of all) selected.add(verb);
      }
      show(id);
      onChange();
    });
    radios.set(id, radio);
    return h("span", { class: "preset", title: tip }, radio, h("label", { for: radio.id }, title));
  });

  const choices = VERBS.map((verb) => {
    const box = h("input", {
      type: "checkbox",
      id: `${group}-${verb}`,
      "aria-describedby": `${group}-${verb}-allows`,
    });
    box.addEventListener("change", () => {
      asIs = false;
      if (box.checked) selected.add(verb);
      else selected.delete(verb);
      show(presetOf(selected));
      onChange();
    });
    boxes.set(verb, box);
    return h(
      "div",
      { class: "box" },
      box,
      h("label", { for: box.id }, t(`box.${verb}`)),
      h("small", { id: `${group}-${verb}-allows` }, t(`box.${verb}Allows`)),
    );
  });

  /** @param {PresetId} preset */
  function show(preset) {
    for (const [id, radio] of radios) radio.checked = id === preset;
    for (const [verb, box] of boxes) box.checked = selected.has(verb);
    const full = selected.size === VERBS.length;
    const warn = full || toSend(selected, kept) === null;
    note.classList.toggle("amber", warn);
    note.replaceChildren(...(warn ? [icon("warning")] : []), h("span", {}, words(full)));
  }

  /** @param {boolean} full */
  function words(full) {
    if (asIs) return t("can.everything");
    const means = sentence(selected, kept);
    return full ? `${t("can.full")} ${means} ${t("can.less")}` : means;
  }

  const element = h(
    "fieldset",
    { "aria-describedby": noteId },
    h("legend", {}, t("can.question")),
    h("div", { class: "presets", role: "radiogroup", "aria-label": t("can.presets") }, ...presets),
    h("div", { class: "boxes" }, ...choices),
    kept.length > 0 && keptList(kept),
    note,
  );
  show(asIs ? "as-is" : presetOf(selected));
  return {
    element,
    noteId,
    /** @param {readonly Verb[]} verbs */
    set(verbs) {
      asIs = false;
      selected.clear();
      for (const verb of verbs) selected.add(verb);
      show(presetOf(selected));
      onChange();
    },
    /** @returns {ReadonlySet<Verb>} */
    selected: () => selected,
    /** Each by name; null when nothing may be sent. */
    list: () => toSend(selected, kept),
    /** Left without a list of its own. */
    isAsIs: () => asIs,
    focus: () => boxes.get("read")?.focus(),
  };
}

/** @param {readonly string[]} kept */
function keptList(kept) {
  return h(
    "p",
    { class: "kept" },
    `${t("can.unknownKept")} `,
    ...kept.map((permission) => h("bdi", { class: "pill" }, permission)),
  );
}
