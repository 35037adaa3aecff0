/**
 * What a token is handed over in: by itself, or in the lines that the CLI, a script, curl, Kubernetes or Fluent Bit take it
 * from. Rust makes the lines; its value is not among what the page shows of them.
 */
/** @import { Handover, HandoverForm, Project, Row } from "../../types/ipc" */
import { h, setAttribute, uniqueId } from "../dom.js";
import { asProblem, oneLine } from "../errors.js";
import { icon } from "../icons.js";
import { snippet } from "../ipc.js";
import { t } from "../language.js";
import { masked } from "./row.js";

/** @type {readonly HandoverForm[]} */
const FORMS = ["cli", "environment", "curl", "kubernetes_secret", "fluent_bit"];

/**
 * @param {{
 *   project: Project,
 *   row: Row,
 *   form: HandoverForm | null,
 *   onChange: () => void,
 * }} options `form` the one to begin with; null for the token by itself
 */
export function handoverChoice({ project, row, form: start, onChange }) {
  const id = uniqueId("handover");
  const helpId = uniqueId("handover-help");
  const select = h(
    "select",
    { id, class: "text", "aria-describedby": helpId },
    h("option", { value: "" }, t("handover.alone")),
    ...FORMS.map((form) => h("option", { value: form }, t(`handover.${form}`))),
  );
  select.value = start ?? "";
  const lines = h("code", { dir: "ltr" });
  const shown = h("pre", { class: "snippet", hidden: true }, lines);
  const help = h("p", { id: helpId, class: "help", hidden: true });
  let asked = 0;

  /** @returns {Handover | null} */
  function handover() {
    const form = FORMS.find((one) => one === select.value);
    return form ? { form, project: project.id, name: row.name } : null;
  }

  async function show() {
    asked += 1;
    const mine = asked;
    const chosen = handover();
    setAttribute(help, "role", null);
    help.textContent = chosen && t(`handover.${chosen.form}Help`);
    help.hidden = chosen === null;
    if (!chosen) return draw([]);
    try {
      const { before, after } = await snippet({ handover: chosen });
      if (mine !== asked) return;
      draw([before, h("mark", {}, ...masked(row.tail)), after.trimEnd()]);
    } catch (reason) {
      if (mine !== asked) return;
      draw([]);
      setAttribute(help, "role", "alert");
      help.textContent = oneLine(asProblem(reason));
    }
  }

  /** @param {(string | Node)[]} parts */
  function draw(parts) {
    lines.replaceChildren(...parts);
    shown.hidden = parts.length === 0;
  }

  select.addEventListener("change", () => {
    onChange();
    void show();
  });
  void show();
  return {
    element: h(
      "div",
      { class: "handover" },
      h(
        "div",
        { class: "setting" },
        h("label", { for: id }, t("handover.label")),
        h("div", { class: "select" }, select, icon("chevron")),
      ),
      shown,
      help,
    ),
    handover,
    focus: () => select.focus(),
  };
}
