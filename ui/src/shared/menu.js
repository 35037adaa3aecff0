/**
 * A small menu at a button or at the pointer: arrows move in it, Esc, Tab and a click elsewhere close it, and
 * the focus goes back to where it was opened from. An entry that cannot be used says why.
 */
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { shortcutKey } from "./layouts.js";

/**
 * `keys` that do the same without the menu; `mark` before the label. `checked` where one of several is chosen.
 * @typedef {{
 *   label: string,
 *   act: () => void,
 *   keys?: string,
 *   why?: string | null,
 *   danger?: boolean,
 *   mark?: Node | null,
 *   checked?: boolean,
 * }} MenuItem
 */

/**
 * @param {{
 *   anchor: HTMLElement,
 *   at?: { x: number, y: number } | undefined,
 *   label: string,
 *   items: MenuItem[],
 *   restore: () => void,
 * }} options `restore` gives the focus back
 */
export function openMenu({ anchor, at, label, items, restore }) {
  const entries = items.map((item) => {
    const entry = h(
      "div",
      {
        role: item.checked === undefined ? "menuitem" : "menuitemradio",
        class: item.danger ? "entry danger" : "entry",
        tabindex: -1,
        "aria-disabled": item.why ? "true" : null,
        "aria-checked": item.checked === undefined ? null : String(item.checked),
      },
      h(
        "span",
        { class: "entry-label" },
        item.mark ? h("span", { class: "entry-mark" }, item.mark, item.label) : item.label,
        item.keys ? h("kbd", { "aria-hidden": "true" }, item.keys) : null,
        item.checked ? icon("check") : null,
      ),
      item.why ? h("small", {}, item.why) : null,
    );
    entry.addEventListener("click", () => {
      if (item.why) return;
      close();
      item.act();
    });
    return entry;
  });
  const element = h("div", { role: "menu", class: "menu", "aria-label": label }, ...entries);

  const closing = new AbortController();
  let anchorTop = 0;
  /** A list that grows scrolls, so that the row the menu belongs to stays where it is. */
  function onScroll() {
    if (Math.abs(anchor.getBoundingClientRect().top - anchorTop) > 1) close();
  }
  function close() {
    closing.abort();
    if (!element.isConnected) return;
    element.remove();
    if (anchor.hasAttribute("aria-haspopup")) anchor.setAttribute("aria-expanded", "false");
    restore();
  }

  /** @param {Event} event */
  function onOutside(event) {
    if (!(event.target instanceof Node && element.contains(event.target))) close();
  }

  /** The next one, where several start alike. @param {string} text @param {number} now where the focus is */
  const startingWith = (text, now) =>
    text.length === 1
      ? [...entries.slice(now + 1), ...entries.slice(0, now + 1)].find((entry) =>
          entry.textContent?.toLowerCase().startsWith(text),
        )
      : undefined;

  element.addEventListener("keydown", (event) => {
    // Nothing beneath the menu hears its keys.
    event.stopPropagation();
    const now = entries.findIndex((entry) => entry.contains(document.activeElement));
    /** @type {{ [key: string]: number }} */
    const moves = {
      ArrowDown: (now + 1) % entries.length,
      ArrowUp: (now - 1 + entries.length) % entries.length,
      Home: 0,
      End: entries.length - 1,
    };
    const to = moves[event.key];
    const typed = event.ctrlKey || event.metaKey || event.altKey ? "" : event.key.toLowerCase();
    if (to !== undefined) entries[to]?.focus();
    else if ((event.key === "Enter" || event.key === " ") && !event.repeat) entries[now]?.click();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else if (typed) (startingWith(typed, now) ?? startingWith(shortcutKey(event), now))?.focus();
    event.preventDefault();
  });
  element.addEventListener("contextmenu", (event) => event.preventDefault());

  // Within a dialog that is open nothing outside it can be reached.
  (anchor.closest("dialog, main, footer") ?? document.body).append(element);
  if (anchor.hasAttribute("aria-haspopup")) anchor.setAttribute("aria-expanded", "true");
  place(element, anchor, at);
  anchorTop = anchor.getBoundingClientRect().top;
  const { signal } = closing;
  document.addEventListener("pointerdown", onOutside, { capture: true, signal });
  document.addEventListener("scroll", onScroll, { capture: true, signal });
  window.addEventListener("blur", close, { signal });
  window.addEventListener("resize", close, { signal });
  const chosen = items.findIndex(({ checked }) => checked);
  entries[Math.max(0, chosen)]?.focus({ preventScroll: true });
}

/**
 * Beneath its anchor and within the window.
 * @param {HTMLElement} element
 * @param {HTMLElement} anchor
 * @param {{ x: number, y: number } | undefined} at
 */
function place(element, anchor, at) {
  const button = anchor.getBoundingClientRect();
  const { width, height } = element.getBoundingClientRect();
  const left = at ? at.x : button.right - width;
  const below = at ? at.y : button.bottom + 2;
  const above = at ? at.y - height : button.top - height - 2;
  const top = below + height + 8 > window.innerHeight && above > 8 ? above : below;
  element.style.setProperty("left", `${Math.max(8, Math.min(left, window.innerWidth - width - 8))}px`);
  element.style.setProperty("top", `${Math.max(8, Math.min(top, window.innerHeight - height - 8))}px`);
}
