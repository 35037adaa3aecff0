/**
 * The projects of a connection, those that were open last first, with a filter when there are many. Those that are known are
 * there at once; meanwhile they are fetched afresh.
 */
/** @import { Connection, Problem, ProjectSummary } from "../../types/ipc" */

import { listProjects } from "../ipc.js";
import { AS_TYPED, button, h, userText } from "../shared/dom.js";
import { asProblem } from "../shared/errors.js";
import { icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { banner } from "../shared/notices.js";
import { isSignedOut } from "../shared/problems.js";
import { waitLine } from "../shared/waits.js";
import { signInAgain, whileSignedIn } from "../sign-in/sign-in.js";

const FILTER_ABOVE = 8;

/** Rust remembers so many, too. */
const MOST_RECENT = 5;

/** A project has been opened: it is the latest of the recent ones. @param {Connection} connection @param {ProjectSummary} project */
export function noteOpened(connection, { id }) {
  const others = connection.recent.filter((one) => one !== id);
  connection.recent = [id, ...others].slice(0, MOST_RECENT);
}

/**
 * @param {{
 *   connection: Connection,
 *   current: string | null,
 *   onChoose: (project: ProjectSummary) => void,
 * }} options `current` is the id of the open project
 */
export function projectList({ connection, current, onChoose }) {
  let projects = connection.projects;
  /** @type {Map<string, HTMLButtonElement>} */
  let buttons = new Map();
  const filter = h("input", {
    type: "text",
    class: "text",
    placeholder: t("projects.filter"),
    "aria-label": t("projects.filter"),
    ...AS_TYPED,
    hidden: true,
  });
  const body = h("div", { class: "project-body" });
  const notice = h("div", { class: "projects-notice" });
  const element = h("div", { class: "projects" }, filter, notice, waitLine(), body);

  /** Whoever types or has gone to a project stays there. @param {ProjectSummary[]} fresh */
  function show(fresh) {
    const { activeElement } = document;
    const hadFocus = body.contains(activeElement);
    const [focused] = [...buttons].find(([, one]) => one === activeElement) ?? [];
    const { scrollTop } = body;
    projects = fresh;
    connection.projects = fresh;
    element.removeAttribute("aria-busy");
    draw();
    body.scrollTop = scrollTop;
    if (!hadFocus) return;
    const same = focused === undefined ? undefined : buttons.get(focused);
    if (same) same.focus({ preventScroll: true });
    else focus();
  }

  function draw() {
    buttons = new Map();
    // A field with the focus or with text in it is not taken away.
    filter.hidden =
      projects.length <= FILTER_ABOVE && filter.value === "" && document.activeElement !== filter;
    if (projects.length === 0) {
      body.replaceChildren(
        h("h2", {}, t("projects.none")),
        h("p", {}, t("projects.noneText")),
        button(t("projects.lookAgain"), () => void load()),
      );
      return;
    }
    const wanted = filter.value.trim().toLowerCase();
    const isWanted = (/** @type {ProjectSummary} */ { name }) => name.toLowerCase().includes(wanted);
    const { recent, others } = inTwo();
    const matching = [...recent, ...others].filter(isWanted);
    if (matching.length === 0) {
      body.replaceChildren(h("p", { class: "nothing", role: "status" }, t("projects.noMatch")));
      return;
    }
    // Few are seen at a glance, and the filter finds the others without a heading.
    const isLong = projects.length > FILTER_ABOVE && recent.length > 0;
    if (!isLong || wanted !== "") body.replaceChildren(list(matching));
    else
      body.replaceChildren(
        h("h2", {}, t("projects.recent")),
        list(recent),
        h("h2", {}, t("projects.others")),
        list(others),
      );
  }

  /** Those that were open last, the latest first, and the others as the server has them. */
  function inTwo() {
    const recent = connection.recent.flatMap((id) => projects.find((project) => project.id === id) ?? []);
    return { recent, others: projects.filter((project) => !recent.includes(project)) };
  }

  /** @param {ProjectSummary[]} some */
  const list = (some) =>
    h("ul", { class: "project-list" }, ...some.map((project) => h("li", {}, item(project))));

  /** @param {ProjectSummary} project */
  function item(project) {
    const facts = [
      project.agents === null ? null : t("count.agents", { count: project.agents }),
      project.members === null ? null : t("count.members", { count: project.members }),
    ].filter(Boolean);
    const isCurrent = project.id === current;
    const one = button(
      h(
        "span",
        { class: "project-text" },
        userText(project.name),
        facts.length > 0 && h("small", {}, facts.join(" · ")),
      ),
      () => onChoose(project),
      { class: "button project", "aria-current": isCurrent ? "true" : null },
    );
    if (isCurrent) one.append(icon("check"));
    buttons.set(project.id, one);
    return one;
  }

  async function load() {
    element.setAttribute("aria-busy", "true");
    notice.replaceChildren();
    if (projects.length > 0) draw();
    else body.replaceChildren(h("p", { class: "nothing", role: "status" }, t("projects.loading")));
    try {
      show(
        await await whileSignedIn(
          connection,
          () => listProjects({ connection: connection.id }),
          () => element.isConnected,
        ),
      );
      if (isFocusFree()) focus();
    } catch (reason) {
      element.removeAttribute("aria-busy");
      const problem = asProblem(reason);
      const action = isSignedOut(problem)
        ? button(t("action.signInAgain"), () => void signInThenLoad(problem))
        : button(t("action.tryAgain"), () => void load());
      // Those that are known can still be opened: what fails for one may work for another.
      if (projects.length === 0) body.replaceChildren();
      notice.replaceChildren(banner(problem, action));
      if (isFocusFree()) action.focus();
    }
  }

  /** Whether nobody is working elsewhere: what was loaded then takes the focus. */
  function isFocusFree() {
    const { activeElement } = document;
    const isNowhere = !activeElement?.matches("input, select, textarea, button");
    return element.isConnected && isNowhere;
  }

  /** @param {Problem} problem */
  async function signInThenLoad(problem) {
    if (await signInAgain(connection, problem)) void load();
  }

  function focus() {
    const first = filter.hidden ? body.querySelector("[aria-current], button") : filter;
    if (first instanceof HTMLElement) first.focus();
  }

  filter.addEventListener("input", draw);
  element.addEventListener("keydown", (event) => {
    const stops = [...body.querySelectorAll("button")];
    const at = stops.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    /** @type {{ [key: string]: number }} */
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 };
    const to = moves[event.key];
    if (to === undefined || (event.target === filter && !event.key.startsWith("Arrow"))) return;
    event.preventDefault();
    if (to < 0 && !filter.hidden) filter.focus();
    else stops[Math.max(0, Math.min(to, stops.length - 1))]?.focus();
  });

  return { element, show, load, focus };
}
