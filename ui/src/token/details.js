/**
 * What is known of a token as it was last read, to look up and to copy: which it is, where it is, and what it can do.
 */
/** @import { Connection, ProjectSummary, Row } from "../../types/ipc" */

import { cancelCreatedBy, createdBy } from "../ipc.js";
import { h, userText } from "../shared/dom.js";
import { exactTime, shortTime } from "../shared/format.js";
import { t, tNodes } from "../shared/language.js";
import { accessSentence } from "../shared/permissions.js";
import { projectFact } from "../shared/where.js";
import { copyLabelButton } from "./copy-label.js";

/**
 * @param {Connection} connection
 * @param {ProjectSummary} project
 * @param {Row} row
 * @param {AbortSignal} signal of whatever shows them
 */
export function tokenDetails(connection, project, row, signal) {
  const time = h("time", {}, exactTime(row.createdAt));
  const created = h("span", { class: "created-by" }, time);
  void creatorOf(connection, project, row, signal).then((creator) => {
    if (creator === null) return;
    // Both fit into the line of the date, so that nothing beneath it moves.
    time.textContent = shortTime(row.createdAt);
    time.title = exactTime(row.createdAt);
    created.append(" ", ...tNodes("fact.createdBy", { who: userText(creator) }));
  });
  return h(
    "dl",
    { class: "facts details" },
    ...[
      h("dt", {}, t("fact.id")),
      h(
        "dd",
        { class: "with-copy" },
        h("bdi", { class: "mono", dir: "ltr" }, row.id),
        copyLabelButton(connection, row.id, "id"),
      ),
    ],
    ...[h("dt", {}, t("fact.created")), h("dd", {}, created)],
    ...projectFact(connection, project),
    ...[h("dt", {}, t("table.permissions")), h("dd", {}, accessSentence(row.access))],
  );
}

/**
 * Who created the token, if the server says so. Nobody waits for that, and nothing is said otherwise.
 * @param {Connection} connection
 * @param {ProjectSummary} project
 * @param {Row} row
 * @param {AbortSignal} signal
 * @returns {Promise<string | null>}
 */
async function creatorOf(connection, project, row, signal) {
  let isWaiting = true;
  signal.addEventListener("abort", () => {
    if (isWaiting) cancelCreatedBy({ connection: connection.id }).catch(() => {});
  });
  const args = { connection: connection.id, project: project.id, id: row.id };
  const creator = await createdBy(args).catch(() => null);
  isWaiting = false;
  return signal.aborted ? null : creator;
}
