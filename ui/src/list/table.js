/**
 * The list of tokens. Only the rows on screen, and a few around them, are in the document; they are asked
 * for by window as the list scrolls. Rows are asked for at most once per painted frame, and an answer that
 * arrives after a newer one, or after the view changed, is dropped.
 */
/** @import { Problem, Row, Rows, SortKey, View } from "../../types/ipc" */
/** @import { RowView } from "./row.js" */

import { rowHeight } from "../desktop/density.js";
import { rows as fetchRows } from "../ipc.js";
import { h } from "../shared/dom.js";
import { asProblem } from "../shared/errors.js";
import { hasCommand } from "../shared/keys.js";
import { t } from "../shared/language.js";
import { createRow } from "./row.js";
import { tableHead } from "./table-head.js";
import { actOnKey, rowForKey } from "./table-keys.js";
import { geometry } from "./windowing.js";

const DRAWN_AROUND = 6;
const ASKED_AROUND = 30;
const HEADER_HEIGHT = 36;
/** Used until the browser has measured the window. */
const USUAL_HEIGHT = 560;

/** Where a token stood when it was last seen. @typedef {{ id: string, index: number }} Placed */

/**
 * @typedef {object} TableHooks
 * @property {(rows: Rows) => void} onRows each answer, once it is on screen
 * @property {(problem: Problem) => void} onProblem
 * @property {(sort: SortKey) => void} onSort
 * @property {(row: Row) => void} onCopy
 * @property {(row: Row) => void} onEdit
 * @property {(row: Row) => void} onErase Delete was pressed on it
 * @property {(id: string) => boolean} isSelected
 * @property {(id: string) => boolean} isCopying whether its copy takes a while
 * @property {() => number} selectedCount
 * @property {(row: Row) => void} onToggle
 * @property {(from: Placed, to: Placed) => void} onSelectRange all rows from one to the other, which stands below it
 * @property {() => void} onSelectAll
 * @property {(row: Row, anchor: HTMLElement, at?: { x: number, y: number }) => void} onMenu
 * @property {() => number} now by the clock that the dates of tokens are from
 */

export class TokenTable {
  /** @type {string} */ #connection;
  /** @type {TableHooks} */ #hooks;
  /** @type {View} */ #view;
  #count = 0;
  /** The row at the top when it was drawn last. */
  #first = 0;
  /** @type {Map<number, Row>} */ #known = new Map();
  /** @type {Map<number, RowView>} */ #drawn = new Map();
  /** The chosen row: its place is -1 while nobody knows it. @type {{ id: string | null, index: number } | null} */
  #current = null;
  /** The token that was selected last, from which a range goes on. @type {Placed | null} */ #anchor = null;
  /** @type {string | null} */ #wanted = null;
  /** Whether the chosen row is to have the focus once it is known. */
  #focusWanted = false;
  /** Whether the rows to come are those of another filter or order. */
  #viewChanged = false;

  #sequence = 0;
  #applied = 0;
  /** Answers to requests before this one belong to another view or list. */
  #oldest = 1;
  #generation = -1;
  /** The generation of the rows that are known. */
  #shown = -1;
  #lastAsked = -1;
  #frame = 0;
  #askAgain = false;
  #gone = false;

