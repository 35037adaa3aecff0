/**
 * Tells that the app waits for the keyring, whose window may be behind ours: on every line made here, which is there
 * only while somebody waits for something that needs the keyring.
 */

import { followKeyring } from "../ipc.js";
import { announce } from "./announce.js";
import { h } from "./dom.js";
import { t } from "./language.js";

let waiting = false;

/** Once, at the start. */
export function watchKeyring() {
  waiting = false;
  // It never settles; a Rust side that cannot tell of the keyring still works.
  followKeyring(tell).catch(() => {});
}

/** @param {boolean} now */
function tell(now) {
  if (now === waiting) return;
  waiting = now;
  const lines = document.querySelectorAll(".keyring-wait");
  for (const line of lines) if (line instanceof HTMLElement) fill(line);
  if (waiting && lines.length > 0) announce(t("keyring.waiting"));
}

/** A line that is there only while the keyring keeps the app waiting. */
export function keyringLine() {
  const line = h("p", { class: "keyring-wait" });
  fill(line);
  return line;
}

/** @param {HTMLElement} line */
function fill(line) {
  line.textContent = waiting ? t("keyring.waiting") : "";
  line.hidden = !waiting;
}
