/**
 * The list of tokens. Only the rows on screen, and a few around them, are in the document. The current row, the focus and the
 * elements belong to tokens, not to places: in another order or list they go where their tokens are, which Rust tells.
 */
/** @import { Problem, Row, Rows, SortKey, View } from "../../types/ipc" */
/** @import { RowView } from "./row.js" */

import { rowHeight } from "../desktop/density.js";
import { h } from "../shared/dom.js";
import { hasCommand, isMac, isUsedByKeys } from "../shared/keys.js";
import { t } from "../shared/language.js";
import { isModalOpen } from "../shared/modal.js";
import { createRow } from "./row.js";
import { rowSource } from "./row-source.js";
import { tableHead } from "./table-head.js";
import { actOnKey, rowForKey } from "./table-keys.js";
import { geometry } from "./windowing.js";

const DRAWN_AROUND = 3;
const ASKED_AROUND = 30;
const HEADER_HEIGHT = 36;
/** How often rows are read again because the held row has moved away from those that were read. */
const MOST_FOLLOWED = 3;
/** The height of what stands above and below the table, for as long as its own is unknown. */
const USUALLY_AROUND = 120;

/** Where a token stood when it was last seen. @typedef {{ id: string, index: number }} Placed */

/**
 * @typedef {object} TableHooks
 * @property {(rows: Rows, view: View) => void} onRows each answer, before it is drawn
 * @property {(problem: Problem) => void} onProblem
 * @property {(sort: SortKey) => void} onSort
 * @property {(row: Row) => void} onCopy
 * @property {(row: Row) => void} onEdit
 * @property {(row: Row) => void} onErase Delete was pressed on it
 * @property {(id: string) => boolean} isSelected
 * @property {(id: string) => boolean} isCopying whether its copy takes a while
 * @property {(row: Row) => string | null} pairMark what a row says of a token that is being replaced, or replaces one
 * @property {() => number} selectedCount
 * @property {(row: Row) => void} onToggle
 * @property {(rows: Row[]) => void} onDeselect
 * @property {(from: Placed, to: Placed) => void} onSelectRange all rows from one to the other, which stands below it
 * @property {() => void} onSelectAll
 * @property {(row: Row, anchor: HTMLElement, at?: { x: number, y: number }) => void} onMenu
 * @property {() => number} now by the clock that the dates of tokens are from
 */

export class TokenTable {
  /** @type {TableHooks} */ #hooks;
  /** @type {View} */ #view;
  #count = 0;
  // Both are kept here, because asking the browser for them would have it lay out the page in the middle of a change.
  #height = 0;
  #scrollTop = 0;
  /** The row at the top when it was drawn last, and the one past the bottom. */
  #first = 0;
  #last = 0;
  /** Where the rows start that were read last. */
  #from = 0;
  /** By place. @type {Map<number, Row>} */ #known = new Map();
  /** By token or, of rows that are not known yet, by place. @type {Map<string | number, RowView>} */
  #drawn = new Map();
  /**
   * The row that keys act on. Its id is null while it stands for whatever is at its place, its place -1 while the token is not
   * in the view.
   * @type {{ id: string | null, index: number } | null}
   */
  #current = null;
  /** The token that was selected last, from which a range goes on. @type {Placed | null} */ #anchor = null;
  /** The current row when the pointer was pressed. @type {{ id: string | null, index: number } | null} */ #pressedFrom =
    null;
  /** Whether the current row must come into sight with the next answer, and have the focus. */
  #isWanted = false;
  /** Whether the rows to come are those of another filter or order. */
  #viewChanged = false;
  /** Whether the row that somebody is at stays where it is on screen when rows come in above it. */
  #isHeld = false;
  /** How often that row was followed to where it stands now, and where the rows to be read for that start. */
  #followed = 0;
  /** @type {number | null} */ #followedTo = null;
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
  #source;
  #resize = new ResizeObserver((entries) => this.#onResize(entries));

