/**
 * What stops when a token is revoked, and what keeps working, as facts of a list of facts.
 */
import { h } from "../shared/dom.js";
import { t } from "../shared/language.js";

/** The same words for one token and for several. */
export const effectFacts = () => [
  ...fact(t("revoke.stops"), [
    t("revoke.stopsPrograms"),
    t("revoke.stopsCoreInstances"),
    t("revoke.stopsFluentBit"),
  ]),
  ...fact(t("revoke.keepsWorking"), [t("revoke.keepsFluentBit")]),
];

/**
 * @param {string} name
 * @param {string[]} items
 */
const fact = (name, items) => [
  h("dt", {}, name),
  h("dd", {}, h("ul", { class: "effects", role: "list" }, ...items.map((item) => h("li", {}, item)))),
];
