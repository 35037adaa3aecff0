/**
 * How a token is copied: alone, or in a snippet for the place it goes to. Rust makes the snippet; what the page shows of it does
 * not contain the value.
 */
/** @import { Connection, ProjectSummary, Row, SnippetFormat, SnippetRequest } from "../../types/ipc" */
/** @import { Key } from "../../types/words" */

import { setSnippetFormat, snippet } from "../ipc.js";
import { masked } from "../list/row.js";
import { h, setAttribute, uniqueId } from "../shared/dom.js";
import { asProblem, oneLine } from "../shared/errors.js";
import { icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { fleetChoice } from "./fleets.js";

/** @satisfies {readonly { label: Key, formats: SnippetFormat[] }[]} */
const GROUPS = /** @type {const} */ ([
  { label: "snippet.groupAgents", formats: ["fluent_bit", "fluent_bit_classic", "core_instance"] },
  { label: "snippet.groupScripts", formats: ["cli", "environment", "curl"] },
  { label: "snippet.groupSecrets", formats: ["kubernetes_secret", "github_actions", "vault"] },
]);
/** @type {readonly SnippetFormat[]} */
const FORMATS = GROUPS.flatMap(({ formats }) => formats);

/** The format that names the fleet of an agent. @type {SnippetFormat} */
const WITH_FLEET = "fluent_bit";

/** What was chosen last: who sets up several agents copies the same thing for each. @type {SnippetFormat} */
let lastFormat = "fluent_bit";

/** The one that was saved. @param {SnippetFormat} format */
export function setLastFormat(format) {
  lastFormat = format;
}

/**
 * @param {{
 *   connection: Connection,
 *   project: ProjectSummary,
 *   row: Row,
 *   startsAlone: boolean,
 *   onChange: () => void,
 * }} options `startsAlone` where the token alone is chosen first, and not the snippet of last time
 */
export function snippetChoice({ connection, project, row, startsAlone, onChange }) {
  const id = uniqueId("snippet");
  const helpId = uniqueId("snippet-help");
  const select = h(
    "select",
    { id, class: "text", "aria-describedby": helpId },
    h("option", { value: "" }, t("snippet.alone")),
    ...GROUPS.map(({ label, formats }) =>
      h(
        "optgroup",
        { label: t(label) },
        ...formats.map((format) => h("option", { value: format }, t(`snippet.${format}`))),
      ),
    ),
  );
  select.value = startsAlone ? "" : lastFormat;
  const lines = h("code", { dir: "ltr" });
  const shown = h("pre", { class: "snippet", hidden: true }, lines);
  const help = h("p", { id: helpId, class: "help", hidden: true });
  const fleets = fleetChoice({ connection, project, onChange: changed });
  let asked = 0;

  /** @returns {SnippetRequest | null} */
  function request() {
    const format = FORMATS.find((one) => one === select.value);
    if (!format) return null;
    const fleet = format === WITH_FLEET ? fleets.chosen() : null;
    return { format, project: project.id, name: row.name, fleet };
  }

  async function show() {
    asked += 1;
    const mine = asked;
    const chosen = request();
    setAttribute(help, "role", null);
    help.textContent =
      chosen && t(chosen.fleet === null ? `snippet.${chosen.format}Help` : "snippet.fleetHelp");
    help.hidden = chosen === null;
    fleets.show(chosen?.format === WITH_FLEET);
    if (!chosen) return draw([]);
    try {
      const { before, after } = await snippet({ connection: connection.id, request: chosen });
      if (mine !== asked) return;
      draw([before, h("mark", {}, ...masked(row.suffix)), after.trimEnd()]);
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

  function changed() {
    onChange();
    void show();
  }

  select.addEventListener("change", () => {
    const format = request()?.format;
    if (format) {
      lastFormat = format;
      // If it cannot be saved, it holds until the app ends; nobody has to do anything about that.
      setSnippetFormat({ format }).catch(() => {});
    }
    changed();
  });
  void show();
  return {
    element: h(
      "div",
      { class: "snippet-choice" },
      h(
        "div",
        { class: "setting" },
        h("label", { for: id }, t("snippet.label")),
        h("div", { class: "select" }, select, icon("chevron")),
      ),
      shown,
      help,
      fleets.element,
    ),
    request,
    focus: () => select.focus(),
    /** The dialog has closed. */
    stop: fleets.stop,
  };
}
