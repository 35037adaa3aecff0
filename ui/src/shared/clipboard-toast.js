/**
 * What is said of a token on the clipboard, as long as it is true: that it was copied, for how long it is there, and that it is gone
 * once Rust knows that. Gone with the session, because Rust clears the clipboard then.
 */
/** @import { ClipboardState } from "../../types/ipc" */
import { lastingToast, placeBeneath, toast } from "./announce.js";
import { h, userText } from "./dom.js";
import { number } from "./format.js";
import { icon } from "./icons.js";
import { t, tNodes } from "./language.js";

/** Rust reports long before this that it cannot clear the clipboard. */
const MOST_CLEARING_MS = 30_000;

/** What is shown of the token that was copied last. @type {{ takeAway: () => void } | null} */
let shown = null;
/** Says that it is gone. @type {HTMLElement | null} */
let goneToast = null;
/** How often Rust has cleared the clipboard because a session ended. */
let dismissals = 0;

/**
 * For a copy that begins now: shows that a token is on the clipboard, and for how long, for as long as that is true. A copy that
 * is reported only after its session ended shows nothing.
 * @param {string} name the token’s
 * @returns `isLatest` is false once something else was copied, whose place the token must not take after a wait
 */
export function clipboardToast(name) {
  const begun = dismissals;
  const isLatest = () => begun === dismissals;
  /** @param {number} seconds @param {(left: Node) => (Node | string)[]} tell */
  const show = (seconds, tell) => {
    if (!isLatest()) return;
    takeAway();
    const end = Date.now() + seconds * 1000;
    // A timer is not read aloud each time it changes.
    const left = h("span", { role: "timer" }, number(seconds));
    const news = toast(...tell(left));
    // What stays when the news has been read, until its time is over.
    const rest = h("span", {}, number(seconds));
    const text = h("p", {}, ...tNodes("copy.onClipboard", { name: userText(name), left: rest }));
    const silent = { role: "status", "aria-live": "off" };
    const element = h("div", silent, h("div", { class: "toast clipboard" }, icon("copy", 14), text));
    let isClearing = false;
    const draw = () => {
      const seconds = Math.ceil((end - Date.now()) / 1000);
      if (seconds > 0) {
        left.textContent = number(seconds);
        rest.textContent = number(seconds);
      } else if (!isClearing) {
        isClearing = true;
        news.remove();
        text.replaceChildren(t("copy.clearing"));
      }
      if (end + MOST_CLEARING_MS < Date.now()) takeAway();
      else if (!news.isConnected && !element.isConnected) placeBeneath(element);
    };
    const timer = window.setInterval(draw, 1000);
    const timeout = window.setTimeout(draw, seconds * 1000);
    shown = {
      takeAway() {
        window.clearInterval(timer);
        window.clearTimeout(timeout);
        news.remove();
        element.remove();
      },
    };
  };
  return { show, isLatest };
}

function takeAway() {
  shown?.takeAway();
  shown = null;
  goneToast?.remove();
  goneToast = null;
}

/** Rust has cleared the clipboard because a session has ended, or something else is there now. */
export function dismissClipboardToast() {
  dismissals += 1;
  takeAway();
}

/** The toast about a token that stays on the clipboard past its time. @type {HTMLElement | null} */
let overdueToast = null;

/** @param {ClipboardState} state of the clipboard, as Rust knows it from now on */
export function showClipboard(state) {
  if (state === "overdue") {
    dismissClipboardToast();
    overdueToast ??= lastingToast(h("b", {}, t("copy.overdue")), ` ${t("copy.overdueNext")}`);
    return;
  }
  const wasShown = shown !== null || overdueToast !== null;
  overdueToast?.remove();
  overdueToast = null;
  if (state === "no_token" && wasShown) {
    takeAway();
    goneToast = toast(t("copy.gone"));
  }
}
