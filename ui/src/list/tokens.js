/**
 * The tokens of one project: ties the header, the table and the status bar to the list that Rust holds, and
 * decides which state is on screen.
 */
/** @import { Connection, PrefetchedList, PasteSource, ProjectSummary, Row, Rows, SortKey, TokenAge, View } from "../../types/ipc" */
/** @import { Ways } from "../connections/picker.js" */

import { openPicker } from "../connections/picker.js";
import { rows as fetchRows, findRows, forgetFoundToken, pasteIntoFilter as readPaste } from "../ipc.js";
import { announce, failureToast, offersAction } from "../shared/announce.js";
import { problemToast } from "../shared/copy-details.js";
import { h } from "../shared/dom.js";
import { asProblem } from "../shared/errors.js";
import { DENSITY_CHANGED } from "../shared/events.js";
import { isReload, isShortcut, isSign, isTextInput } from "../shared/keys.js";
import { t, tNodes } from "../shared/language.js";
import { isModalOpen } from "../shared/modal.js";
import { serverNow } from "../shared/server-clock.js";
import { signInAgain } from "../sign-in/sign-in.js";
import { openIdentify } from "../token/identify.js";
import { tokenActions } from "../token/token-actions.js";
import { changesChip } from "./changes.js";
import { facetChips } from "./chips.js";
import { expiryWatch } from "./expiry.js";
import { openExportMenu } from "./export.js";
import { NO_FACETS } from "./facets.js";
import { openFindInFiles } from "./find-in-files.js";
import { tokensHeader } from "./header.js";
import { listLoad } from "./list-load.js";
import { isLoading, narrows, problemOf, screenOf, statusOf, totalOf, troubleOf } from "./list-state.js";
import { emptyPane, failedPane, noMatchPane, skeleton, trouble } from "./list-states.js";
import { selectedTokens } from "./selection.js";
import { clockTexts, statusBar } from "./status.js";
import { TokenTable } from "./table.js";
import { erases } from "./table-keys.js";

/** @typedef {Pick<View, "sort" | "descending">} Order */
/**
 * What a view hands to the next one of the same list.
 * @typedef {{
 *   view: View,
 *   list: import("./list-state.js").List,
 *   clockOffset: number | null,
 *   selected: Row[],
 *   draft: import("../token/create.js").Draft | null,
 * }} Kept
 */

/** How many rows Rust hands out at once. */
const MOST_AT_ONCE = 500;

/** Most lists arrive earlier, and drawing a skeleton first would delay them. */
const SKELETON_AFTER_MS = 250;

/** What moves in a table moves into it. */
const TO_THE_TABLE = /^(Arrow(Up|Down)|Page(Up|Down)|Home|End)$/;

/**
 * @param {{
 *   connection: Connection,
 *   project: ProjectSummary,
 *   onProject: (project: ProjectSummary) => void,
 *   order: Order,
 *   onOrder: (order: Order) => void,
 *   age: TokenAge,
 *   onAge: (age: TokenAge) => void,
 *   onChooseProject: () => void,
 *   onSettings: () => void,
 *   prefetched: PrefetchedList | null,
 *   kept?: Kept | null,
 * } & Ways} options `prefetched` is the list, if it came with the connection; `kept` what the same list was like in another language
 */
