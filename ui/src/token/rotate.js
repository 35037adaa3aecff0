/**
 * What a successor starts with: the permissions of the token that it replaces, all of them, and a free name that says so.
 */
/** @import { Connection, ProjectSummary, Row, Rotation, UpdateOutcome, Problem } from "../../types/ipc" */

import { matchName, updateToken } from "../ipc.js";
import { named, pills } from "../list/row.js";
import { h, uniqueId } from "../shared/dom.js";
import { asProblem } from "../shared/errors.js";
import { t, tNodes } from "../shared/language.js";
import { accessSentence, hasNoList, listed, parted, VERBS } from "../shared/permissions.js";
import { whileSignedIn } from "../sign-in/sign-in.js";
import { LONGEST_NAME } from "./name-field.js";
import { cut, MOST_TRIES, typableName } from "./new-like.js";

/** @typedef {{ original: Row, name: string, permissions: string[] }} Successor */

/**
 * @param {{ connection: Connection, project: ProjectSummary, original: Row }} options
 * @returns {Promise<Successor>}
 */
export async function successorOf({ connection, project, original }) {
  const isTaken = async (/** @type {string} */ name) => {
    const ask = matchName({ connection: connection.id, project: project.id, name, except: null });
    // The field checks the name, too.
    return (await ask.catch(() => "none")) !== "none";
  };
  let number = 1;
  while (number < MOST_TRIES && (await isTaken(successorName(original.name, number)))) number += 1;
  return {
    original,
    name: successorName(original.name, number),
    // An empty list would mean everything, and the app never sends one.
    permissions: hasNoList(original.access) ? VERBS.map((verb) => `${verb}:*`) : listed(original.access),
  };
}

/** "edge (new)", "edge (new 2)": Rust finds "edge" in these. @param {string} name @param {number} number */
function successorName(name, number) {
  const mark = number === 1 ? " (new)" : ` (new ${number})`;
  return `${cut(typableName(name), LONGEST_NAME - mark.length)}${mark}`;
}

/**
 * The name to offer when the server has one that the list does not show.
 * @param {Successor} successor
 * @param {string} taken
 * @returns {string | null} null if it is a name that somebody typed
 */
export function nextName({ original }, taken) {
  for (let number = 1; number <= MOST_TRIES; number += 1)
    if (successorName(original.name, number) === taken) return successorName(original.name, number + 1);
  return null;
}

/** What the create dialog says above the name. @param {Successor} successor */
export const rotateLead = ({ original }) =>
  h("p", { class: "lead" }, ...tNodes("rotate.lead", { name: named(original) }));

/** In place of the choice of permissions: those that the successor will have. @param {Successor} successor */
export function samePermissions({ original, permissions }) {
  const noteId = uniqueId("same");
  const element = h(
    "dl",
    { class: "facts" },
    h("dt", {}, t("fact.permissions")),
    h(
      "dd",
      {},
      h("span", { class: "permissions" }, ...pills(original.access)),
      h(
        "span",
        { class: "does", id: noteId },
        hasNoList(original.access) ? t("create.likeNoList") : accessSentence(original.access),
      ),
    ),
  );
  const verbs = new Set(parted(permissions).verbs);
  return {
    element,
    noteId,
    set() {},
    selected: () => verbs,
    list: () => (permissions.length === 0 ? null : permissions),
    focus() {},
  };
}

/**
 * How giving the successor its final name ended.
 * @typedef {{ outcome: UpdateOutcome } | { problem: Problem }} Renamed
 */

/**
 * @param {Connection} connection
 * @param {Row} row the successor
 * @param {string} name
 * @param {() => boolean} isWanted
 * @returns {Promise<Renamed>}
 */
export async function renameSuccessor(connection, row, name, isWanted) {
  const args = {
    connection: connection.id,
    id: row.id,
    name,
    permissions: null,
    expected: { name: row.name, permissions: listed(row.access) },
  };
  try {
    return { outcome: await whileSignedIn(connection, () => updateToken(args), isWanted) };
  } catch (reason) {
    return { problem: asProblem(reason) };
  }
}

/**
 * The name that a successor can get once its old token is revoked, as a choice in that question; null if there is none.
 * @param {Rotation} pair
 */
export function renameChoice({ new: successor, renameTo }) {
  if (renameTo === null) return null;
  const id = uniqueId("then-rename");
  const box = h("input", { type: "checkbox", id });
  box.checked = true;
  const names = { name: named(successor), wanted: h("bdi", { class: "user-text" }, renameTo) };
  return {
    element: h(
      "div",
      { class: "then-rename" },
      box,
      h("label", { for: id }, ...tNodes("rotate.then", names)),
    ),
    /** @returns {string | null} */
    name: () => (box.checked ? renameTo : null),
    /** @param {boolean} busy */
    draw(busy) {
      box.disabled = busy;
    },
  };
}
