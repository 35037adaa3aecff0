/**
 * Speaks to the person outside the place they are looking at: toasts, and the two live regions behind them
 * (polite for news, assertive for failures). Both regions stand in index.html, because a screen reader only
 * hears changes in a region it has already met.
 */
import { button, find, h } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./language.js";

const NEWS_MS = 6_000;
const FAILURE_MS = 15_000;

const region = (/** @type {"polite" | "assertive"} */ id) => find(document, `#${id}`, HTMLElement);

/**
 * Said, not shown: what changed on screen for those who can see it.
 * @param {string} text
 */
export function announce(text) {
  const quiet = find(region("polite"), ".quiet", HTMLElement);
  if (quiet.textContent === text) return;
  // A paragraph of its own each time: WebKit shows screen readers no text in what was empty when they met it.
  quiet.replaceWith(h("p", { class: "unseen quiet" }, text));
}

/**
 * @param {...(Node | string)} content
 */
export function toast(...content) {
  const element = h("div", { class: "toast" }, icon("check"), h("p", {}, ...content));
  show(region("polite"), element, NEWS_MS);
}

/**
 * @param {string | Node} title
 * @param {string} [next]
 */
export function failureToast(title, next) {
  doubtToast(h("b", {}, title), next ? ` ${next}` : "");
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
  element.append(
    button(icon("close"), () => element.remove(), {
      class: "button icon quiet",
      "aria-label": t("action.dismiss"),
    }),
  );
  show(region("assertive"), element, duration);
}

/**
 * @param {HTMLElement} place
 * @param {HTMLElement} element
 * @param {number | null} duration in milliseconds; null for as long as nobody takes it away
 */
function show(place, element, duration) {
  for (const old of place.querySelectorAll(".toast:not(.lasting)")) old.remove();
  place.append(element);
  const expire = () => {
    // Someone still reading it, or about to press Dismiss, gets another round.
    if (element.matches(":hover, :focus-within")) window.setTimeout(expire, 1000);
    else element.remove();
  };
  if (duration !== null) window.setTimeout(expire, duration);
}