  /**
   * @param {string} connection the id of the connection whose list it is
   * @param {View} view
   * @param {TableHooks} hooks
   */
  constructor(connection, view, hooks) {
    this.#view = view;
    this.#hooks = hooks;
    this.#head = tableHead(hooks);
    this.#source = rowSource({
      connection,
      wanted: () => ({
        view: this.#view,
        from: this.#followedTo ?? this.#windowStart(),
        count: Math.ceil(this.#viewport() / rowHeight()) + 1 + 2 * ASKED_AROUND,
        token: (this.#isHeld ? this.#heldRow()?.id : null) ?? this.#current?.id ?? null,
      }),
      onRows: (rows, { view, token }) => this.#take(rows, view, token),
      onProblem: hooks.onProblem,
    });
    this.#grid.append(this.#head.element, this.#body);
    this.element.append(this.#grid);
    this.element.addEventListener("scroll", () => this.#onScroll(), { passive: true });
    this.#body.addEventListener("keydown", (event) => this.#onKey(event));
    this.#body.addEventListener("pointerdown", () => {
      this.#pressedFrom = this.#current;
    });
    this.#body.addEventListener("focusin", (event) => this.#onFocus(event));
    this.#body.addEventListener("click", (event) => this.#onClick(event));
    this.#body.addEventListener("dblclick", (event) => this.#onDoubleClick(event));
    this.#body.addEventListener("contextmenu", (event) => this.#onContextMenu(event));
    this.#resize.observe(this.element);
    this.#head.show(this.#view);
  }

  /** @param {View} view */
  setView(view) {
    this.#view = view;
    this.#isWanted = false;
    this.#anchor = null;
    this.#viewChanged = true;
    this.#release();
    this.#source.forget();
    this.#scrollTo(0);
    this.#head.show(this.#view);
    this.#source.ask();
  }

  /**
   * The rows changed underneath; those of older generations are not wanted any more.
   * @param {number} generation
   * @param {{ hold: boolean }} how `hold` the row that somebody is at where it is: nobody asked for other rows
   */
  refresh(generation, { hold }) {
    if (hold) this.#isHeld = true;
    else this.#release();
    this.#source.since(generation);
    this.#source.ask();
  }

  /** The same list, but a row in it has changed. */
  reload() {
    this.#release();
    this.#source.forget();
    this.#source.ask();
  }

  /** Rows that came with the list. @param {Rows} rows */
  open(rows) {
    this.#source.since(rows.generation);
    this.#know(rows);
  }

  /**
   * Makes a token the current row, brings it into sight and gives it the focus, if it is in the view.
   * @param {string} id
   */
  reveal(id) {
    this.#current = { id, index: -1 };
    this.#isWanted = true;
    this.reload();
  }

  /**
   * A token is gone: the current row and the focus go to the one that takes its place.
   * @param {string} id
   */
  remove(id) {
    const current = this.#current;
    if (current && current.id === id && current.index >= 0) {
      this.#current = { id: null, index: current.index };
      this.#isWanted = true;
    }
    this.reload();
  }

