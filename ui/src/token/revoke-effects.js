/**
 * What stops when tokens are revoked, and what keeps working, as facts of a list of facts.
 */
import { h } from "../shared/dom.js";
import { t } from "../shared/language.js";

/** For one token. */
export const effectFacts = () => [
  ...stops([t("revoke.stopsPrograms"), t("revoke.stopsCoreInstances"), t("revoke.stopsFluentBit")]),
  ...keepsWorking(),
];

/** For several. */
export const effectFactsOfMany = () => [
  ...stops([
    t("revokeMany.stopsPrograms"),
    t("revokeMany.stopsCoreInstances"),
    t("revokeMany.stopsFluentBit"),
  ]),
  ...keepsWorking(),
];

const stops = (/** @type {string[]} */ items) => fact(t("revoke.stops"), items);
const keepsWorking = () => fact(t("revoke.keepsWorking"), [t("revoke.keepsFluentBit")]);

/**
 * @param {string} name
 * @param {string[]} items
 */
const fact = (name, items) => [
  h("dt", {}, name),
  h("dd", {}, h("ul", { class: "effects", role: "list" }, ...items.map((item) => h("li", {}, item)))),
];
