/**
 * What is known of a token as it was last read, to look up and to copy: which it is, where it is, and what it can do.
 */
/** @import { Connection, ProjectSummary, Row } from "../../types/ipc" */

import { cancelCreatedBy, createdBy } from "../ipc.js";
import { h, userText } from "../shared/dom.js";
import { exactTime } from "../shared/format.js";
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
  // In the same line, so that nothing beneath it moves when the answer arrives.
  const created = h("span", { class: "created-by" }, h("time", {}, exactTime(row.createdAt)));
  void showCreator(created, { connection: connection.id, project: project.id, id: row.id }, signal);
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
    ...[h("dt", {}, t("fact.created")), h("dd", {}, h("time", {}, exactTime(row.createdAt)))],
    ...[h("dt", {}, t("fact.id")), h("dd", {}, h("bdi", { class: "mono", dir: "ltr" }, row.id))],
    ...[h("dt", {}, t("fact.created")), h("dd", {}, created)],
    ...projectFact(connection, project),
    ...[h("dt", {}, t("table.permissions")), h("dd", {}, accessSentence(row.access))],
  );
}

/**
 * Adds who created the token, if the server says so. Nobody waits for that, and nothing is said otherwise.
 * @param {HTMLElement} place
 * @param {{ connection: string, project: string, id: string }} args
 * @param {AbortSignal} signal
 */
async function showCreator(place, args, signal) {
  let isWaiting = true;
  const cancel = () => {
    if (isWaiting) cancelCreatedBy({ connection: args.connection }).catch(() => {});
  };
  signal.addEventListener("abort", cancel);
  const creator = await createdBy(args).catch(() => null);
  isWaiting = false;
  if (creator === null || signal.aborted) return;
  place.append(" ", h("span", {}, ...tNodes("fact.createdBy", { who: userText(creator) })));
}
