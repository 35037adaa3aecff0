/**
 * What a new token starts with that is to be like another one: the permissions that can be chosen, and a name that is free.
 */
/** @import { Connection, ProjectSummary, Row } from "../../types/ipc" */
/** @import { Verb } from "../shared/permissions.js" */

import { matchName } from "../ipc.js";
import { namePieces } from "../shared/names.js";
import { hasNoList, listed, parted, VERBS } from "../shared/permissions.js";
import { LONGEST_NAME } from "./name-field.js";

/** So many names are tried; after that, the person thinks of one. */
export const MOST_TRIES = 20;

/** A number that goes on; a longer one is more likely an id or a date. */
const COUNTED = /^(.*\S) (\d{1,6})$/s;

/**
 * `leftOut` are permissions that the app does not know and so cannot offer.
 * @typedef {{ original: Row, name: string, verbs: readonly Verb[], leftOut: readonly string[] }} Like
 */

/**
 * @param {{ connection: Connection, project: ProjectSummary, original: Row }} options
 * @returns {Promise<Like>}
 */
export async function newLike({ connection, project, original }) {
  const { verbs, kept } = parted(listed(original.access));
  const isTaken = async (/** @type {string} */ name) => {
    // The field checks the name, too; a check that failed is no reason to suggest none.
    const ask = matchName({ connection: connection.id, project: project.id, name, except: null });
    return (await ask.catch(() => "none")) !== "none";
  };
  return {
    original,
    name: await freeName(original.name, isTaken),
    verbs: hasNoList(original.access) ? VERBS : verbs,
    leftOut: kept,
  };
}

/**
 * "ci-deploy 2" for "ci-deploy", "ci-deploy 3" for "ci-deploy 2", or the first after that which is free.
 * @param {string} name
 * @param {(name: string) => Promise<boolean>} isTaken
 * @returns {Promise<string>} nothing if none of them is free
 */
async function freeName(name, isTaken) {
  const typable = typableName(name);
  const [, stem = typable, number = "1"] = COUNTED.exec(typable) ?? [];
  if (stem === "") return "";
  for (let next = Number(number) + 1; next <= Number(number) + MOST_TRIES; next += 1) {
    const suggested = `${cut(stem, LONGEST_NAME - ` ${next}`.length)} ${next}`;
    if (!(await isTaken(suggested))) return suggested;
  }
  return "";
}

/** Without the characters that a new name must not have. @param {string} name */
export const typableName = (name) =>
  namePieces(name)
    .map(({ text, hidden }) => (hidden === null ? text : hidden === "space" ? " " : ""))
    .join("")
    .replace(/ +/g, " ")
    .trim();

/** @param {string} text @param {number} length in characters */
export const cut = (text, length) => [...text].slice(0, length).join("").trimEnd();
