/**
 * Starts the page and goes from screen to screen: welcome, connecting, choosing a project, tokens. A screen is
 * an element, something to do once it is shown, and something to undo when it goes.
 */
import "./guard.js";

/** @import { Connection, Problem, Project, Startup } from "../types/ipc" */
import { failureToast } from "./announce.js";
import { button, find, h } from "./dom.js";
import { asProblem, wordsFor } from "./errors.js";
import { start } from "./ipc.js";
import { isReload, isShortcut } from "./keys.js";
import { problemPane } from "./notices.js";
import { connectingView } from "./views/connecting.js";
import { chooseProjectView } from "./views/projects.js";
import { hostOf } from "./views/server-field.js";
import { openSettings } from "./views/settings.js";
import { tokensView } from "./views/tokens.js";
import { welcomeView } from "./views/welcome.js";
import { watchWaits } from "./waits.js";

/** @typedef {{ element: HTMLElement, focus: () => void, destroy?: () => void }} Screen */

const app = find(document, "#app", HTMLElement);
/** @type {Screen | null} */
let screen = null;

/** @param {Screen} next */
function show(next) {
  screen?.destroy?.();
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  screen = next;
  app.replaceChildren(next.element);
  next.focus();
}

async function boot() {
  try {
    const startup = await start();
    if (startup.notice) failureToast(wordsFor(startup.notice).title, wordsFor(startup.notice).next);
    if (startup.saved) showConnecting(startup, startup.saved.server, startup.saved.sample);
    else showWelcome(startup, {});
  } catch (reason) {
    const again = button("Try again", () => void boot(), { class: "button main" });
    const pane = problemPane(asProblem(reason), again);
    show({
      element: h("main", { class: "centre" }, h("h1", { class: "unseen" }, "Calyptia Tokens"), pane),
      focus: () => again.focus(),
    });
  }
}

/**
 * @param {Startup} startup
 * @param {string} server
 * @param {boolean} sample
 */
function showConnecting(startup, server, sample) {
  show(
    connectingView({
      host: sample ? "the sample data" : hostOf(server),
      onConnected: (connection) => enter(startup, connection),
      onSignIn: (options) => showWelcome(startup, sample ? options : { ...options, server }),
    }),
  );
}

/**
 * @param {Startup} startup
 * @param {{ server?: string, problem?: Problem, sessionOnly?: boolean }} options
 */
function showWelcome(startup, options) {
  show(
    welcomeView({
      startup,
      ...options,
      onConnected: (connection) => enter(startup, connection),
      onSettings: openSettings,
    }),
  );
}

/**
 * Opens the project of last time, the only one, or the choice between them.
 * @param {Startup} startup
 * @param {Connection} connection
 */
function enter(startup, connection) {
  const { projects } = connection;
  const last = projects.find(({ id }) => id === connection.project);
  const project = last ?? (projects.length === 1 ? projects[0] : undefined);
  if (project) showTokens(startup, connection, project);
  else showChoice(startup, connection);
}

/**
 * @param {Startup} startup
 * @param {Connection} connection
 */
function showChoice(startup, connection) {
  show(
    chooseProjectView({
      connection,
      current: null,
      onChoose: (project) => showTokens(startup, connection, project),
      onSignedOut: () => showWelcome(startup, {}),
    }),
  );
}

/**
 * @param {Startup} startup
 * @param {Connection} connection
 * @param {Project} project
 */
function showTokens(startup, connection, project) {
  show(
    tokensView({
      connection,
      project,
      onProject(next) {
        if (next.id !== project.id) showTokens(startup, connection, next);
      },
      onChooseProject: () => showChoice(startup, connection),
      onSettings: openSettings,
      onSignedOut: () => showWelcome(startup, {}),
    }),
  );
}

// The web view would load the page anew and lose what is on screen; refreshing means the list here.
document.addEventListener("keydown", (event) => {
  if (isReload(event)) event.preventDefault();
  if (isShortcut(event, ",") && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    openSettings();
  }
});

watchWaits();
void boot();
