/**
 * Speaks to the person outside the place they are looking at: toasts, and the two live regions behind them
 * (polite for news, assertive for failures). Both regions stand in index.html, because a screen reader only
 * hears changes in a region it has already met. While a dialog is open they are in it: everything beneath it is inert.
 */
import { button, find, h } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./language.js";

const NEWS_MS = 6_000;
const FAILURE_MS = 15_000;
/** Long enough to reach the button with the keyboard. */
const ACTION_MS = 20_000;
/** A toast that is doing what it offered. */
const BUSY = "[aria-busy='true']";

/** @typedef {"polite" | "assertive"} Urgency */

const toasts = () => find(document, "#toasts", HTMLElement);

const region = (/** @type {Urgency} */ urgency) => find(toasts(), `.${urgency}`, HTMLElement);

/** What a toast and the space around it take, in pixels. */
const TOAST_ROOM = 64;

/** @type {ResizeObserver | null} */
let dialogSize = null;

/** Beneath the dialog, if it leaves room there: at its upper edge a toast would cover the title. @param {HTMLElement} dialog */
function placeBeside(dialog) {
  const { bottom } = dialog.getBoundingClientRect();
  toasts().classList.toggle("beneath", bottom + TOAST_ROOM <= window.innerHeight);
}

/** Moves the toasts and both regions into the dialog on top. @param {HTMLElement | null} dialog null if none is open */
export function placeToasts(dialog) {
  // What was said before a dialog opened or closed is over.
  announce("");
  dialogSize?.disconnect();
  (dialog ?? document.body).append(toasts());
  if (!dialog) return;
  dialogSize = new ResizeObserver(() => placeBeside(dialog));
  dialogSize.observe(dialog);
}

/**
 * Said, not shown: what changed on screen for those who can see it.
 * @param {string} text
 */
export function announce(text) {
  const quiet = find(region("polite"), ".quiet", HTMLElement);
  if (quiet.textContent === text) return;
  // A paragraph of its own each time: WebKit shows screen readers no text in what was empty when they met it.
  quiet.replaceWith(h("p", { class: "visually-hidden quiet" }, text));
}

/**
 * @param {...(Node | string)} content
 */
export function toast(...content) {
  const element = news(content);
  show("polite", element, NEWS_MS);
  return element;
}

/**
 * What a toast offers to do. It stays, and says `busyLabel`, until that has ended.
 * @typedef {{ label: string, busyLabel: string, act: () => Promise<void> }} ToastAction
 */

/**
 * @param {ToastAction} action
 * @param {...(Node | string)} content
 * @returns {() => void} takes the offer away, for when it cannot be accepted any more
 */
export function actionToast(action, ...content) {
  const element = news(content);
  element.append(actionButton(action, element));
  show("polite", element, ACTION_MS);
  return () => element.remove();
}

/**
 * The same, about something that went wrong.
 * @param {ToastAction} action
 * @param {string | Node} title
 * @param {string} next
 * @param {HTMLButtonElement} details copies the details of the problem
 */
export function failureActionToast(action, title, next, details) {
  const element = warn(ACTION_MS, [h("b", {}, title), ` ${next}`]);
  details.addEventListener("click", returnFocus(details));
  element.querySelector("button")?.before(actionButton(action, element), details);
  return () => element.remove();
}

/** @param {ToastAction} action @param {HTMLElement} element the toast */
function actionButton({ label, busyLabel, act }, element) {
  const go = button(label, () => void run(), { class: "button small action" });
  const focusBefore = returnFocus(go);
  async function run() {
    if (element.matches(BUSY)) return;
    element.setAttribute("aria-busy", "true");
    go.setAttribute("aria-disabled", "true");
    go.classList.add("busy");
    go.textContent = busyLabel;
    await act();
    if (element.contains(document.activeElement)) focusBefore();
    element.remove();
  }
  return go;
}

/** Whether a toast offers to do something, or is doing it. */
export const offersAction = () => toasts().querySelector(".action") !== null;

/** @param {(Node | string)[]} content */
const news = (content) => h("div", { class: "toast" }, icon("check"), h("p", {}, ...content));

