/**
 * The tokens of one project: ties the header, the table and the status bar to the list that Rust holds, and
 * decides which state is on screen. One load is in flight at a time, however often a refresh is asked for.
 */
/** @import { Connection, Problem, Project, Row, Rows, SortKey, View } from "../../types/ipc" */
/** @import { Draft } from "./create.js" */
import { announce, failureToast } from "../announce.js";
import { h } from "../dom.js";
import { asProblem, oneLine, wordsFor } from "../errors.js";
import { number, plural } from "../format.js";
import { cancelLoad, copyToken, loadTokens } from "../ipc.js";
import { isReload, isShortcut, isWriting } from "../keys.js";
import { openCreate } from "./create.js";
import { copiedToast } from "./created.js";
import { facetChips, tokensHeader } from "./header.js";
import { emptyPane, failedPane, noMatchPane, skeleton, trouble } from "./list-states.js";
import { openPicker } from "./projects.js";
import { statusBar } from "./status.js";
import { TokenTable } from "./table.js";

/** @type {View} */
const FIRST_VIEW = { filter: "", facet: "all", sort: "created", descending: true };

/**
 * @param {{
 *   connection: Connection,
 *   project: Project,
 *   draft: Draft | null,
 *   onDraft: (draft: Draft | null) => void,
 *   onProject: (project: Project) => void,
 *   onChooseProject: () => void,
 *   onSignedOut: () => void,
 *   onSignIn: (problem: Problem) => void,
 * }} options
 */
