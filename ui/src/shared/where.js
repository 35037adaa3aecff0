/**
 * Where a token or a connection is, in a question about it: two projects can have one name, and so can two servers’ projects.
 */
/** @import { Connection, ProjectSummary } from "../../types/ipc" */

import { SHORT_ID } from "../list/row.js";
import { colorDot, productionPill } from "./connection-color.js";
import { h, userText } from "./dom.js";
import { t } from "./language.js";

/** @typedef {Pick<Connection, "name" | "server" | "host" | "sample" | "color" | "production">} Place */
/** @typedef {Pick<ProjectSummary, "id" | "name">} Project */

/** The host alone, where the address has nothing but https before it. @param {Place} place */
const addressOf = ({ server, host }) => (server === `https://${host}` ? host : server);

/** The start of a project’s id, where another has the same name. @param {Project} project @param {readonly Project[]} all */
const idBeside = (project, all) =>
  all.some(({ id, name }) => name === project.name && id !== project.id) &&
  h("bdi", { class: "short-id", dir: "ltr", title: project.id }, project.id.slice(0, SHORT_ID));

/**
 * The project as a fact.
 * @param {Pick<Connection, "projects">} connection
 * @param {Project} project
 */
export const projectFact = ({ projects }, project) => [
  h("dt", {}, t("fact.project")),
  h("dd", {}, userText(project.name), idBeside(project, projects)),
];

/**
 * The line in each question: the project, the connection and its server, its color and whether it is marked as production. A
 * connection that is called as its server is not named twice.
 * @param {Place & Pick<Connection, "projects">} connection
 * @param {Project} project
 */
export const whereLine = (connection, project) =>
  line(connection, [
    h("span", { class: "visually-hidden" }, `${t("fact.project")} `),
    userText(project.name),
    idBeside(project, connection.projects),
    " · ",
  ]);

/** The same in a question about a connection. @param {Place} connection */
export const connectionLine = (connection) => line(connection, []);

/** @param {Place} place @param {import("./dom.js").Child[]} project */
function line(place, project) {
  const word = productionPill(place.production);
  return h(
    "p",
    { class: "where-line" },
    colorDot(place.color),
    ...project,
    ...server(place),
    word && " ",
    word,
  );
}

/** @param {Place} place */
function server(place) {
  if (place.sample) return [t("sample.title")];
  const address = addressOf(place);
  const shown = h("bdi", { class: "user-text", dir: "ltr", title: place.server }, address);
  const isNamed = place.name !== address && place.name !== place.host;
  return isNamed ? [userText(place.name), " · ", shown] : [shown];
}
