/**
 * Starts the page and goes from screen to screen: welcome, connecting, choosing a project, tokens, locked. A screen is
 * an element, something to do once it is shown, and something to undo when it goes.
 */
import "./desktop/guard.js";

import { chooseProjectView } from "./connections/picker.js";
import { noteOpened } from "./connections/projects.js";
import { setDensity } from "./desktop/density.js";
import { watchActivity } from "./desktop/idle.js";
import { showMenuBar } from "./desktop/menu-bar.js";
import { watchMiddleClicks } from "./desktop/paste.js";
import { watchZoom } from "./desktop/zoom.js";
import {
  followClipboard,
  followLocks,
  followPastes,
  followQuitRequests,
  listConnections,
  lock,
  openLast,
  quit,
  restore,
  setOrder,
  setTokenAge,
  start,
  trySample,
} from "./ipc.js";
import { tokensView } from "./list/tokens.js";
import { openSettings } from "./settings/settings.js";
import { openShortcuts } from "./settings/shortcuts.js";
/** @import { KeptPaste, Connection, KnownConnection, Language, LockReason, PrefetchedList, Problem, ProjectSummary, Startup } from "../types/ipc" */
import { hideNames, showHidden, toast } from "./shared/announce.js";
import { dismissClipboardToast, showClipboard } from "./shared/clipboard-toast.js";
import { hostIn, problemToast, setDetailsFacts } from "./shared/copy-details.js";
import { button, find, h } from "./shared/dom.js";
import { asProblem } from "./shared/errors.js";
import { LOCKED } from "./shared/events.js";
import { prepareFormats } from "./shared/format.js";
import { watchKeyring } from "./shared/keyring-wait.js";
import {
  asksForConnection,
  hasSelection,
  isCopy,
  isCut,
  isMac,
  isReload,
  isShortcut,
  isSign,
  isTextInput,
  markUseOfKeys,
  quitsByKey,
} from "./shared/keys.js";
import { readLanguage, setLanguage, t } from "./shared/language.js";
import { watchLayout } from "./shared/layouts.js";
import { closeAll, isModalBusy, isModalOpen, mayQuit, watchModals } from "./shared/modal.js";
import { problemPane } from "./shared/notices.js";
import { watchWaits } from "./shared/waits.js";
import { connectingView } from "./sign-in/connecting.js";
import { lockedView } from "./sign-in/locked.js";
import { sameAddress } from "./sign-in/server-field.js";
import { welcomeView } from "./sign-in/welcome.js";
import { setLastFormat } from "./token/snippet.js";

/**
 * `listsConnections` where the known connections are on it, each with its key; `server` is the address that somebody is
 * about to sign in to; `host` that of the server it is about; `rebuilt` returns what shows it again with all that a person did there,
 * or null while something would be lost.
 * @typedef {{
 *   element: HTMLElement,
 *   focus: () => void,
 *   destroy?: () => void,
 *   listsConnections?: boolean,
 *   server?: () => string,
 *   host?: string,
 *   rebuilt?: () => (() => void) | null,
 * }} Screen
 */

const app = find(document, "#app", HTMLElement);
/** @type {Screen | null} */
let screen = null;
/** @type {Startup | null} */
let startup = null;
/** Of every list: whoever sorts by name does so in each project. @type {import("./list/tokens.js").Order} */
let order = { sort: "created", descending: true };
/** That the list was last narrowed to. @type {import("../types/ipc").TokenAge} */
let age = "year";
/** What is in use, and how to show it again. @type {{ connection: Connection, show: () => void } | null} */
let inUse = null;
/** Counts locks, so that a sign-in that completes after one is not shown. */
let locks = 0;
/** @type {LockReason | null} */
let lockedBecause = null;
/** Numbers sign-ins, so that a late one does not replace a newer one. */
let signIns = 0;
/** The newest sign-in when a connection was shown last. */
let entered = 0;

/** Ends the wait for an answer before which the app does not lock. */
let stopWaitingToLock = () => {};

/** Changes to the language that was chosen in the settings, once a screen can be drawn in it. @type {(() => void) | null} */
let translate = null;
/** Numbers choices of a language, so that a late one does not replace a newer one. */
let languages = 0;

/** Most sign-ins with a saved bearer token take less, and drawing progress first would delay the list. */
const PROGRESS_AFTER_MS = 250;