export function tokensView(options) {
  const { connection, project } = options;
  let view = FIRST_VIEW;
  let draft = options.draft;
  let gone = false;

  /** Loads under way count as one. */
  let loading = false;
  /** Whether a load under way is not new enough, so that another must follow. */
  let again = false;
  let arrived = 0;
  let total = 0;
  /** When the list on screen was loaded whole, and as which generation. @type {number | null} */
  let loadedAt = null;
  let wholeGeneration = -1;
  /** @type {Problem | null} */
  let problem = null;
  /** Whether what is on screen after a problem is the last whole list, rather than a part of a new one. */
  let keptWhole = false;
  /** @type {Rows | null} */
  let shown = null;
  /** @type {Set<string>} */
  const copying = new Set();

  const ways = {
    retry: () => void load(),
    create: newToken,
    clear() {
      header.setFilter("");
      setView({ filter: "", facet: "all" });
      header.filter.focus();
    },
    chooseProject: options.onChooseProject,
    signIn: () => options.onSignIn(problem ?? asProblem(null)),
  };
  const header = tokensHeader({
    connection,
    project,
    onProjects: pickProject,
    onFilter: (filter) => setView({ filter }),
    onRefresh: () => void load(),
    onNew: newToken,
    onDown: () => table.focus(),
  });
  const chips = facetChips((facet) => setView({ facet }));
  const table = new TokenTable(view, {
    onRows,
    onProblem: (fault) => failureToast(wordsFor(fault).title, wordsFor(fault).next),
    onSort: sortBy,
    onCopy: (row) => void copy(row),
  });
  const status = statusBar(connection, () => void cancelLoad().catch(() => {}));
  const bar = h("div", { class: "bar-place" });
  const place = h("div", { class: "place" });
  const title = h("h1", { class: "unseen", tabindex: -1 }, "Tokens of ", h("bdi", {}, project.name));
  const list = h("div", { class: "list" }, table.element, place);
  const main = h("main", { class: "tokens-main" }, title, chips.element, bar, list);
  const element = h("div", { class: "tokens" }, header.element, main, status.element);

  async function load() {
    if (loading) return;
    loading = true;
    arrived = 0;
    draw();
    if (total === 0) announce("Loading tokens…");
    try {
      const loaded = await loadTokens({ project: project.id }, (progress) => {
        if (gone || !loading) return;
        arrived = progress.total;
        table.refresh(progress.generation);
        drawStatus();
      });
      if (gone) return;
      settle(loaded.problem, loaded.total, loaded.generation);
    } catch (reason) {
      if (gone) return;
      settle(asProblem(reason), Math.max(total, arrived), wholeGeneration);
    }
  }

  /**
   * @param {Problem | null} fault
   * @param {number} count
   * @param {number} generation
   */
  function settle(fault, count, generation) {
    loading = false;
    problem = fault;
    total = count;
    keptWhole = fault !== null && loadedAt !== null && (generation === wholeGeneration || arrived === 0);
    if (fault === null) {
      loadedAt = Date.now();
      wholeGeneration = generation;
      announce(plural(total, "token"));
    } else if (!keptWhole) {
      loadedAt = null;
    }
    arrived = 0;
    table.refresh(generation);
    draw();
    if (fault !== null) announce((bar.querySelector("p") ?? place.querySelector("h2"))?.textContent ?? "");
    if (again) {
      again = false;
      void load();
    }
  }

  /** @param {Rows} rows */
  function onRows(rows) {
    shown = rows;
    if (narrowed()) announce(countText());
    draw();
  }

  /** @param {Partial<View>} change */
  function setView(change) {
    view = { ...view, ...change };
    chips.update(view.facet, shown?.counts ?? null);
    table.setView(view);
  }

  /** @param {SortKey} sort */
  function sortBy(sort) {
    const descending = sort === view.sort ? !view.descending : sort === "created";
    setView({ sort, descending });
  }

  const narrowed = () => view.facet !== "all" || view.filter.trim() !== "";
  const countText = () => `${number(shown?.matched ?? 0)} of ${plural(Math.max(total, arrived), "token")}`;

  function draw() {
    const nothing = total === 0 && arrived === 0 && (shown?.counts.all ?? 0) === 0;
    const first = loading && (shown === null || nothing);
    main.setAttribute("aria-busy", String(first));
    header.setLoading(loading);
    chips.update(view.facet, first || (total === 0 && problem) ? null : (shown?.counts ?? null));

    if (first) stand("loading", skeleton);
    else if (total === 0 && !loading && problem)
      stand(`failed ${problem.code}`, () => failedPane(/** @type {Problem} */ (problem), ways));
    else if (total === 0 && !loading) stand("empty", () => emptyPane(ways));
    else if (shown?.matched === 0 && narrowed())
      stand(`none ${view.filter}`, () => noMatchPane(view.filter, ways));
    else stand("", null);

    drawTrouble();
    drawStatus();
  }

  let standing = "none yet";
  /**
   * @param {string} state built again only when it changes, or a focused button in it would be lost
   * @param {(() => Node) | null} build
   */
  function stand(state, build) {
    if (state === standing) return;
    const hadFocus = place.contains(document.activeElement);
    standing = state;
    place.replaceChildren(...(build ? [build()] : []));
    place.hidden = build === null;
    table.element.hidden = build !== null;
    if (build === null) table.redraw();
    if (hadFocus) (place.querySelector("button") ?? title).focus();
  }

  let troubleShown = "";
  function drawTrouble() {
    const fault = total > 0 && !loading ? problem : null;
    const state = fault
      ? `${fault.code} ${keptWhole ? Math.floor((Date.now() - (loadedAt ?? 0)) / 60_000) : ""}`
      : "";
    if (state === troubleShown) return;
    const hadFocus = bar.contains(document.activeElement);
    troubleShown = state;
    bar.replaceChildren(
      ...(fault
        ? [trouble({ problem: fault, host: connection.host, keptSince: keptWhole ? loadedAt : null }, ways)]
        : []),
    );
    if (hadFocus) (bar.querySelector("button") ?? title).focus();
  }

  function drawStatus() {
    status.update({
      loading,
      arrived,
      total,
      matched: narrowed() && shown ? shown.matched : null,
      loadedAt,
      incomplete: problem !== null && !keptWhole,
      failed: total === 0 && problem !== null,
    });
  }

  /** @param {Row} row */
  async function copy(row) {
    if (copying.has(row.id)) return;
    copying.add(row.id);
    try {
      const { clearsAfterSeconds } = await copyToken({ id: row.id });
      copiedToast(row.name, clearsAfterSeconds);
    } catch (reason) {
      const fault = asProblem(reason);
      // A later copy took this one's place.
      if (fault.code !== "cancelled") failureToast("Not copied.", oneLine(fault));
    } finally {
      copying.delete(row.id);
    }
  }

  function newToken() {
    openCreate({
      project,
      draft,
      onDraft(kept) {
        draft = kept;
        options.onDraft(kept);
      },
      onCreated(row) {
        if (gone) return;
        total += 1;
        table.reveal(row.id);
        draw();
      },
      onRefresh(name) {
        header.setFilter(name);
        setView({ filter: name, facet: "all" });
        // A load under way may have begun before the token was made.
        if (loading) again = true;
        else void load();
      },
      onSignIn: options.onSignIn,
    });
    draft = null;
    options.onDraft(null);
  }

  function pickProject() {
    openPicker({
      connection,
      current: project.id,
      onChoose: options.onProject,
      onSignedOut: options.onSignedOut,
      onSignIn: options.onSignIn,
    });
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (document.querySelector("dialog[open]")) return;
    if (isShortcut(event, "n")) newToken();
    else if (isReload(event)) void load();
    else if (isShortcut(event, "f") || (event.key === "/" && !isWriting(event.target))) {
      header.filter.focus();
      header.filter.select();
    } else return;
    event.preventDefault();
  }

  document.addEventListener("keydown", onKey);
  let ticks = 0;
  const clock = window.setInterval(() => {
    if (document.hidden) return;
    ticks += 1;
    drawStatus();
    // Ages in the table are told in minutes and more; the bar's, too.
    if (ticks % 30 === 0) {
      table.redraw();
      drawTrouble();
    }
  }, 1000);
  draw();

  return {
    element,
    focus() {
      title.focus();
      void load();
      if (draft) newToken();
    },
    destroy() {
      gone = true;
      document.removeEventListener("keydown", onKey);
      window.clearInterval(clock);
      table.destroy();
    },
  };
}
