/**
 * Tells of a pause the server asked for, wherever somebody may be waiting for it: every place that can wait holds
 * a line made here, and all of them count down together.
 */
/** @import { ServerWait } from "../../types/ipc" */

import { followWaits } from "../ipc.js";
import { announce } from "./announce.js";
import { h } from "./dom.js";
import { t } from "./language.js";

/** When the pause under way ends. @type {number | null} */
let until = null;
let timer = 0;

/** Once, at the start. */
export function watchWaits() {
  window.clearInterval(timer);
  until = null;
  // It never settles; a Rust side that cannot tell of pauses still works.
  followWaits(tell).catch(() => {});
}

/** @param {ServerWait | null} waiting */
function tell(waiting) {
  window.clearInterval(timer);
  const news = until === null && waiting !== null;
  until = waiting === null ? null : Date.now() + waiting.seconds * 1000;
  if (until !== null) timer = window.setInterval(draw, 1000);
  draw();
  if (news) announce(waitText());
}

function waitText() {
  if (until === null) return "";
  const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
  return seconds === 0 ? t("wait.now") : t("wait.seconds", { count: seconds });
}

/** A line that is there only during a pause. It counts silently: its beginning is announced once. */
export function waitLine() {
  const line = h("p", { class: "wait", role: "timer" });
  fill(line);
  return line;
}

/** @param {HTMLElement} line */
function fill(line) {
  line.textContent = waitText();
  line.hidden = until === null;
}

function draw() {
  for (const line of document.querySelectorAll(".wait")) if (line instanceof HTMLElement) fill(line);
}