/** @param {() => Screen} draw */
function show(draw) {
  translateNow();
  const next = draw();
  screen?.destroy?.();
  closeAll();
  screen = next;
  app.replaceChildren(next.element);
  next.focus();
}

function translateNow() {
  translate?.();
  if (translate && isMac) showMenuBar();
  translate = null;
}

/**
 * Another language is in force.
 * @param {Language} language
 * @param {() => boolean} mayRedraw whether the settings can be redrawn
 */
async function changeLanguage(language, mayRedraw) {
  languages += 1;
  const number = languages;
  const read = await readLanguage(tagOf(language)).catch(() => null);
  if (number !== languages || read === null) return false;
  translate = read;
  // Somebody may have closed the settings meanwhile, and opened something else.
  const isOpen = isModalOpen();
  if ((isOpen && !mayRedraw()) || !redraw()) return false;
  if (isOpen) showSettings({ fromLanguage: true });
  return true;
}

/** The tag of a language; null for the system's. @param {Language} language */
const tagOf = (language) => (language === "system" ? (startup?.language ?? null) : language);

/** Draws the screen in the language that was chosen, if that loses nothing. */
function redraw() {
  const rebuild = translate && screen?.rebuilt?.();
  rebuild?.();
  return Boolean(rebuild);
}

async function boot() {
  const locksBefore = locks;
  // Rust has prepared the response while the web view started.
  const opening = openLast();
  opening.catch(() => {});
  const starting = start();
  starting.catch(() => {});
  try {
    // While Rust answers: usually it is the system's language.
    await setLanguage();
    prepareFormats();
    startup = await starting;
    const { version } = startup;
    setDetailsFacts({ version, host: () => screen?.host ?? hostIn(screen?.server?.() ?? "") });
    const language = tagOf(startup.preferences.language);
    if (language !== null) await setLanguage(language);
    if (isMac) showMenuBar();
    setDensity(startup.preferences.density);
    order = startup.order;
    age = startup.tokenAge;
    setLastFormat(startup.snippetFormat);
    if (startup.notice) tell(startup.notice);
    const last = startup.connections.find(({ id }) => id === startup?.last);
    if (startup.sample) await openAtStart(opening, t("sample.name"), trySample, null, locksBefore);
    else if (last?.signedIn) {
      const again = () => restore({ connection: last.id });
      await openAtStart(opening, last.sample ? t("sample.name") : last.name, again, last, locksBefore);
    } else showWelcome({ known: last && matchesPreset(last, startup.preset) ? last : null });
  } catch (reason) {
    const again = button(t("action.tryAgain"), () => void boot(), { class: "button main" });
    const pane = problemPane(asProblem(reason), again);
    const element = h(
      "main",
      { class: "centre" },
      h("h1", { class: "visually-hidden" }, "Calyptia Tokens"),
      pane,
    );
    show(() => ({ element, focus: () => again.focus() }));
  }
}

/**
 * Opens what was open last, without the connecting screen unless that takes a while or fails.
 * @param {Promise<Connection | null>} opening
 * @param {string} name
 * @param {() => Promise<Connection>} again
 * @param {KnownConnection | null} known
 * @param {number} locksBefore how often the app had been locked when it was asked for
 */
async function openAtStart(opening, name, again, known, locksBefore) {
  const wait = new Promise((resolve) => window.setTimeout(resolve, PROGRESS_AFTER_MS, null));
  const opened = await Promise.race([opening.catch(() => null), wait]);
  if (opened) return enterUnlessLocked(/** @type {Connection} */ (opened), locksBefore);
  /** @type {Promise<Connection | null> | null} */
  let first = opening;
  const connect = async () => {
    const asked = first;
    first = null;
    return (await asked) ?? again();
  };
  showConnecting(name, connect, known, 0);
}

/**
 * Whether to sign in to the last connection: not if the environment suggests another server.
 * @param {KnownConnection} last
 * @param {string | null} preset
 */
const matchesPreset = (last, preset) => !last.sample && (preset === null || sameAddress(preset, last.server));

/** @param {Problem} problem */
const tell = (problem) => problemToast(problem);

/** @param {KnownConnection} known */
function switchTo(known) {
  if (!known.signedIn) return showWelcome({ known });
  const name = known.sample ? t("sample.name") : known.name;
  showConnecting(name, () => restore({ connection: known.id }), known);
}

/**
 * @param {string} name
 * @param {() => Promise<Connection>} connect
 * @param {KnownConnection | null} known
 * @param {number} [progressAfter] in milliseconds
 */