export function tokensView(options) {
  const { connection, project, kept = null } = options;
  /** @type {View} */
  let view = kept?.view ?? { filter: "", facets: NO_FACETS, ...options.order };
  const leaving = new AbortController();
  const { signal } = leaving;
  const isGone = () => signal.aborted;

  const loading = listLoad({
    connection,
    project,
    signal,
    onGeneration: (generation, how) => table.refresh(generation, how),
    onChange: drawSoon,
    onSettled: settled,
    kept,
  });
  /** The rows on screen, of whichever view. */
  const shown = () => {
    const list = loading.list();
    return list.at === "rows" ? list.rows : null;
  };
  const actions = tokenActions({
    connection,
    project,
    draft: kept?.draft ?? null,
    onMade(row) {
      table.reveal(row.id);
      changes.lookAgain();
    },
    onChanged() {
      table.reload();
      changes.lookAgain();
      void updateSelection();
      actions.updatePairs();
      updateFiles();
    },
    onRemoved(row) {
      selection.drop(row.id);
      changes.lookAgain();
      table.remove(row.id);
      actions.updatePairs();
      updateFiles();
    },
    onFindInFiles: (row) => findInFiles(row, () => table.focusToken(row.id)),
    onReload: loading.loadAgain,
    restoreFocus: (row, control) => table.focusToken(row.id, control),
    onPending: () => table.redraw(),
  });
  const ways = {
    retry: loading.load,
    create: actions.create,
    searchAll() {
      setView({ facets: NO_FACETS });
      header.filter.focus();
    },
    clear() {
      header.setFilter("");
      setView({ filter: "", facets: NO_FACETS });
      header.filter.focus();
    },
    chooseProject: options.onChooseProject,
    signIn: loading.signIn,
  };
  const header = tokensHeader({
    connection,
    project,
    onProjects: pickProject,
    onFilter: (filter) => setView({ filter }),
    onPaste: pasteIntoFilter,
    onRefresh: loading.load,
    onSettings: options.onSettings,
    onNew: actions.create,
    onDown: () => table.focus(),
  });
  const chips = facetChips(options.age, { onFacets: (facets) => setView({ facets }), onAge: options.onAge });
  const changes = changesChip({ connection, project, signal, restore: () => focusSomewhere() });
  const selection = selectedTokens({
    onChange: () => table.redraw(),
    onNarrow: () => void narrowSelected(),
    onRevoke: () => void revokeSelected(),
  });
  const table = new TokenTable(connection.id, view, {
    onRows,
    onProblem(fault) {
      problemToast(fault);
      loading.fail(fault);
    },
    onSort: sortBy,
    onCopy: actions.copy,
    onEdit: actions.edit,
    // What is selected is meant, wherever the focus is; without a selection, the current row.
    onErase: (row) => (selection.count() > 0 ? void revokeSelected() : actions.revoke(row)),
    isSelected: selection.has,
    isCopying: actions.isCopying,
    pairMark: actions.pairMark,
    selectedCount: selection.count,
    onToggle: selection.toggle,
    onDeselect: selection.remove,
    onSelectRange: (from, to) => void selectRange(from, to),
    onSelectAll: () => void selectAll(),
    onMenu: (row, anchor, at) => actions.menu(row, anchor, at, selection.count() === 0),
    now: () => serverNow(connection),
  });
  const status = statusBar(connection, {
    onStop: loading.stop,
    onExport: (anchor) => openExportMenu({ anchor, connection, project, view }),
    onFindInFiles: (anchor) => findInFiles(null, () => anchor.focus({ preventScroll: true })),
    onSignIn: () => void signInAgain(connection, null),
    onFocusLost: () => (shown()?.matched ? table.focus() : title.focus()),
  });
  const expiry = expiryWatch(connection, signal);
  const notice = h("div");
  const emptyState = h("div", { class: "empty-state" });
  const title = h(
    "h1",
    { class: "visually-hidden", tabindex: -1 },
    ...tNodes("tokens.heading", { project: h("bdi", {}, project.name) }),
  );
  const chipsRow = h("div", { class: "chips-row" }, chips.element, changes.element);
  const frame = h("div", { class: "list" }, table.element, emptyState, selection.element);
  const main = h("main", { class: "tokens-main" }, title, chipsRow, notice, frame);
  const element = h("div", { class: "tokens" }, header.element, main, status.element);

  let clockReported = kept !== null && kept.clockOffset !== null;
  /** @param {boolean} isNews whether somebody waits for it, or should know */
  function settled(isNews) {
    draw();
    const list = loading.list();
    if (list.at === "rows" && list.summary.whole) void updateSelection();
    if (list.at === "rows") {
      actions.updatePairs();
      updateFiles();
    }
    if (list.at === "rows" && list.problem === null) changes.look();
    const clockOffset = loading.clockOffset();
    if (clockOffset !== null && !clockReported) {
      clockReported = true;
      const { text, title } = clockTexts(clockOffset);
      failureToast(`${text}.`, title);
    }
    if (!isNews) return;
    const failure =
      problemOf(list) === null ? null : (notice.querySelector("p") ?? emptyState.querySelector("h2"));
    announce(
      problemOf(list) === null ? t("count.tokens", { count: totalOf(list) }) : (failure?.textContent ?? ""),
    );
  }

  /**
   * @param {Rows} rows
   * @param {View} of
   */
  function onRows(rows, of) {
    const before = screenOf(loading.list());
    loading.take(rows, of);
    // A hidden table cannot take the focus.
    if (screenOf(loading.list()) !== before) draw();
    if (narrows(of)) announce(t("count.tokensOf", { matched: rows.matched, count: totalOf(loading.list()) }));
  }

  /** @param {Partial<View>} change */
  function setView(change) {
    view = { ...view, ...change };
    if (!narrows(view)) selection.unhide();
    void updateSelection();
    chips.update(view.facets, shown()?.counts ?? null);
    table.setView(view);
  }

  /** Whether a token of this project that is not in the list did not exist when the list was loaded. */
  const isWhole = () => {
    const list = loading.list();
    if (list.at !== "rows" || list.load !== "idle") return false;
    const { whole, unreadable, noRoom } = list.summary;
    return whole && unreadable + noRoom === 0;
  };

  /**
   * Whether what was pasted is text to insert. Otherwise it was used here.
   * @param {PasteSource} source
   * @param {() => boolean} isCurrent whether nothing was typed or pasted since
   */
  async function pasteIntoFilter(source, isCurrent) {
    try {
      const pasted = await readPaste({ connection: connection.id, source });
      if (isGone() || !isCurrent()) {
        // No card will.
        if (pasted.kind === "token")
          forgetFoundToken({ connection: connection.id, paste: pasted.paste }).catch(() => {});
        return false;
      }
      if (pasted.kind === "text") return true;
      if (pasted.kind === "other_token") failureToast(t("paste.otherToken"), t("paste.otherTokenNext"));
      else identify(pasted);
    } catch (reason) {
      if (!isGone()) problemToast(asProblem(reason));
    }
    return false;
  }

  /** @param {import("../token/identify.js").FoundToken} found */
  function identify(found) {
    if (found.row || found.project === null) {
      // The id, which is no secret, stands for the value. It may be another token's name, too.
      header.setFilter(found.id);
      setView({ filter: found.id, facets: NO_FACETS });
    }
    openIdentify({
      connection,
      found,
      isWhole: isWhole(),
      restore: () => header.filter.focus(),
      rotation: actions.rotation,
      onRevoke: actions.revoke,
      onProject: options.onProject,
      onSwitch: options.onSwitch,
      onRevoked: loading.loadAgain,
    });
  }

  /** Keeps what a search of files shows in step with the list. */
  let updateFiles = () => {};
  /** @param {Row | null} wanted @param {() => void} restore */
  function findInFiles(wanted, restore) {
    const search = openFindInFiles({
      connection,
      wanted,
      isWhole,
      restore,
      onRevoke: (row, restore) => actions.revoke(row, { restore }),
    });
    updateFiles = () => void search.update();
  }

  /**
   * Also those between that the table does not have.
   * @param {import("./table.js").Placed} from
   * @param {import("./table.js").Placed} to
   */
  const selectRange = (from, to) =>
    withRows(from.index, to.index - from.index + 1, ({ rows }, count) => {
      // The list may have moved since they were seen there: what lies between them is then anybody's guess.
      const isWhole = count > MOST_AT_ONCE || rows.at(-1)?.id === to.id;
      if (rows[0]?.id !== from.id || !isWhole) return failureToast(t("selection.moved"));
      select(rows, count);
    });

  /** All that are shown, or none of them. */
  const selectAll = () =>
    withRows(0, MOST_AT_ONCE, ({ rows, matched }) => {
      if (rows.every(({ id }) => selection.has(id))) selection.remove(rows);
      else select(rows, matched);
    });

  /**
   * @param {readonly Row[]} rows
   * @param {number} wanted how many that should have been
   */
  function select(rows, wanted) {
    selection.add(rows);
    if (wanted > rows.length) failureToast(t("selection.most", { count: rows.length }));
  }

  /**
   * @param {number} from
   * @param {number} count
   * @param {(answer: Rows, count: number) => void} act not called when other rows are on screen by then
   */
  async function withRows(from, count, act) {
    const asked = view;
    try {
      const answer = await fetchRows({
        connection: connection.id,
        view,
        from,
        count: Math.min(count, MOST_AT_ONCE),
        token: null,
      });
      if (!isGone() && view === asked) act(answer, count);
    } catch (reason) {
      if (!isGone()) problemToast(asProblem(reason));
    } finally {
      // A box that was pressed shows what it will be, whatever came of it.
      if (!isGone()) table.redraw();
    }
  }

  /** The last view that Rust was asked about: which of the selected tokens it hides. */
  let checkedView = view;
  /** Selected tokens may have been renamed or removed, or the filter may hide them. */
  async function updateSelection() {
    const asked = view;
    const ids = selection.rows().map(({ id }) => id);
    // A list that was locked or left meanwhile needs none.
    const found =
      ids.length === 0
        ? { rows: [], hidden: [] }
        : await findRows({ connection: connection.id, ids, view }).catch(() => null);
    if (isGone() || !found || view !== asked) return;
    checkedView = asked;
    selection.update(ids, found, isWhole());
  }

  /**
   * Not before it is known which of the selected tokens the filter hides.
   * @param {(rows: Row[], hidden: Set<string>) => void} ask opens a dialog
   */
  async function askAboutSelection(ask) {
    const isKnown = () => !narrows(view) || checkedView === view;
    if (!isKnown()) await updateSelection();
    if (isGone() || isModalOpen() || !isKnown() || selection.count() === 0) return;
    ask(selection.rows(), selection.hidden());
  }

  const narrowSelected = () =>
    askAboutSelection((rows, hidden) => actions.narrowMany(rows, { hidden, onClosed: focusSomewhere }));

  const revokeSelected = () =>
    askAboutSelection((rows, hidden) => {
      const [only] = rows;
      if (only && rows.length === 1) {
        actions.revoke(only, { hidden, onDone: () => requestAnimationFrame(focusSomewhere) });
      } else actions.revokeMany(rows, { hidden, onClosed: focusSomewhere });
    });

  /** What opened a dialog may be gone with what was selected. In an empty list the title has the focus. */
  function focusSomewhere() {
    const now = document.activeElement;
    const isShown = now instanceof HTMLElement && now !== document.body && now.getClientRects().length > 0;
    if (isGone() || isShown) return;
    title.focus();
    if (shown()?.matched) table.focus();
  }

  /** @param {SortKey} sort */
  function sortBy(sort) {
    const order = { sort, descending: sort === view.sort ? !view.descending : sort === "created" };
    options.onOrder(order);
    setView(order);
  }

  let drawing = 0;
  /** Draws once in the next frame, however often it is called. */
  function drawSoon() {
    if (drawing === 0) drawing = requestAnimationFrame(draw);
  }

  /** When the skeleton is due, while nothing can be shown. */
  let skeletonTimer = 0;
  let isSlow = false;
  function draw() {
    cancelAnimationFrame(drawing);
    drawing = 0;
    if (isGone()) return;
    const list = loading.list();
    const screen = screenOf(list);
    const isFirst = screen === "loading";
    if (!isFirst) {
      window.clearTimeout(skeletonTimer);
      skeletonTimer = 0;
      isSlow = false;
    } else if (skeletonTimer === 0) {
      skeletonTimer = window.setTimeout(() => {
        isSlow = true;
        draw();
      }, SKELETON_AFTER_MS);
    }
    main.setAttribute("aria-busy", String(isFirst));
    header.setLoading(isLoading(list));
    chips.update(view.facets, isFirst ? null : (shown()?.counts ?? null));

    if (isFirst) showEmptyState(`loading ${isSlow}`, isSlow ? skeleton : () => h("div"));
    else if (list.at === "failed")
      showEmptyState(`failed ${list.problem.code}`, () => failedPane(list.problem, ways));
    else if (screen === "empty") showEmptyState("empty", () => emptyPane(ways));
    else if (screen === "no match" && list.at === "rows")
      showEmptyState(`none ${JSON.stringify(list.view.facets)} ${list.view.filter}`, () =>
        noMatchPane(list.view, ways),
      );
    else showEmptyState("", null);

    drawTrouble();
    drawStatus();
  }

  let emptyStateShown = "none yet";
  /**
   * @param {string} state built again only when it changes, or a focused button in it would be lost
   * @param {(() => Node) | null} build
   */
  function showEmptyState(state, build) {
    if (state === emptyStateShown) return;
    const hadFocus = frame.contains(document.activeElement);
    emptyStateShown = state;
    emptyState.replaceChildren(...(build ? [build()] : []));
    emptyState.hidden = build === null;
    table.element.hidden = build !== null;
    if (build === null) table.redraw();
    if (hadFocus && (build !== null || !table.element.contains(document.activeElement)))
      (emptyState.querySelector("button") ?? title).focus();
  }

  let troubleShown = "";
  /** Stays while the list is loaded again: only a new result tells whether it is over. */
  function drawTrouble() {
    const fault = troubleOf(loading.list());
    const minutes = fault?.loadedAt == null ? "" : Math.floor((Date.now() - fault.loadedAt) / 60_000);
    const state = fault ? `${fault.problem.code} ${fault.problem.detail} ${fault.whole} ${minutes}` : "";
    if (state === troubleShown) return;
    const focused = [...notice.querySelectorAll("button")].findIndex((one) => one.matches(":focus"));
    troubleShown = state;
    notice.replaceChildren(...(fault ? [trouble(fault, ways)] : []));
    if (focused < 0) return;
    const buttons = notice.querySelectorAll("button");
    (buttons[focused] ?? buttons[0] ?? title).focus();
  }

  const drawStatus = () => status.update({ ...statusOf(loading.list()), clockOffset: loading.clockOffset() });

  function pickProject() {
    openPicker({
      ...options,
      current: project.id,
      onChoose: options.onProject,
      onRenamed: header.drawConnection,
    });
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (isModalOpen()) return;
    // In the filter it has cleared that by now.
    const escapes = event.key === "Escape" && !event.defaultPrevented;
    if (isShortcut(event, "n")) actions.create();
    else if (isReload(event)) loading.load();
    else if (isShortcut(event, "f") || (isSign(event, "/") && !isTextInput(event.target))) {
      header.filter.focus();
      header.filter.select();
    } else if (isShortcut(event, "a") && !isTextInput(event.target)) {
      void selectAll();
    } else if (
      erases(event) &&
      !event.defaultPrevented &&
      selection.count() > 0 &&
      !isTextInput(event.target)
    ) {
      void revokeSelected();
    } else if (escapes && selection.count() > 0) {
      selection.clear();
    } else if (escapes && view.filter !== "") {
      header.setFilter("");
      setView({ filter: "" });
    } else if (TO_THE_TABLE.test(event.key) && isNowhere(event.target)) table.focus();
    else return;
    event.preventDefault();
  }
  /** Where the focus is when nothing was chosen yet, or above the rows. @param {EventTarget | null} target */
  const isNowhere = (target) =>
    target === document.body ||
    target === title ||
    (target instanceof Element && target.closest(".head") !== null);

  document.addEventListener("keydown", onKey, { signal });
  document.addEventListener(DENSITY_CHANGED, () => table.resized(), { signal });
  let seconds = 0;
  const clock = window.setInterval(() => {
    if (document.hidden) return;
    seconds += 1;
    drawStatus();
    expiry.look(serverNow(connection));
    // Ages in the table are shown in minutes and more; the bar's, too.
    if (seconds % 30 === 0) {
      table.redraw();
      changes.redraw();
      drawTrouble();
    }
  }, 1000);
  return {
    element,
    /** Null while something is offered or under way that would be lost. @returns {Kept | null} */
    keep: () =>
      actions.isCopyingAny() || offersAction()
        ? null
        : {
            view,
            list: loading.list(),
            clockOffset: loading.clockOffset(),
            selected: selection.rows(),
            draft: actions.draft(),
          },
    focus() {
      title.focus();
      const { prefetched } = options;
      if (kept) {
        header.setFilter(view.filter);
        selection.add(kept.selected);
        const rows = shown();
        if (rows) table.open(rows);
        if (!loading.resume()) loading.load();
        table.reload();
        draw();
      } else if (prefetched) {
        table.open(prefetched.rows);
        loading.open(prefetched, view);
      } else {
        draw();
        loading.load();
      }
    },
    destroy() {
      leaving.abort();
      window.clearInterval(clock);
      window.clearTimeout(skeletonTimer);
      actions.destroy();
      table.destroy();
    },
  };
}
