/**
 * Choosing a project: a list fetched afresh each time, with a filter when it is long. Shown as a panel under
 * the header's project button, and as a full page when no project is open yet. Signing out lives here too.
 */
/** @import { Connection, Problem, Project } from "../../types/ipc" */
import { createDialog } from "../dialog.js";
import { button, given, h } from "../dom.js";
import { asProblem, wordsFor } from "../errors.js";
import { plural } from "../format.js";
import { icon } from "../icons.js";
import { listProjects, signOut } from "../ipc.js";
import { banner } from "../notices.js";
import { isSignedOut } from "../problems.js";
import { waitLine } from "../waits.js";
import { signInAgain, whileSignedIn } from "./sign-in.js";

const FILTER_ABOVE = 8;

/**
 * @typedef {object} ProjectsOptions
 * @property {Connection} connection
 * @property {string | null} current the id of the open project
 * @property {(project: Project) => void} onChoose
 * @property {() => void} onSignedOut
 */

/**
 * @param {ProjectsOptions} options
 */
export function openPicker(options) {
  // An answer to signing out must find its dialog still there.
  let leaving = false;
  const dialog = createDialog({
    className: "picker",
    labelledBy: "picker-title",
    closeOnBackdrop: true,
    mayClose: () => !leaving,
  });
  const list = projectList({
    ...options,
    onChoose(project) {
      dialog.close();
      options.onChoose(project);
    },
  });
  const content = h("div", { class: "picker-content" });
  const showList = () => {
    content.replaceChildren(
      h("h1", { id: "picker-title" }, "Projects"),
      list.element,
      h(
        "div",
        { class: "picker-foot" },
        options.connection.account.email
          ? given(options.connection.account.email, { class: "given soft" })
          : h("span", {}),
        button("Sign out…", showConfirm, { class: "button small" }),
      ),
    );
    list.focus();
  };
  const showConfirm = () => {
    const confirm = signOutConfirm({
      ...options,
      titleId: "picker-title",
      onBack: showList,
      onBusy(busy) {
        leaving = busy;
      },
      onSignedOut() {
        dialog.close();
        options.onSignedOut();
      },
    });
    content.replaceChildren(confirm.element);
    confirm.focus();
  };
  showList();
  dialog.element.append(content);
  dialog.open();
  list.focus();
  void list.load();
}

/**
 * @param {ProjectsOptions} options
 */
export function chooseProjectView(options) {
  const list = projectList(options);
  const card = h("div", { class: "card" });
  const showList = () => {
    card.replaceChildren(
      h("h1", { id: "choose-title" }, "Choose a project"),
      h(
        "p",
        { class: "lead" },
        options.connection.sample ? "Sample data" : h("bdi", {}, options.connection.host),
      ),
      list.element,
      h("div", { class: "card-foot" }, button("Sign out…", showConfirm, { class: "button small" })),
    );
  };
  const showConfirm = () => {
    const confirm = signOutConfirm({
      ...options,
      titleId: "choose-title",
      onBack: () => {
        showList();
        list.focus();
      },
    });
    card.replaceChildren(confirm.element);
    confirm.focus();
  };
  showList();
  list.show(options.connection.projects);
  return {
    element: h("main", { class: "centre" }, card),
    focus: () => list.focus(),
  };
}

/**
 * @param {ProjectsOptions} options
 */
function projectList({ connection, current, onChoose }) {
  /** @type {Project[]} */
  let projects = [];
  const filter = h("input", {
    type: "text",
    class: "text",
    placeholder: "Filter projects",
    "aria-label": "Filter projects",
    autocomplete: "off",
    spellcheck: "false",
    hidden: true,
  });
  const body = h("div", { class: "project-body" });
  const element = h("div", { class: "projects" }, filter, body);

  /** @param {Project[]} fresh */
  function show(fresh) {
    const hadFocus = body.contains(document.activeElement);
    projects = fresh;
    filter.hidden = projects.length <= FILTER_ABOVE;
    draw();
    if (hadFocus) focus();
  }

  function draw() {
    element.removeAttribute("aria-busy");
    if (projects.length === 0) {
      body.replaceChildren(
        h("h2", {}, "No projects yet"),
        h(
          "p",
          {},
          "This account is not a member of any project. Ask someone to invite you, then look again.",
        ),
        button("Look again", () => void load()),
      );
      return;
    }
    const wanted = filter.value.trim().toLowerCase();
    const matching = projects.filter(({ name }) => name.toLowerCase().includes(wanted));
    if (matching.length === 0) {
      body.replaceChildren(h("p", { class: "nothing", role: "status" }, "No project matches this filter."));
      return;
    }
    body.replaceChildren(
      h("ul", { class: "project-list" }, ...matching.map((project) => h("li", {}, item(project)))),
    );
  }

  /** @param {Project} project */
  function item(project) {
    const facts = [
      project.agents === null ? null : plural(project.agents, "agent"),
      project.members === null ? null : plural(project.members, "member"),
    ].filter(Boolean);
    const isCurrent = project.id === current;
    const one = button(
      h(
        "span",
        { class: "project-text" },
        given(project.name),
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
    body.replaceChildren(h("p", { class: "nothing", role: "status" }, "Loading projects…"), waitLine());
    try {
      show(await whileSignedIn(connection, listProjects, () => element.isConnected));
      if (element.isConnected && !element.contains(document.activeElement)) focus();
    } catch (reason) {
      element.removeAttribute("aria-busy");
      const problem = asProblem(reason);
      const action = isSignedOut(problem)
        ? button("Sign in again", () => void signInThenLoad(problem))
        : button("Try again", () => void load());
      body.replaceChildren(banner(problem, action));
      if (element.isConnected) action.focus();
    }
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

/**
 * @param {{
 *   connection: Connection,
 *   titleId: string,
 *   onBack: () => void,
 *   onBusy?: (busy: boolean) => void,
 *   onSignedOut: () => void,
 * }} options
 */
function signOutConfirm({ connection, titleId, onBack, onBusy, onSignedOut }) {
  const question = connection.sample
    ? "Leave the sample data?"
    : connection.storage === "keyring"
      ? "Sign out and remove your bearer from the keyring?"
      : "Sign out and forget your bearer?";
  const error = h("p", { class: "inline-error", role: "alert", hidden: true });
  const back = button("Cancel", () => {
    if (!busy) onBack();
  });
  let busy = false;
  const setBusy = (/** @type {boolean} */ now) => {
    busy = now;
    back.setAttribute("aria-disabled", String(now));
    onBusy?.(now);
  };
  const go = button(
    connection.sample ? "Leave" : "Sign out",
    async () => {
      if (busy) return;
      setBusy(true);
      go.textContent = connection.sample ? "Leaving…" : "Signing out…";
      error.hidden = true;
      try {
        await signOut();
        setBusy(false);
        onSignedOut();
      } catch (reason) {
        // Never shown as signed out while the bearer may still be there.
        error.textContent = `You are still signed in. ${wordsFor(asProblem(reason)).title}`;
        error.hidden = false;
        go.textContent = "Try again";
        setBusy(false);
      }
    },
    { class: "button danger" },
  );
  const element = h(
    "div",
    { class: "confirm" },
    h("div", { class: "confirm-title" }, icon("door", 20), h("h1", { id: titleId }, question)),
    connection.sample
      ? null
      : h("p", {}, "Tokens you made keep working. You need your bearer to sign in again."),
    error,
    h("div", { class: "dialog-actions" }, back, go),
  );
  return { element, focus: () => back.focus() };
}
