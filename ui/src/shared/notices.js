/**
 * A problem said where it happened: beneath a field, in a banner within a form or dialog, or as a full pane
 * when nothing else can be shown.
 */
/** @import { Problem } from "../../types/ipc" */
import { copyDetailsButton } from "./copy-details.js";
import { h } from "./dom.js";
import { detailOf, wordsFor } from "./errors.js";
import { icon } from "./icons.js";
import { isOffline } from "./problems.js";

/**
 * @param {Problem} problem
 * @param {...HTMLButtonElement} actions
 */
export const banner = (problem, ...actions) =>
  bannerOf(wordsFor(problem), detailOf(problem), [...actions, copyDetailsButton(problem)]);

/**
 * The same, for a person who was making or changing a token.
 * @param {import("./copy-details.js").Located} problem
 * @param {...HTMLButtonElement} actions
 */
export const changeBanner = (problem, ...actions) =>
  bannerOf(wordsFor(problem, "changing"), detailOf(problem), [
    ...actions,
    copyDetailsButton(problem, { doing: "changing" }),
  ]);

/**
 * @param {{ title: string, next: string }} words
 * @param {string | null} detail
 * @param {HTMLButtonElement[]} actions
 */
function bannerOf({ title, next }, detail, actions) {
  return h(
    "div",
    { class: "banner", role: "alert" },
    icon("warning"),
    h(
      "div",
      { class: "banner-text" },
      h("b", {}, title),
      h("p", {}, next),
      detail ? h("small", { class: "detail" }, h("bdi", {}, detail)) : null,
      h("div", { class: "banner-actions" }, ...actions),
    ),
  );
}

/**
 * Says it in its place and in sight, which in a low window may be elsewhere than what has the focus next.
 * @param {HTMLElement} place
 * @param {HTMLElement} said
 * @param {HTMLElement} [next]
 */
export function tellAt(place, said, next) {
  place.replaceChildren(said);
  next?.focus({ preventScroll: true });
  said.scrollIntoView({ block: "nearest" });
}

/**
 * @param {HTMLElement} place the element beneath the field, which the field's aria-describedby names
 * @param {HTMLElement} field
 * @param {string | null} text
 * @param {Problem | null} [problem] what it tells, where that is more than how the field is filled in
 */
export function setFieldError(place, field, text, problem = null) {
  const copy = problem && problem.operation !== null ? [copyDetailsButton(problem, { small: true })] : [];
  place.replaceChildren(...(text === null ? [] : [icon("warning", 14), h("span", {}, text), ...copy]));
  place.hidden = text === null;
  if (text === null) field.removeAttribute("aria-invalid");
  else {
    field.setAttribute("aria-invalid", "true");
    // The focus brings the field into sight, and what is beneath it may still be out of it.
    place.scrollIntoView({ block: "nearest" });
  }
}

/**
 * @param {{
 *   picture: import("./icons.js").IconName,
 *   title: string | Node,
 *   text?: string,
 *   detail?: string | null,
 *   tone?: "calm" | "trouble",
 *   actions?: HTMLButtonElement[],
 * }} content
 */
export function pane({ picture, title, text, detail, tone = "calm", actions = [] }) {
  return h(
    "div",
    { class: `pane ${tone}` },
    h("div", { class: "pane-picture" }, icon(picture, 24)),
    h("h2", {}, title),
    text ? h("p", {}, text) : null,
    detail ? h("small", { class: "detail" }, h("bdi", {}, detail)) : null,
    actions.length > 0 && h("div", { class: "pane-actions" }, ...actions),
  );
}

/**
 * @param {Problem} problem
 * @param {...HTMLButtonElement} actions
 */
export function problemPane(problem, ...actions) {
  const { title, next } = wordsFor(problem);
  return pane({
    picture: isOffline(problem) ? "offline" : "warning",
    title,
    text: next,
    detail: detailOf(problem),
    tone: "trouble",
    actions: [...actions, copyDetailsButton(problem)],
  });
}