  #body = h("div", { role: "rowgroup", class: "rows" });
  #grid = h("div", {
    role: "grid",
    class: "grid",
    "aria-label": t("table.label"),
    "aria-multiselectable": "true",
  });
  element = h("div", { class: "scroller" });
  #head;
  #resize = new ResizeObserver(() => this.#soon());

  /**
   * @param {string} connection the id of the connection whose list it is
   * @param {View} view
   * @param {TableHooks} hooks
   */
  constructor(connection, view, hooks) {
    this.#connection = connection;
    this.#view = view;
    this.#hooks = hooks;
    this.#head = tableHead(hooks);
    this.#grid.append(this.#head.element, this.#body);
    this.element.append(this.#grid);
    this.element.addEventListener("scroll", () => this.#onScroll(), { passive: true });
    this.#body.addEventListener("keydown", (event) => this.#onKey(event));
    this.#body.addEventListener("click", (event) => this.#onClick(event));
    this.#body.addEventListener("dblclick", (event) => this.#onDoubleClick(event));
    this.#body.addEventListener("contextmenu", (event) => this.#onContextMenu(event));
    this.#resize.observe(this.element);
    this.#head.show(this.#view);
  }

  /** @param {View} view */
  setView(view) {
    this.#view = view;
    this.#focusWanted = false;
    this.#anchor = null;
    this.#viewChanged = true;
    this.#oldest = this.#sequence + 1;
    this.element.scrollTop = 0;
    this.#head.show(this.#view);
    this.#ask();
  }

  /**
   * The rows changed underneath; those of older generations are no longer wanted.
   * @param {number} generation
   */
  refresh(generation) {
    this.#generation = Math.max(this.#generation, generation);
    this.#ask();
  }

  /** The same list, but a row in it has changed. */
  reload() {
    this.#oldest = this.#sequence + 1;
    this.#ask();
  }

  /**
   * Selects a token that was just made and gives it the focus, if the window it is in can be told.
   * @param {string} id
   */
  reveal(id) {
    this.#wanted = id;
    this.#focusWanted = true;
    if (this.#view.sort === "created")
      this.element.scrollTop = this.#view.descending ? 0 : this.#body.offsetHeight;
    this.reload();
  }

  /**
   * A token is gone: the choice and the focus go to the one that takes its place.
   * @param {string} id
   */
  remove(id) {
    const index = this.#placeOf(id);
    if (index >= 0 && this.#current?.id === id) {
      this.#current = { id: null, index };
      this.#focusWanted = true;
    }
    this.reload();
  }

  /** Rows have another height: the one at the top stays there. */
  resized() {
    const bottom = { count: this.#count, viewport: this.#viewport(), scrollTop: Number.POSITIVE_INFINITY };
    const { height, scrollTopFor } = geometry(bottom);
    this.#body.style.setProperty("height", `${height}px`);
    this.element.scrollTop = scrollTopFor(this.#first);
    this.#draw();
    if (!this.#covered()) this.#ask();
  }

  /** Draws again what is not the list's own: ages have moved on, or other rows are selected. */
  redraw() {
    this.#draw();
  }

  focus() {
    // Which token takes the place of one that is gone, the answer that is on its way tells.
    if (this.#current?.id === null && this.#current.index >= 0) {
      this.#focusWanted = true;
      return this.#ask();
    }
    this.#move(this.#current && this.#current.index >= 0 ? this.#current.index : this.#geometry().first);
  }

  destroy() {
    this.#gone = true;
    this.#resize.disconnect();
    cancelAnimationFrame(this.#frame);
  }

  #viewport() {
    return (this.element.clientHeight || USUAL_HEIGHT) - HEADER_HEIGHT;
  }

  #geometry() {
    return geometry({ count: this.#count, viewport: this.#viewport(), scrollTop: this.element.scrollTop });
  }

  /** Where a window of rows must start to have the visible ones in its middle. */
  #windowStart() {
    return Math.max(0, this.#geometry().first - ASKED_AROUND);
  }

  #onScroll() {
    this.#draw();
    if (!this.#covered()) this.#ask();
  }

  #soon() {
    requestAnimationFrame(() => {
      if (this.#gone) return;
      this.#draw();
      if (!this.#covered()) this.#ask();
    });
  }

  #covered() {
    const { first, last } = this.#geometry();
    const to = Math.min(this.#count, last + DRAWN_AROUND);
    for (let index = Math.max(0, first - DRAWN_AROUND); index < to; index += 1) {
      if (!this.#known.has(index)) return false;
    }
    return true;
  }

  /** Asks at once, and then at most once a frame, however often it is called. */
  #ask() {
    // Before the first generation is known, memory may still hold the rows of another project.
    if (this.#gone || this.#generation < 0) return;
    if (this.#frame !== 0) {
      this.#askAgain = true;
      return;
    }
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (!this.#askAgain) return;
      this.#askAgain = false;
      this.#ask();
    });
    void this.#send();
  }

  async #send() {
    this.#sequence += 1;
    const sequence = this.#sequence;
    const from = this.#windowStart();
    const count = Math.ceil(this.#viewport() / rowHeight()) + 1 + 2 * ASKED_AROUND;
    this.#lastAsked = from;
    const stale = () => this.#gone || sequence < this.#oldest || sequence < this.#applied;
    try {
      const answer = await fetchRows({ connection: this.#connection, view: this.#view, from, count });
      if (stale() || answer.generation < this.#generation) return;
      this.#applied = sequence;
      this.#apply(answer);
    } catch (reason) {
      if (!stale()) this.#hooks.onProblem(asProblem(reason));
    }
  }

  /** @param {Rows} answer */
  #apply(answer) {
    const before = this.#known;
    const hadFocus = this.#body.contains(document.activeElement);
    this.#count = answer.matched;
    this.#known = new Map(answer.rows.map((row, offset) => [answer.from + offset, row]));
    this.#followCurrent();
    // First, because what surrounds the table may change its height, and so what must be drawn.
    this.#hooks.onRows(answer);
    this.#followRows(before, !this.#viewChanged && answer.generation === this.#shown);
    this.#shown = answer.generation;
    this.#draw();
    const goesThere = this.#focusWanted && !document.querySelector("dialog[open]");
    const follows = goesThere || (hadFocus && this.#viewChanged);
    this.#focusWanted = false;
    this.#viewChanged = false;
    if ((hadFocus || goesThere) && this.#current && this.#current.index >= 0) {
      if (follows) this.#scrollTo(this.#current.index);
      this.#focusRow(this.#current.index);
    } else if (hadFocus && document.activeElement === document.body) this.#focusRow(this.#geometry().first);
    if (!this.#covered() && this.#windowStart() !== this.#lastAsked) this.#ask();
  }

  /** The choice belongs to a token, not to a place: after a new order or list, find where it went. */
  #followCurrent() {
    if (this.#wanted !== null) {
      const index = this.#placeOf(this.#wanted);
      if (index >= 0) {
        this.#current = { id: this.#wanted, index };
        this.element.scrollTop = this.#geometry().scrollTopFor(index);
      }
      this.#wanted = null;
      return;
    }
    const current = this.#current;
    if (!current) return;
    if (current.id === null) {
      current.index = Math.min(current.index, this.#count - 1);
      current.id = this.#known.get(current.index)?.id ?? null;
      return;
    }
    const index = this.#placeOf(current.id);
    // In another order or list it may be anywhere.
    if (index >= 0) current.index = index;
    else if (this.#viewChanged || this.#known.has(current.index) || current.index >= this.#count)
      current.index = -1;
  }

  /**
   * A row on screen goes with its token, and with it the focus in it and what a dialog gives the focus back to. One whose token
   * is out of sight is taken away, so that none stands for another token than the one that somebody chose.
   * @param {Map<number, Row>} before the rows that were known
   * @param {boolean} isSameList whether tokens that are not known any more are still where they were
   */
  #followRows(before, isSameList) {
    const places = new Map([...this.#known].map(([index, { id }]) => [id, index]));
    /** @type {Map<number, RowView>} */
    const drawn = new Map();
    for (const [index, view] of this.#drawn) {
      const id = before.get(index)?.id;
      const stays = id === undefined || (isSameList && !this.#known.has(index) && index < this.#count);
      const to = stays ? index : places.get(id);
      if (to !== undefined && !drawn.has(to)) drawn.set(to, view);
      else view.element.remove();
    }
    this.#drawn = drawn;
  }

  /** @param {string} id */
  #placeOf(id) {
    for (const [index, row] of this.#known) if (row.id === id) return index;
    return -1;
  }

  #draw() {
    if (this.#gone) return;
    const place = this.#geometry();
    this.#first = place.first;
    this.#grid.setAttribute("aria-rowcount", String(this.#count + 1));
    this.#head.showSelected(this.#hooks.selectedCount() > 0, this.#allSelected());
    this.#body.style.setProperty("height", `${place.height}px`);

    const from = Math.max(0, place.first - DRAWN_AROUND);
    const to = Math.min(this.#count, place.last + DRAWN_AROUND);
    const free = this.#release(from, to);
    const current = this.#current?.index ?? -1;
    const tabStop = this.#drawn.has(current) || (current >= from && current < to) ? current : place.first;
    const now = this.#hooks.now();

    for (let index = from; index < to; index += 1) {
      if (!this.#drawn.has(index)) this.#drawn.set(index, free.pop() ?? createRow(this.#hooks));
    }
    let next = this.#body.firstElementChild;
    for (const index of [...this.#drawn.keys()].sort((a, b) => a - b)) {
      const view = this.#drawn.get(index);
      if (!view) continue;
      const row = this.#known.get(index) ?? null;
      // A row kept only for its focus is out of sight and of the window asked for; it keeps what it says.
      if (row || (index >= from && index < to)) {
        const selected = row !== null && this.#hooks.isSelected(row.id);
        const copying = row !== null && this.#hooks.isCopying(row.id);
        const tabStops = index === tabStop;
        view.fill({ index, row, current: index === current, selected, copying, tabStop: tabStops, now });
      }
      view.element.style.setProperty("transform", `translateY(${place.offsetOf(index)}px)`);
      // Rows stay in reading order; those already in place are not touched, or they would lose the focus.
      if (view.element === next) next = next.nextElementSibling;
      else this.#body.insertBefore(view.element, next);
    }
  }

  /**
   * Takes away rows that are no longer near the screen, but never the one that holds the focus.
   * @param {number} from
   * @param {number} to
   */
  #release(from, to) {
    /** @type {RowView[]} */
    const free = [];
    for (const [index, view] of this.#drawn) {
      const focused = index < this.#count && view.element.contains(document.activeElement);
      if ((index >= from && index < to) || focused) continue;
      this.#drawn.delete(index);
      view.element.remove();
      free.push(view);
    }
    return free;
  }

  /** @param {number} index */
  #setCurrent(index) {
    this.#current = { id: this.#known.get(index)?.id ?? null, index };
  }

  /** @param {number} index */
  #move(index) {
    if (this.#count === 0) return;
    const to = Math.min(Math.max(0, index), this.#count - 1);
    this.#setCurrent(to);
    this.#scrollTo(to);
    this.#focusRow(to);
    // In a low window the page scrolls, too.
    this.#drawn.get(to)?.element.scrollIntoView({ block: "nearest" });
    if (!this.#covered()) this.#ask();
  }

  /** @param {number} index */
  #scrollTo(index) {
    this.element.scrollTop = this.#geometry().scrollTopFor(index);
    this.#draw();
  }

  /** @param {number} index */
  #focusRow(index) {
    const element = this.#drawn.get(index)?.element;
    if (element && !element.contains(document.activeElement)) element.focus({ preventScroll: true });
  }

  /** @param {Event} event */
  #indexAt(event) {
    const target = event.target instanceof Node ? event.target : null;
    for (const [index, { element }] of this.#drawn) if (target && element.contains(target)) return index;
    return -1;
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const index = this.#indexAt(event);
    if (index < 0) return;
    this.#setCurrent(index);
    const target = event.target instanceof Element ? event.target : null;
    const row = this.#known.get(index);
    const selects =
      target?.closest(".checkbox") || (!target?.closest("button") && (event.shiftKey || hasCommand(event)));
    if (row && selects) this.#select(row, event.shiftKey);
    else this.#draw();
    if (!target?.closest("button")) this.#focusRow(index);
  }

  /**
   * @param {Row} row
   * @param {boolean} withRange whether all rows are meant that lie between it and the one before
   */
  #select(row, withRange) {
    const last = this.#anchor;
    const from = last && { id: last.id, index: this.#placeOf(last.id) };
    // Out of what the table has, it is where it was.
    if (from && from.index < 0) from.index = last.index;
    const to = { id: row.id, index: this.#placeOf(row.id) };
    // One that was deselected since is no place to go on from.
    if (!withRange || !from || from.id === to.id || !this.#hooks.isSelected(from.id)) {
      this.#anchor = to;
      this.#hooks.onToggle(row);
    } else if (from.index < to.index) this.#hooks.onSelectRange(from, to);
    else this.#hooks.onSelectRange(to, from);
  }

  /** Whether all rows are selected, as far as can be told: those that are known, and as many as there are. */
  #allSelected() {
    const { selectedCount, isSelected } = this.#hooks;
    return (
      this.#count > 0 &&
      selectedCount() >= this.#count &&
      [...this.#known.values()].every(({ id }) => isSelected(id))
    );
  }

  /** @param {MouseEvent} event */
  #onDoubleClick(event) {
    const row = this.#known.get(this.#indexAt(event));
    const isOwn = event.target instanceof Element && !event.target.closest("button, .checkbox");
    if (row && isOwn) this.#hooks.onEdit(row);
  }

  /** By the pointer where it is, by the keyboard at the chosen row. @param {MouseEvent} event */
  #onContextMenu(event) {
    const index = this.#indexAt(event);
    const row = this.#known.get(index);
    const element = this.#drawn.get(index)?.element;
    if (!row || !element) return;
    event.preventDefault();
    this.#setCurrent(index);
    this.#draw();
    this.#focusRow(index);
    // A browser that turns a key into this event gives it no pointer.
    const byPointer = event.button === 2;
    this.#hooks.onMenu(row, element, byPointer ? { x: event.clientX, y: event.clientY } : undefined);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const under = this.#indexAt(event);
    const row = this.#known.get(under);
    const element = this.#drawn.get(under)?.element;
    const selects = (/** @type {boolean} */ withRange) => row && this.#select(row, withRange);
    if (row && element && actOnKey(event, row, element, this.#hooks, selects)) return;
    const place = this.#geometry();
    const page = Math.max(1, Math.floor(this.#viewport() / rowHeight()) - 1);
    const at = this.#current && this.#current.index >= 0 ? this.#current.index : place.first;
    const to = rowForKey(event, { at, page, count: this.#count });
    if (to === null) return;
    event.preventDefault();
    // The first arrow press on a table where nothing is chosen chooses the row that has the focus.
    this.#move(this.#current === null && event.key.startsWith("Arrow") ? at : to);
  }
}
