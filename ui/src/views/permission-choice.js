/**
 * What a new token may do: presets and four boxes, two ways to say the same thing, always in step.
 */
/** @import { PresetId, Verb } from "../permissions.js" */
import { h, uniqueId } from "../dom.js";
import { icon } from "../icons.js";
import { PRESETS, presetOf, sentence, VERBS } from "../permissions.js";

/**
 * @param {string} noteId the id of the sentence that says what the choice means
 * @param {readonly Verb[]} start
 * @param {(ticked: ReadonlySet<Verb>) => void} onChange
 */
export function permissionChoice(noteId, start, onChange) {
  /** @type {Set<Verb>} */
  const ticked = new Set(start);
  const group = uniqueId("preset");
  /** @type {Map<PresetId, HTMLInputElement>} */
  const radios = new Map();
  /** @type {Map<Verb, HTMLInputElement>} */
  const boxes = new Map();
  const note = h("p", { id: noteId, class: "note", "aria-live": "polite" });

  const presets = PRESETS.map(({ id, title, verbs }) => {
    const radio = h("input", { type: "radio", name: group, id: `${group}-${id}`, class: "unseen" });
    radio.addEventListener("change", () => {
      if (verbs) {
        ticked.clear();
        for (const verb of verbs) ticked.add(verb);
      }
      show(id);
    });
    radios.set(id, radio);
    return h("span", { class: "preset" }, radio, h("label", { for: radio.id }, title));
  });

  const choices = VERBS.map(({ verb, title, allows }) => {
    const box = h("input", {
      type: "checkbox",
      id: `${group}-${verb}`,
      "aria-describedby": `${group}-${verb}-allows`,
    });
    box.addEventListener("change", () => {
      if (box.checked) ticked.add(verb);
      else ticked.delete(verb);
      show(presetOf(ticked));
    });
    boxes.set(verb, box);
    return h(
      "div",
      { class: "box" },
      box,
      h("label", { for: box.id }, title),
      h("small", { id: `${group}-${verb}-allows` }, allows),
    );
  });

  /** @param {PresetId} preset */
  function show(preset) {
    for (const [id, radio] of radios) radio.checked = id === preset;
    for (const [verb, box] of boxes) box.checked = ticked.has(verb);
    const full = ticked.size === VERBS.length;
    const warn = full || ticked.size === 0;
    note.classList.toggle("amber", warn);
    const words = full ? `Full access. ${sentence(ticked)} Choose less if less will do.` : sentence(ticked);
    note.replaceChildren(...(warn ? [icon("warning")] : []), h("span", {}, words));
    onChange(ticked);
  }

  const element = h(
    "fieldset",
    { class: "plain", "aria-describedby": noteId },
    h("legend", {}, "What may it do?"),
    h("div", { class: "presets", role: "radiogroup", "aria-label": "Presets" }, ...presets),
    h("div", { class: "boxes" }, ...choices),
    note,
  );
  show(presetOf(ticked));
  return {
    element,
    /** @returns {ReadonlySet<Verb>} */
    ticked: () => ticked,
    focus: () => boxes.get("read")?.focus(),
  };
}