/**
 * A toast that is not spoken: beneath the others, until its owner takes it away.
 * @param {HTMLElement} element
 */
export const placeBeneath = (element) => toasts().append(element);

/**
 * @param {string | Node} title
 * @param {string} [next]
 * @param {HTMLButtonElement} [details] copies the details of the problem
 */
export function failureToast(title, next, details) {
  const element = doubtToast(h("b", {}, title), next ? ` ${next}` : "");
  if (!details) return;
  details.addEventListener("click", returnFocus(details));
  element.querySelector("button")?.before(details);
}

/**
 * Nobody knows how something ended, or it ended otherwise than somebody wanted.
 * @param {...(Node | string)} content
 */
export const doubtToast = (...content) => warn(FAILURE_MS, content);

/**
 * What somebody must not miss stays until they have seen it.
 * @param {...(Node | string)} content
 */
export const lastingToast = (...content) => warn(null, content);

/**
 * @param {number | null} duration
 * @param {(Node | string)[]} content
 */
function warn(duration, content) {
  const element = h(
    "div",
    { class: `toast failure ${duration === null ? "lasting" : ""}` },
    icon("warning"),
    h("p", {}, ...content),
  );
  const dismiss = button(icon("close"), () => element.remove(), {
    class: "button icon quiet",
    "aria-label": t("action.dismiss"),
  });
  dismiss.addEventListener("click", returnFocus(dismiss));
  element.append(dismiss);
  show("assertive", element, duration);
  return element;
}

/**
 * Remembers where the focus was before it came to a button of a toast.
 * @param {HTMLElement} control
 * @returns {() => void} gives it back
 */
function returnFocus(control) {
  let before = document.activeElement;
  control.addEventListener("focus", ({ relatedTarget }) => {
    // From one button of the toast to the other, it is where it was before both.
    const isOutside = relatedTarget instanceof HTMLElement && !control.parentElement?.contains(relatedTarget);
    if (isOutside) before = relatedTarget;
  });
  return () => {
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
  };
}

/** When each toast goes. @type {WeakMap<HTMLElement, number>} */
const expiries = new WeakMap();

/** What to show once the app is unlocked; null while it is not locked. @type {(() => void)[] | null} */
let hidden = null;

/** Locked, the app shows no toast with a name, neither one that is there nor one that comes. */
export function hideNames() {
  announce("");
  hidden ??= [];
  for (const element of document.querySelectorAll(".toast")) {
    if (!(element instanceof HTMLElement) || !element.querySelector("bdi")) continue;
    const urgency = element.closest(".assertive") ? "assertive" : "polite";
    // What it offers belongs to the session that has ended.
    const isOver = element.querySelector(".action") !== null;
    const duration = element.matches(".lasting") ? null : urgency === "polite" ? NEWS_MS : FAILURE_MS;
    element.remove();
    window.clearTimeout(expiries.get(element));
    if (!isOver) hidden.push(() => show(urgency, element, duration));
  }
}

/** Unlocked, the app shows them. */
export function showHidden() {
  const shown = hidden ?? [];
  hidden = null;
  for (const again of shown) again();
}

/**
 * @param {Urgency} urgency
 * @param {HTMLElement} element
 * @param {number | null} duration in milliseconds; null for as long as nobody takes it away
 */
function show(urgency, element, duration) {
  if (hidden && element.querySelector("bdi")) {
    hidden.push(() => show(urgency, element, duration));
    return;
  }
  const place = region(urgency);
  // What is offered once stays until its time is over.
  for (const old of place.querySelectorAll(`.toast:not(.lasting, ${BUSY})`))
    if (!old.querySelector(".action")) old.remove();
  place.append(element);
  const expireIn = (/** @type {number} */ wait) => expiries.set(element, window.setTimeout(expire, wait));
  const expire = () => {
    // Someone still reading it, or about to press a button in it, gets another round.
    if (element.matches(`:hover, :focus-within, ${BUSY}`)) expireIn(1000);
    else element.remove();
  };
  if (duration !== null) expireIn(duration);
}
