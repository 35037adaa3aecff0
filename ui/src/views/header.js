/**
 * The top of the tokens screen: which project is open, the filter, refresh, settings and new; beneath it the chips that
 * narrow the list to what deserves a look.
 */
/** @import { Connection, Facet, FacetCounts, Project } from "../../types/ipc" */
import { button, given, h } from "../dom.js";
import { number } from "../format.js";
import { icon } from "../icons.js";
import { hint } from "../keys.js";

/**
 * @param {{
 *   connection: Connection,
 *   project: Project,
 *   onProjects: () => void,
 *   onFilter: (text: string) => void,
 *   onRefresh: () => void,
 *   onSettings: () => void,
 *   onNew: () => void,
 *   onDown: () => void,
 * }} options
 */
export function tokensHeader(options) {
  const { connection, project, onProjects, onFilter, onRefresh, onSettings, onNew, onDown } = options;
  const place = h("bdi", { class: "given" });
  const where = button("", onProjects, { class: "button where", "aria-haspopup": "dialog" });
  where.append(
    icon("key", 20),
    h(
      "span",
      { class: "where-text" },
      h("span", { class: "unseen" }, "Project "),
      given(project.name),
      h("small", {}, place),
    ),
    icon("chevron"),
  );

  function drawConnection() {
    place.textContent = connection.sample ? "Sample data" : connection.name;
    place.title = connection.server;
  }
  drawConnection();

  const filter = h("input", {
    type: "search",
    class: "text",
    placeholder: "Name or last six characters",
    "aria-label": "Filter tokens",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    title: `Filter by name, or by the last six characters of a token (${hint("F")})`,
  });
  filter.addEventListener("input", () => onFilter(filter.value));
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

  const refresh = button(icon("refresh"), onRefresh, {
    class: "button icon refresh",
    "aria-label": "Refresh",
    title: `Refresh (${hint("R")})`,
  });
  const settings = settingsButton(onSettings);
  const create = button("New token", onNew, { class: "button main new" });
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
    "aria-label": "Settings",
    "aria-haspopup": "dialog",
    title: `Settings (${hint(",")})`,
  });
}

/** @type {readonly { facet: Facet, label: string, count: (counts: FacetCounts) => number }[]} */
const FACETS = [
  { facet: "all", label: "All", count: (counts) => counts.all },
  { facet: "full_access", label: "Full access", count: (counts) => counts.fullAccess },
  { facet: "can_delete", label: "Can delete", count: (counts) => counts.canDelete },
  { facet: "old", label: "Older than a year", count: (counts) => counts.old },
];

/**
 * @param {(facet: Facet) => void} onFacet
 */
export function facetChips(onFacet) {
  const chips = FACETS.map(({ facet, label, count }) => {
    const tally = h("b", {});
    const element = button(label, () => onFacet(facet), { class: "button chip" });
    if (facet === "full_access") {
      element.prepend(h("span", { class: "triangle", "aria-hidden": "true" }, "▲"));
    }
    element.append(" ", tally);
    return { facet, count, element, tally };
  });
  return {
    element: h(
      "div",
      { class: "chips", role: "group", "aria-label": "Show" },
      ...chips.map(({ element }) => element),
    ),
    /**
     * @param {Facet} shown
     * @param {FacetCounts | null} counts
     */
    update(shown, counts) {
      for (const { facet, count, element, tally } of chips) {
        element.setAttribute("aria-pressed", String(facet === shown));
        const text = counts ? number(count(counts)) : "";
        if (tally.textContent !== text) tally.textContent = text;
      }
    },
  };
}
