/**
 * What a search of files has found: a token with its places, how much was read, and what was left out.
 */
/** @import { Connection, FilePlace, FileSearch, Row, TokenInFiles } from "../../types/ipc" */

import { button, h, userText } from "../shared/dom.js";
import { byteSize, number } from "../shared/format.js";
import { t, tNodes } from "../shared/language.js";
import { named, nameOf, pills } from "./row.js";

/**
 * @param {{
 *   token: TokenInFiles,
 *   connection: Connection,
 *   isWhole: () => boolean,
 *   onRevoke: (row: Row) => void,
 * }} options
 */
export function tokenInFiles({ token, connection, isWhole, onRevoke }) {
  const { id, elsewhere, places, more } = token;
  const whose = h("div", { class: "in-files-token" });
  /** @type {HTMLButtonElement | null} */
  let revoke = null;

  /** @param {Row | null} row */
  function draw(row) {
    revoke = row && button(t("action.revoke"), () => onRevoke(row), { class: "button small" });
    revoke?.setAttribute("aria-label", t("files.revoke", { name: row ? nameOf(row) : "" }));
    whose.replaceChildren(
      h("div", { class: "in-files-name" }, ...(row ? listedNodes(row) : unlistedNodes())),
      ...(revoke ? [revoke] : []),
    );
  }

  function unlistedNodes() {
    const project = connection.projects.find((one) => one.id === token.project);
    const text = elsewhere
      ? project
        ? tNodes("identify.otherProject", { project: userText(project.name) })
        : [t("identify.unknown")]
      : [t(isWhole() ? "files.gone" : "identify.notLoaded")];
    return [h("bdi", { class: "mono", dir: "ltr" }, id), h("small", {}, ...text)];
  }

  draw(token.row);
  return {
    id,
    elsewhere,
    element: h(
      "li",
      {},
      whose,
      h(
        "ul",
        { role: "list", class: "places" },
        ...places.map(placeItem),
        more > 0 && h("li", {}, t("files.morePlaces", { count: more })),
      ),
    ),
    /** Shows the token as the list has it now. */
    draw,
    /** Whether there was something to focus. */
    focus() {
      revoke?.focus();
      return revoke !== null;
    },
  };
}

/** @param {Row} row */
const listedNodes = (row) => [named(row), h("span", { class: "permissions" }, ...pills(row.access))];

/** @param {FilePlace} place */
const placeItem = ({ file, line, base64 }) =>
  h(
    "li",
    {},
    h("span", {}, ...tNodes("files.place", { file: userText(file), line: number(line) })),
    base64 && h("span", { class: "pill" }, t("files.base64")),
  );

/** What was read. @param {FileSearch} found */
export function scopeNodes({ folder, files, bytes }) {
  const read = { count: files, size: byteSize(bytes) };
  return folder === null
    ? [t("files.scope", read)]
    : tNodes("files.scopeFolder", { ...read, folder: userText(folder) });
}

/** Why it ended before everything was read. @param {FileSearch} found */
function earlyText({ end, files, bytes }) {
  switch (end) {
    case "complete":
      return "";
    case "stopped":
      return t("files.stopped");
    case "too_long":
      return t("files.tooLong");
    case "too_many_files":
      return t("files.tooMany", { count: files });
    case "too_much":
      return t("files.tooMuch", { size: byteSize(bytes) });
  }
}

/** What was not read, and what is not shown. @param {FileSearch} found @returns {string[]} */
export function notesOf(found) {
  const { unreadable, cut, tooDeep, links, more } = found;
  return [
    earlyText(found),
    unreadable === 0 ? "" : t("files.unreadable", { count: unreadable }),
    cut === 0 ? "" : t("files.cut", { count: cut }),
    tooDeep === 0 ? "" : t("files.tooDeep", { count: tooDeep }),
    links === 0 ? "" : t("files.links", { count: links }),
    more === 0 ? "" : t("files.more", { count: more }),
  ].filter(Boolean);
}