function showConnecting(name, connect, known, progressAfter = PROGRESS_AFTER_MS) {
  const locksBefore = locks;
  signIns += 1;
  const number = signIns;
  show(() => ({
    host: known?.host ?? "",
    ...connectingView({
      name,
      connect,
      progressAfter,
      onConnected: (connection) => enterUnlessLocked(connection, locksBefore),
      // Rust activated it, although the user asked for another connection meanwhile.
      onLate(connection) {
        if (number > entered && locks === locksBefore) inUse = { connection, show: () => enter(connection) };
      },
      onSignIn: (options) => showWelcome(known?.sample ? options : { ...options, known }),
      onBack: inUse ? () => inUse?.show() : undefined,
    }),
  }));
}

/** @param {{ known?: KnownConnection | null, problem?: Problem, sessionOnly?: boolean, server?: string }} [options] */
function showWelcome(options = {}) {
  const known = startup;
  if (!known) return;
  show(() => {
    const view = welcomeView({
      startup: known,
      ...options,
      onConnected: enter,
      onSwitch: switchTo,
      onSettings: () => showSettings(),
      onBack: inUse ? () => inUse?.show() : undefined,
    });
    const rebuilt = () => {
      const typed = view.typed();
      return typed && (() => showWelcome({ ...options, ...typed }));
    };
    return { ...view, rebuilt };
  });
}

/**
 * A lock also closes a session that the page has not shown yet.
 * @param {Connection} connection
 * @param {number} locksBefore
 */
function enterUnlessLocked(connection, locksBefore) {
  if (locks === locksBefore) return enter(connection);
  inUse = { connection, show: () => enter(connection) };
  showLocked(lockedBecause);
}

/**
 * Opens the project of last time, the only one, or the choice between them.
 * @param {Connection} connection
 */
function enter(connection) {
  const { projects } = connection;
  entered = signIns;
  // The session that was open before has ended.
  dismissClipboardToast();
  showHidden();
  if (connection.notice) tell(connection.notice);
  const last = projects.find(({ id }) => id === connection.project);
  const project = last ?? (projects.length === 1 ? projects[0] : undefined);
  const { list } = connection;
  // It is current only now; coming back later loads it again.
  connection.list = null;
  if (project) showTokens(connection, project, project.id === connection.project ? list : null);
  else showChoice(connection);
}

/** Where one can go from a connection. */
const WAYS = {
  onSwitch: switchTo,
  onAdd: () => showWelcome(),
  onLock: () => void lockNow(),
  onSettings: () => showSettings(),
  async onLeft() {
    const left = inUse?.connection.id;
    const before = screen;
    inUse = null;
    // Still saved unless it was forgotten: a bearer token that is pasted next is most likely for it.
    const known = (await listConnections().catch(() => [])).find((one) => one.id === left);
    // The app may have been locked meanwhile.
    if (screen === before) showWelcome(known ? { known } : {});
  },
};

/** @param {Connection} connection */
function showChoice(connection) {
  const rebuild = () => showChoice(connection);
  inUse = { connection, show: rebuild };
  const onChoose = (/** @type {ProjectSummary} */ project) => showTokens(connection, project);
  show(() => ({
    host: connection.host,
    ...chooseProjectView({ connection, onChoose, ...WAYS }),
    rebuilt: () => rebuild,
  }));
}

/**
 * @param {Connection} connection
 * @param {ProjectSummary} project
 * @param {PrefetchedList | null} [prefetched] its list, if it came with the connection
 * @param {import("./list/tokens.js").Kept | null} [kept] what it was like in another language
 */
function showTokens(connection, project, prefetched = null, kept = null) {
  inUse = { connection, show: () => showTokens(connection, project) };
  noteOpened(connection, project);
  show(() => {
    const view = tokensView({
      connection,
      project,
      prefetched,
      kept,
      onProject(next) {
        if (next.id !== project.id) showTokens(connection, next);
      },
      order,
      onOrder(chosen) {
        order = chosen;
        // If it cannot be saved, the order holds until the app ends; nobody has to do anything about that.
        void setOrder({ order }).catch(() => {});
      },
      age,
      onAge(chosen) {
        age = chosen;
        // As for the order.
        void setTokenAge({ age }).catch(() => {});
      },
      onChooseProject: () => showChoice(connection),
      ...WAYS,
    });
    const rebuilt = () => {
      const keep = view.keep();
      return keep && (() => showTokens(connection, project, null, keep));
    };
    return { host: connection.host, ...view, rebuilt };
  });
}

