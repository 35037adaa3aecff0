/**
 * Where a token is, in a question about it: two projects can have one name, and so can two servers’ projects.
 */
/** @import { Connection, ProjectSummary } from "../../types/ipc" */

import { SHORT_ID } from "../list/row.js";
import { h, userText } from "./dom.js";
import { t } from "./language.js";

/** The address without what is usual. @param {Connection} connection */
const addressOf = ({ server, host }) => (server === `https://${host}` ? host : server);

/**
 * The project, with its id where another has the same name.
 * @param {Connection} connection
 * @param {ProjectSummary} project
 */
export function projectFact(connection, project) {
  const isOneOfSeveral = connection.projects.some(
    ({ id, name }) => name === project.name && id !== project.id,
  );
  return [
    h("dt", {}, t("fact.project")),
    h(
      "dd",
      {},
      userText(project.name),
      isOneOfSeveral &&
        h("bdi", { class: "short-id", dir: "ltr", title: project.id }, project.id.slice(0, SHORT_ID)),
    ),
  ];
}

/**
 * Facts of a list of facts. A connection that is called as its server is not told twice.
 * @param {Connection} connection
 * @param {ProjectSummary} project
 */
export function whereFacts(connection, project) {
  const facts = projectFact(connection, project);
  if (connection.sample) return [...facts, h("dt", {}, t("fact.server")), h("dd", {}, t("sample.title"))];
  const address = addressOf(connection);
  facts.push(
    h("dt", {}, t("fact.server")),
    h("dd", {}, h("bdi", { class: "user-text", dir: "ltr", title: connection.server }, address)),
  );
  if (connection.name !== address && connection.name !== connection.host) {
    facts.push(h("dt", {}, t("fact.connection")), h("dd", {}, userText(connection.name)));
  }
  return facts;
}
