/**
 * The tokens of a list that somebody is replacing: which rows belong together, what is left to do, and doing it. Rust keeps the
 * pairs; what is known of them here is as the list says.
 */
/** @import { Connection, Problem, ProjectSummary, Rotation, Row } from "../../types/ipc" */
/** @import { MenuItem } from "../shared/menu.js" */
/** @import { Renamed } from "./rotate.js" */

import { endRotation, rotations as readRotations } from "../ipc.js";
import { nameOf } from "../list/row.js";
import { actionToast, doubtToast, toast } from "../shared/announce.js";
import { problemToast } from "../shared/copy-details.js";
import { h, userText } from "../shared/dom.js";
import { asProblem, oneLine } from "../shared/errors.js";
import { t, tNodes } from "../shared/language.js";
import { plainName } from "../shared/names.js";
import { isSignedOut, isUnsure } from "../shared/problems.js";

/** What a token is in a pair: the old one, its successor, or the successor of one that is gone. @typedef {"old" | "new" | "last"} Role */
/** @typedef {{ role: Role, pair: Rotation }} Part */

/**
 * @param {{
 *   connection: Connection,
 *   project: ProjectSummary,
 *   onChange: () => void,
 *   onRename: (row: Row, name: string) => void,
 *   onMissing: (row: Row) => void,
 *   onReload: () => void,
 * }} options `onChange` when rows have other marks; `onRename` when somebody wants to give a successor its name
 */
export function rotations({ connection, project, onChange, onRename, onMissing, onReload }) {
  const at = { connection: connection.id, project: project.id };
  /** By the token's id. @type {Map<string, Part>} */
  let parts = new Map();
  let asked = 0;
  let gone = false;
  let isSavingReported = false;
  /** Successors whose renaming has been offered or decided. @type {Set<string>} */
  const offered = new Set();
  let withdraw = () => {};
  /** The successor whose renaming is being offered. @type {string | null} */
  let onOffer = null;

  async function update() {
    asked += 1;
    const mine = asked;
    // A list that was locked or left meanwhile needs none.
    const answer = await readRotations(at).catch(() => null);
    if (gone || mine !== asked || answer === null) return;
    const hadAny = parts.size > 0;
    parts = new Map(answer.pairs.flatMap(partsOf));
    if (hadAny || parts.size > 0) onChange();
    if (onOffer !== null && parts.get(onOffer)?.role !== "last") withdraw();
    if (answer.problem && !isSavingReported) {
      isSavingReported = true;
      problemToast(answer.problem, { title: t("rotate.notSaved") });
    }
    const left = [...parts.values()].filter(({ role, pair }) => role === "last" && !offered.has(pair.new.id));
    for (const { pair } of left) offered.add(pair.new.id);
    // Several at once would fill the screen: their rows say so.
    if (left[0]) offer(left[0].pair);
  }

  /** The old one is gone. @param {Rotation} pair */
  function offer({ new: row, renameTo }) {
    if (renameTo === null) return;
    withdraw();
    onOffer = row.id;
    const names = { name: userText(row.name), wanted: userText(renameTo) };
    const act = async () => {
      // Somebody may have renamed it meanwhile.
      const now = parts.get(row.id);
      if (now?.role === "last" && now.pair.renameTo !== null) onRename(now.pair.new, now.pair.renameTo);
    };
    const action = { label: t("action.rename"), busyLabel: t("action.rename"), act };
    withdraw = actionToast(action, ...tNodes("rotate.offer", names));
  }

  /** @param {Rotation} pair */
  async function keepBoth({ oldId, new: row }) {
    try {
      await endRotation({ ...at, old: oldId, new: row.id });
    } catch (reason) {
      const problem = asProblem(reason);
      if (!gone && !isSignedOut(problem)) problemToast(problem);
    }
    await update();
  }

  /** @param {string} id */
  const of = (id) => parts.get(id) ?? null;

  return {
    update,
    of,
    /** The pair whose old token this is. @param {Row} row */
    ofOld(row) {
      const part = of(row.id);
      return part?.role === "old" ? part.pair : null;
    },
    /** What a row says of it; null for a token that is in no pair. @param {Row} row */
    mark(row) {
      const part = parts.size === 0 ? null : of(row.id);
      return part && markOf(part);
    },
    /** Whoever revokes the old token decides about the name there. @param {Rotation} pair */
    decided: ({ new: row }) => void offered.add(row.id),
    /** @param {Part} part @returns {MenuItem[]} */
    items({ role, pair }) {
      const keep = {
        label: t(role === "last" ? "rotate.keepName" : "rotate.keepBoth"),
        act: () => void keepBoth(pair),
      };
      const { new: row, renameTo } = pair;
      if (role !== "last" || renameTo === null) return [keep];
      const label = t("rotate.renameTo", { name: plainName(renameTo) });
      return [{ label, act: () => onRename(row, renameTo) }, keep];
    },
    /**
     * The old token has been revoked, and its successor renamed, or not.
     * @param {Row} old
     * @param {Rotation} pair
     * @param {Renamed} renamed
     */
    report(old, pair, renamed) {
      const { new: row } = pair;
      const names = { old: userText(old.name), name: userText(row.name) };
      if ("problem" in renamed) return fail(old, pair, renamed.problem);
      const { outcome, row: now } = renamed.outcome;
      const got = userText(now.name);
      if (outcome === "changed_elsewhere") {
        toast(...tNodes("revoke.done", { name: userText(old.name) }));
        doubtToast(...tNodes("rotate.changedElsewhere", { name: userText(now.name) }));
      } else if (now.name === pair.renameTo) toast(...tNodes("rotate.done", { ...names, wanted: got }));
      else doubtToast(...tNodes("edit.savedName", { name: got }));
    },
    destroy() {
      gone = true;
      withdraw();
    },
  };

  /**
   * @param {Row} old
   * @param {Rotation} pair
   * @param {Problem} problem
   */
  function fail(old, { new: row }, problem) {
    toast(...tNodes("revoke.done", { name: userText(old.name) }));
    if (problem.code === "not_found") return onMissing(row);
    const name = userText(row.name);
    if (isUnsure(problem)) {
      doubtToast(...tNodes("rotate.mayBeRenamed", { name }), " ", t("list.reloaded"));
      return onReload();
    }
    const title = h("span", {}, ...tNodes("rotate.notRenamed", { name }));
    const next = `${oneLine(problem, "changing")} ${t("rotate.stillOffered")}`;
    problemToast(problem, { title, next, doing: "changing" });
  }
}

/** @param {Rotation} pair @returns {[string, Part][]} */
function partsOf(pair) {
  if (pair.old === null) return [[pair.new.id, { role: "last", pair }]];
  return [
    [pair.oldId, { role: "old", pair }],
    [pair.new.id, { role: "new", pair }],
  ];
}

/** @param {Part} part */
function markOf({ role, pair }) {
  if (role === "old") return t("rotate.replacedBy", { name: nameOf(pair.new) });
  if (pair.old !== null) return t("rotate.replaces", { name: nameOf(pair.old) });
  return t("rotate.canBeNamed", { name: plainName(pair.renameTo ?? "") });
}
