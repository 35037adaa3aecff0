/**
 * What tells connections apart at a glance: a dot in the connection’s color and the word *production*. The dot is decoration: the
 * connection’s name stands beside it.
 */
/** @import { ConnectionColor } from "../../types/ipc" */

import { h } from "./dom.js";
import { t } from "./language.js";

/** In the order they are offered. @type {readonly ConnectionColor[]} */
export const COLORS = ["blue", "teal", "green", "purple", "pink"];

/** @param {ConnectionColor | null} color */
export const colorDot = (color) => color && h("span", { class: `color-dot ${color}`, "aria-hidden": "true" });

/** The word for a connection that is marked as production. @param {boolean} production */
export const productionPill = (production) =>
  production && h("span", { class: "pill production" }, t("connection.production"));