/** Whoever asked for the lock may have left: it is not forgotten, only put off. */
function lockAfterAnswer() {
  stopWaitingToLock();
  stopWaitingToLock = watchModals(() => {
    if (isModalBusy()) return;
    stopWaitingToLock();
    void lockNow();
  });
}

async function lockNow() {
  // What is on its way has an answer that somebody waits for; it ends by itself. A list can be loaded again.
  if (isModalBusy()) return lockAfterAnswer();
  showLocked(null);
  await lock().catch((reason) => tell(asProblem(reason)));
}

/** @param {LockReason | null} reason null if somebody asked for it */
function showLocked(reason) {
  locks += 1;
  lockedBecause = reason;
  if (!inUse) {
    document.dispatchEvent(new Event(LOCKED));
    return;
  }
  const { id, name, sample, storage } = inUse.connection;
  inUse = null;
  stopWaitingToLock();
  dismissClipboardToast();
  hideNames();
  const unlock = async () => {
    const known = (await listConnections().catch(() => [])).find((one) => one.id === id);
    if (known) switchTo(known);
    else showWelcome();
  };
  const draw = () =>
    show(() => ({
      ...lockedView({
        name: sample ? t("sample.capital") : name,
        kept: sample ? "sample" : storage,
        reason,
        onUnlock: () => void unlock(),
      }),
      rebuilt: () => draw,
    }));
  draw();
}

/** A token was pasted, and Rust has kept it: fields that can use one ask for it. @param {KeptPaste} kept */
function offerPaste({ source, at }) {
  let target = document.activeElement ?? document.body;
  if (at !== null) {
    const clicked = document.elementFromPoint(at[0] * window.innerWidth, at[1] * window.innerHeight);
    // Elsewhere a middle click pastes nothing.
    if (!(clicked instanceof HTMLElement) || !isTextInput(clicked)) return;
    clicked.focus();
    target = clicked;
  }
  const paste = new CustomEvent("paste", { bubbles: true, cancelable: true, detail: source });
  if (target.dispatchEvent(paste)) toast(t(source === "primary" ? "paste.keptSelected" : "paste.kept"));
}

const showShortcuts = () => openShortcuts(startup?.version ?? "");

function showSettings({ fromLanguage = false } = {}) {
  openSettings({
    onShortcuts: showShortcuts,
    onLanguage: changeLanguage,
    onClose: () => void redraw(),
    server: screen?.server?.() ?? "",
    fromLanguage,
  });
}

/** @param {number} at */
async function switchByNumber(at) {
  const known = (await listConnections().catch(() => []))[at];
  if (known && known.id !== inUse?.connection.id && !isModalOpen()) switchTo(known);
}

// The web view would reload the page and lose what is on screen; refreshing means the list here.
document.addEventListener("keydown", (event) => {
  if (isReload(event)) event.preventDefault();
  // WebKit would put nothing on the clipboard, over what is there.
  if ((isCopy(event) || isCut(event)) && !hasSelection() && !isTextInput(event.target))
    event.preventDefault();
  if (isShortcut(event, "l")) {
    event.preventDefault();
    void lockNow();
  }
  if (quitsByKey && isShortcut(event, "q") && mayQuit()) void quit();
  if (isModalOpen()) return;
  const at = asksForConnection(event);
  if (isSign(event, "?") && !isTextInput(event.target)) showShortcuts();
  else if (isShortcut(event, ",")) showSettings();
  else if (at !== null && (inUse || screen?.listsConnections)) void switchByNumber(at);
  else return;
  event.preventDefault();
});

// The web view's own menu goes back, forward and reloads; in a field it copies and pastes.
document.addEventListener("contextmenu", (event) => {
  if (!isTextInput(event.target)) event.preventDefault();
});

watchLayout();
markUseOfKeys();
watchZoom();
watchMiddleClicks();
watchActivity();
// First, so that nothing stands before it on the way to Rust.
void boot();
watchWaits();
watchKeyring();
followClipboard(showClipboard).catch(() => {});
followPastes(offerPaste).catch(() => {});
followQuitRequests(() => mayQuit() && void quit()).catch(() => {});
followLocks((reason) => reason && showLocked(reason)).catch(() => {});
