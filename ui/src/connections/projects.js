/**
 * The projects of a connection: fetched afresh each time, with a filter when there are many.
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

/**
 * @param {{
 *   connection: Connection,
 *   current: string | null,
 *   onChoose: (project: ProjectSummary) => void,
 * }} options `current` is the id of the open project
 */
export function projectList({ connection, current, onChoose }) {
  let projects = connection.projects;
  const filter = h("input", {
    type: "text",
    class: "text",
    placeholder: t("projects.filter"),
    "aria-label": t("projects.filter"),
    ...AS_TYPED,
    hidden: true,
  });
  const body = h("div", { class: "project-body" });
  const element = h("div", { class: "projects" }, filter, body);

  /** @param {ProjectSummary[]} fresh */
  function show(fresh) {
    const hadFocus = body.contains(document.activeElement);
    projects = fresh;
    draw();
    if (hadFocus) focus();
  }

  function draw() {
    element.removeAttribute("aria-busy");
    filter.hidden = projects.length <= FILTER_ABOVE;
    if (projects.length === 0) {
      body.replaceChildren(
        h("h2", {}, t("projects.none")),
        h("p", {}, t("projects.noneText")),
        button(t("projects.lookAgain"), () => void load()),
      );
      return;
    }
    const wanted = filter.value.trim().toLowerCase();
    const matching = projects.filter(({ name }) => name.toLowerCase().includes(wanted));
    if (matching.length === 0) {
      body.replaceChildren(h("p", { class: "nothing", role: "status" }, t("projects.noMatch")));
      return;
    }
    body.replaceChildren(
      h("ul", { class: "project-list" }, ...matching.map((project) => h("li", {}, item(project)))),
    );
  }

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
    return one;
  }

  async function load() {
    element.setAttribute("aria-busy", "true");
    body.replaceChildren(h("p", { class: "nothing", role: "status" }, t("projects.loading")), waitLine());
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
      // Those of before can still be opened: what fails for one may work for another.
      if (projects.length > 0) draw();
      else body.replaceChildren();
      body.prepend(banner(problem, action));
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
    const buttons = [...body.querySelectorAll("button")];
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    /** @type {{ [key: string]: number }} */
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 };
    const to = moves[event.key];
    if (to === undefined || (event.target === filter && !event.key.startsWith("Arrow"))) return;
    event.preventDefault();
    if (to < 0 && !filter.hidden) filter.focus();
    else buttons[Math.max(0, Math.min(to, buttons.length - 1))]?.focus();
  });

  return { element, show, load, focus };
}
