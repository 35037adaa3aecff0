/**
 * The fleet of agents that a snippet is for, where the server names those of the project. Nobody waits for that, and without an
 * answer there is nothing to choose.
 */
/** @import { Connection, ProjectSummary } from "../../types/ipc" */

import { cancelFleets, listFleets } from "../ipc.js";
import { h, uniqueId } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { plainName } from "../shared/names.js";

/** @typedef {{ names: readonly string[], chosen: string | null }} Fleets of a project; null where the person types the name */

/** By connection and project: who sets up several agents does so for one fleet. A lock forgets it. @type {WeakMap<Connection, Map<string, Fleets>>} */
const known = new WeakMap();

/** @param {Connection} connection @param {ProjectSummary} project */
function knownOf(connection, project) {
  const projects = known.get(connection) ?? new Map();
  known.set(connection, projects);
  /** @type {Fleets} */
  const fleets = projects.get(project.id) ?? { names: [], chosen: null };
  projects.set(project.id, fleets);
  return fleets;
}

/**
 * @param {{ connection: Connection, project: ProjectSummary, onChange: () => void }} options `onChange` when another fleet is
 *   chosen, or the one chosen before no longer exists
 */
export function fleetChoice({ connection, project, onChange }) {
  const fleets = knownOf(connection, project);
  const id = uniqueId("fleet");
  const select = h("select", { id, class: "text" });
  const element = h(
    "div",
    { class: "setting", hidden: true },
    h("label", { for: id }, t("snippet.fleet")),
    h("div", { class: "select" }, select, icon("chevron")),
  );
  let isWanted = false;
  let isAsking = true;

  function draw() {
    const { names, chosen } = fleets;
    select.replaceChildren(
      h("option", { value: "" }, t("snippet.anotherFleet")),
      ...names.map((name) => h("option", { value: name, class: "user-text" }, plainName(name))),
    );
    select.value = chosen ?? "";
    drawRow();
  }

  function drawRow() {
    element.hidden = !isWanted || fleets.names.length === 0;
  }

  async function ask() {
    try {
      const names = await listFleets({ connection: connection.id, project: project.id });
      if (!isAsking || names.join("\n") === fleets.names.join("\n")) return;
      const isGone = fleets.chosen !== null && !names.includes(fleets.chosen);
      fleets.names = names;
      if (isGone) fleets.chosen = null;
      draw();
      if (isGone && isWanted) onChange();
    } catch {
      // Then the person types the name.
    } finally {
      isAsking = false;
    }
  }

  select.addEventListener("change", () => {
    fleets.chosen = fleets.names.find((name) => name === select.value) ?? null;
    onChange();
  });
  draw();
  void ask();
  return {
    element,
    /** Whether the chosen format has a fleet. @param {boolean} wanted */
    show(wanted) {
      isWanted = wanted;
      drawRow();
    },
    /** The fleet that is chosen, if one is. */
    chosen: () => fleets.chosen,
    /** Nobody needs the names any more. */
    stop() {
      if (isAsking) cancelFleets({ connection: connection.id }).catch(() => {});
      isAsking = false;
    },
  };
}