  /** Rows have another height: the one at the top stays there. */
  resized() {
    const bottom = { count: this.#count, viewport: this.#viewport(), scrollTop: Number.POSITIVE_INFINITY };
    this.#scrollTo(geometry(bottom).scrollTopFor(this.#first));
    this.redraw();
    this.#complete();
  }

  /** Gives the focus to the current row or, without one, to the first on screen. */
  focus() {
    // Which token takes the place of one that is gone, the answer that is on its way tells.
    if (this.#current?.id === null) {
      this.#isWanted = true;
      return this.#source.ask();
    }
    this.#move(this.#currentIndex() ?? this.#geometry().first);
  }

  /**
   * Gives the focus back to a token that had it, wherever it stands by now.
   * @param {string} id
   * @param {HTMLElement} [control] what had it in its row
   */
  focusToken(id, control) {
    if (this.#gone) return;
    if (control && this.#drawn.get(id)?.element.contains(control)) {
      control.focus({ preventScroll: true });
      return;
    }
    const index = this.#current?.id === id ? this.#currentIndex() : this.#indexOf(id);
    if (index === null) this.focus();
    else this.#move(index);
  }

  destroy() {
    this.#gone = true;
    this.#resize.disconnect();
    this.#source.destroy();
  }

  #viewport() {
    return (this.#height || window.innerHeight - USUALLY_AROUND) - HEADER_HEIGHT;
  }

  #geometry() {
    return geometry({ count: this.#count, viewport: this.#viewport(), scrollTop: this.#scrollTop });
  }

  /** Where a window of rows must start to have the visible ones in its middle. */
  #windowStart() {
    return Math.max(0, this.#geometry().first - ASKED_AROUND);
  }

  #onScroll() {
    this.#scrollTop = this.element.scrollTop;
    this.redraw();
    this.#complete();
  }

  /** @param {number} top */
  #scrollTo(top) {
    if (top === this.#scrollTop) return;
    // There must be something to scroll first.
    this.#body.style.setProperty("height", `${this.#geometry().height}px`);
    this.element.scrollTop = top;
    this.#scrollTop = top;
  }

  /** @param {ResizeObserverEntry[]} entries */
  #onResize(entries) {
    this.#height = entries.at(-1)?.contentRect.height ?? 0;
    // Drawing now would measure again.
    requestAnimationFrame(() => {
      if (this.#gone) return;
      const index = this.#currentIndex();
      const wasSeen = index !== null && index >= this.#first && index < this.#last;
      // What takes away room, such as the bar for the selection, must not hide the row it is about.
      if (wasSeen && this.#holdsFocus(this.#keyAt(index)))
        this.#scrollTo(this.#geometry().scrollTopFor(index));
      this.#onScroll();
    });
  }

  /** Asks for rows if some of those to draw are not known. */
  #complete() {
    const { first, last } = this.#geometry();
    const to = Math.min(this.#count, last + DRAWN_AROUND);
    for (let index = Math.max(0, first - DRAWN_AROUND); index < to; index += 1) {
      if (!this.#known.has(index)) return this.#source.ask();
    }
  }

  /** @param {Rows} rows */
  #know(rows) {
    this.#count = rows.matched;
    this.#from = rows.from;
    this.#known = new Map(rows.rows.map((row, offset) => [rows.from + offset, row]));
  }

  /**
   * @param {Rows} rows
   * @param {View} view
   * @param {string | null} token the one whose place was asked for
   */
  #take(rows, view, token) {
    const held = this.#isHeld && !this.#isWanted ? this.#heldRow() : null;
    const scrollTop = held ? this.#scrollTopToHold(held, rows, token) : null;
    if (scrollTop === "elsewhere") return this.#source.ask();
    this.#followed = 0;
    this.#followedTo = null;
    const hadFocus = this.#body.contains(document.activeElement);
    this.#know(rows);
    if (scrollTop !== null) this.#scrollTo(scrollTop);
    this.#positionCurrent(token, rows.position);
    // First, because what surrounds the table may change its height, and so what must be drawn.
    this.#hooks.onRows(rows, view);
    const index = this.#currentIndex();
    const isWanted = this.#isWanted && !isModalOpen();
    const follows = isWanted || (hadFocus && this.#viewChanged);
    this.#isWanted = false;
    this.#viewChanged = false;
    if (index !== null && follows) this.#scrollTo(this.#geometry().scrollTopFor(index));
    this.redraw();
    if (index !== null && (hadFocus || isWanted)) this.#focusRow(index);
    else if (hadFocus && !this.#body.contains(document.activeElement)) this.#focusRow(this.#geometry().first);
    if (this.#windowStart() !== this.#from) this.#complete();
    // Where the current row stands is still to be asked, because the held one was asked about instead.
    const { id = null } = this.#current ?? {};
    if (this.#isHeld && id !== null && id !== token && this.#indexOf(id) === null) {
      this.#release();
      this.#source.ask();
    }
  }

  #release() {
    this.#isHeld = false;
    this.#followed = 0;
    this.#followedTo = null;
  }

  /** The row that must not move: the one under the pointer or the current one, or else what is at the top after scrolling. */
  #heldRow() {
    const current = this.#currentIndex();
    const seen = current !== null && current >= this.#first && current < this.#last ? current : null;
    const pointed = this.#pointedIndex();
    const used = isUsedByKeys() ? (seen ?? pointed) : (pointed ?? seen);
    const index = used ?? (this.#scrollTop > 0 ? this.#first : null);
    const id = index === null ? null : (this.#known.get(index)?.id ?? null);
    return index === null || id === null ? null : { id, index };
  }

  #pointedIndex() {
    for (const [key, { element }] of this.#drawn)
      if (element.matches(":hover")) return typeof key === "number" ? key : this.#indexOf(key);
    return null;
  }

  /**
   * Where to scroll so that the held row stays where it is on screen; null if it needs no scrolling, or is gone. "elsewhere" if other
   * rows must be read first, because it stands far from these.
   * @param {{ id: string, index: number }} held
   * @param {Rows} rows
   * @param {string | null} token the one whose place was asked for
   */
  #scrollTopToHold({ id, index }, { matched, from, rows, position }, token) {
    const offset = rows.findIndex((row) => row.id === id);
    const to = id === token ? position : offset < 0 ? null : from + offset;
    const mayFollow = this.#followed < MOST_FOLLOWED;
    if (to === null && id !== token && mayFollow) {
      this.#followed += 1;
      return "elsewhere";
    }
    if (to === null || to === index) return null;
    const viewport = this.#viewport();
    const distance = this.#geometry().distanceOf(index);
    const scrollTop = geometry({ count: matched, viewport, scrollTop: 0 }).scrollTopAt(to, distance);
    const { first, last } = geometry({ count: matched, viewport, scrollTop });
    if (mayFollow && (first < from || last > from + rows.length)) {
      this.#followed += 1;
      this.#followedTo = Math.max(0, first - ASKED_AROUND);
      return "elsewhere";
    }
    return Math.max(0, scrollTop);
  }

  /**
   * @param {string | null} token
   * @param {number | null} position
   */
  #positionCurrent(token, position) {
    const current = this.#current;
    if (!current) return;
    if (current.id === null) {
      current.index = Math.min(current.index, this.#count - 1);
      current.id = this.#known.get(current.index)?.id ?? null;
    } else if (current.id === token) current.index = position ?? -1;
    else current.index = this.#indexOf(current.id) ?? current.index;
  }

  #currentIndex() {
    const index = this.#current?.index ?? -1;
    return index >= 0 && index < this.#count ? index : null;
  }

  /** @param {string} id */
  #indexOf(id) {
    for (const [index, row] of this.#known) if (row.id === id) return index;
    return null;
  }

  /** Draws again, also what is not the list's own: ages have moved on, or other rows are selected. */
  redraw() {
    if (this.#gone) return;
    const geometry = this.#geometry();
    this.#first = geometry.first;
    this.#last = geometry.last;
    this.#grid.setAttribute("aria-rowcount", String(this.#count + 1));
    this.#head.showSelected(this.#hooks.selectedCount() > 0, this.#allSelected());
    this.#body.style.setProperty("height", `${geometry.height}px`);

    const from = Math.max(0, geometry.first - DRAWN_AROUND);
    const to = Math.min(this.#count, geometry.last + DRAWN_AROUND);
    const current = this.#currentIndex();
    /** @type {[index: number, key: string | number][]} */
    const places = [];
    for (let index = from; index < to; index += 1) places.push([index, this.#keyAt(index)]);
    // The row that holds the focus stays, although it is out of sight.
    const currentKey = this.#current?.id ?? current;
    if (current !== null && (current < from || current >= to) && this.#holdsFocus(currentKey)) {
      places.push([current, currentKey ?? current]);
      places.sort(([a], [b]) => a - b);
    }
    const views = this.#viewsFor(places);
    const tabStop =
      current !== null && places.some(([index]) => index === current) ? current : geometry.first;
    const now = this.#hooks.now();
    let next = this.#body.firstElementChild;
    for (const [at, [index, key]] of places.entries()) {
      const view = views[at];
      if (!view) continue;
      const row = this.#known.get(index) ?? null;
      // The one that holds the focus may be out of the window that was read; it keeps what it says.
      if (row || !this.#holdsFocus(key)) {
        const selected = row !== null && this.#hooks.isSelected(row.id);
        const copying = row !== null && this.#hooks.isCopying(row.id);
        const isCurrent = index === current;
        const pairMark = row && this.#hooks.pairMark(row);
        const tab = index === tabStop;
        view.fill({ index, row, current: isCurrent, selected, copying, pairMark, tabStop: tab, now });
      }
      view.element.style.setProperty("transform", `translateY(${geometry.offsetOf(index)}px)`);
      // Rows stay in reading order; those already in place are not touched, or they would lose the focus.
      if (view.element === next) next = next.nextElementSibling;
      else this.#body.insertBefore(view.element, next);
    }
  }

  /** @param {number} index */
  #keyAt(index) {
    const { id = null, index: currentIndex = -1 } = this.#current ?? {};
    return this.#known.get(index)?.id ?? (index === currentIndex ? id : null) ?? index;
  }

  /** @param {string | number | null} key */
  #holdsFocus(key) {
    const element = key === null ? null : this.#drawn.get(key)?.element;
    return element?.contains(document.activeElement) ?? false;
  }

  /**
   * An element for each place: that of its token, if it has one. Others are used again, or taken away.
   * @param {readonly [number, string | number][]} places
   */
  #viewsFor(places) {
    const before = this.#drawn;
    this.#drawn = new Map();
    for (const [index, key] of places) {
      // What stood blank at a place until its token was known, perhaps with the focus, is that token's.
      const found = before.has(key) ? key : index;
      const view = before.get(found);
      if (!view || this.#drawn.has(key)) continue;
      before.delete(found);
      this.#drawn.set(key, view);
    }
    // The focus goes away with its token, rather than to another one.
    const hasFocus = (/** @type {RowView} */ { element }) => element.contains(document.activeElement);
    const free = [...before.values()].filter((view) => !hasFocus(view));
    for (const view of before.values()) if (hasFocus(view)) view.element.remove();
    // In their order, so that they need not move.
    const views = places.map(([, key]) => {
      const view = this.#drawn.get(key) ?? free.shift() ?? createRow(this.#hooks);
      this.#drawn.set(key, view);
      return view;
    });
    for (const { element } of free) element.remove();
    return views;
  }

  /** @param {number} index */
  #move(index) {
    if (this.#count === 0) return;
    const to = Math.min(Math.max(0, index), this.#count - 1);
    this.#current = { id: this.#known.get(to)?.id ?? null, index: to };
    this.#scrollTo(this.#geometry().scrollTopFor(to));
    this.redraw();
    this.#focusRow(to);
    // In a low window the page scrolls, too.
    this.#drawn.get(this.#keyAt(to))?.element.scrollIntoView({ block: "nearest" });
    this.#complete();
  }

  /** @param {number} index */
  #focusRow(index) {
    const element = this.#drawn.get(this.#keyAt(index))?.element;
    if (element && !element.contains(document.activeElement)) element.focus({ preventScroll: true });
  }

  /** The row that an event is about. @param {Event} event */
  #at(event) {
    const target = event.target instanceof Node ? event.target : null;
    for (const [key, { element }] of this.#drawn) {
      if (!target || !element.contains(target)) continue;
      const index = typeof key === "number" ? key : this.#indexOf(key);
      return { element, index, row: index === null ? undefined : this.#known.get(index) };
    }
    return null;
  }

  /** The row with the focus is the current one. @param {FocusEvent} event */
  #onFocus(event) {
    const at = this.#at(event);
    if (!at || at.index === null || at.index === this.#current?.index) return;
    this.#current = { id: at.row?.id ?? null, index: at.index };
    this.redraw();
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const at = this.#at(event);
    if (!at || at.index === null) return;
    const { index, row } = at;
    // A press has moved the focus, and with it the current row.
    const before = this.#pressedFrom ?? this.#current;
    this.#pressedFrom = null;
    this.#current = { id: row?.id ?? null, index };
    const target = event.target instanceof Element ? event.target : null;
    const selects =
      target?.closest(".checkbox") || (!target?.closest("button") && (event.shiftKey || hasCommand(event)));
    if (row && selects) this.#select(row, event.shiftKey, before);
    else this.redraw();
    if (!target?.closest("button")) this.#focusRow(index);
  }

  /**
   * @param {Row} row
   * @param {boolean} withRange whether all rows are meant from the one selected last, or else from the current one
   * @param {{ id: string | null, index: number } | null} [current] the current row before
   */
  #select(row, withRange, current = null) {
    // One that was deselected since is no place to go on from.
    const isAnchored = this.#anchor !== null && this.#hooks.isSelected(this.#anchor.id);
    const clicked = current?.id ? { id: current.id, index: current.index } : null;
    const last = isAnchored ? this.#anchor : clicked;
    // Out of what the table has, it is where it was.
    const from = last && { id: last.id, index: this.#indexOf(last.id) ?? last.index };
    const to = { id: row.id, index: this.#indexOf(row.id) ?? -1 };
    const isRange = withRange && from !== null && from.id !== to.id;
    this.#anchor = isRange ? from : to;
    if (!isRange) this.#hooks.onToggle(row);
    else if (from.index < to.index) this.#hooks.onSelectRange(from, to);
    else this.#hooks.onSelectRange(to, from);
  }

  /**
   * Shift and a key that moves: selects from where it began to where it is now, and no further.
   * @param {number} from
   * @param {number} to
   */
  #extend(from, to) {
    const start = this.#known.get(from);
    if (!start) return this.#move(to);
    if (!this.#anchor || !this.#hooks.isSelected(this.#anchor.id)) {
      this.#anchor = { id: start.id, index: from };
      if (!this.#hooks.isSelected(start.id)) this.#hooks.onToggle(start);
    }
    const anchor = this.#indexOf(this.#anchor.id) ?? this.#anchor.index;
    this.#move(to);
    const at = this.#current?.index ?? to;
    const [low, high] = [Math.min(anchor, at), Math.max(anchor, at)];
    const left = [];
    for (let index = Math.min(from, at); index <= Math.max(from, at); index += 1) {
      const row = this.#known.get(index);
      if (row && (index < low || index > high)) left.push(row);
    }
    if (left.length > 0) this.#hooks.onDeselect(left);
    const end = this.#known.get(at);
    if (!end || at === anchor) return;
    const here = { id: end.id, index: at };
    if (anchor < at) this.#hooks.onSelectRange(this.#anchor, here);
    else this.#hooks.onSelectRange(here, this.#anchor);
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
    const row = this.#at(event)?.row;
    const isOwn = event.target instanceof Element && !event.target.closest("button, .checkbox");
    if (row && isOwn) this.#hooks.onEdit(row);
  }

  /** By the pointer where it is, by the keyboard at the current row. @param {MouseEvent} event */
  #onContextMenu(event) {
    const { row, index, element } = this.#at(event) ?? {};
    if (!row || index == null || !element) return;
    event.preventDefault();
    this.#current = { id: row.id, index };
    this.redraw();
    this.#focusRow(index);
    // A browser that turns a key into this event gives it no pointer.
    const byPointer = event.button === 2 || (isMac && event.ctrlKey);
    this.#hooks.onMenu(row, element, byPointer ? { x: event.clientX, y: event.clientY } : undefined);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const { row, element } = this.#at(event) ?? {};
    const selects = (/** @type {boolean} */ withRange) => row && this.#select(row, withRange);
    if (row && element && actOnKey(event, row, element, this.#hooks, selects)) return;
    const page = Math.max(1, Math.floor(this.#viewport() / rowHeight()) - 1);
    const current = this.#currentIndex();
    const at = current ?? this.#geometry().first;
    const to = rowForKey(event, { at, page, count: this.#count });
    if (to === null) return;
    event.preventDefault();
    // The first arrow press on a table without a current row makes the one current that has the focus.
    if (current === null && event.key.startsWith("Arrow")) this.#move(at);
    else if (event.shiftKey) this.#extend(at, to);
    else this.#move(to);
  }
}
