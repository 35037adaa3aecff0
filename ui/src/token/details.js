/**
 * What is known of a token as it was last read, to look up and to copy: which it is, where it is, and what it can do.
 */
/** @import { Connection, ProjectSummary, Row } from "../../types/ipc" */

import { h } from "../shared/dom.js";
import { exactTime } from "../shared/format.js";
import { t } from "../shared/language.js";
import { accessSentence } from "../shared/permissions.js";
import { projectFact } from "../shared/where.js";
import { copyLabelButton } from "./copy-label.js";

/**
 * @param {Connection} connection
 * @param {ProjectSummary} project
 * @param {Row} row
 */
export const tokenDetails = (connection, project, row) =>
  h(
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
    ...projectFact(connection, project),
    ...[h("dt", {}, t("table.permissions")), h("dd", {}, accessSentence(row.access))],
  );
