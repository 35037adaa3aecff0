/**
 * The kinds of tokens that a list can be narrowed to, as values and in words. The chips above the list choose them.
 */
/** @import { Facets, TokenAge } from "../../types/ipc" */

import { t } from "../shared/language.js";
import { inWords } from "../shared/permissions.js";

/** Every token. @type {Facets} */
export const NO_FACETS = Object.freeze({ fullAccess: false, canDelete: false, olderThan: null });

/** @type {readonly TokenAge[]} */
export const AGES = ["ninety_days", "half_year", "year"];

/** Whether any was chosen. @param {Facets} facets */
export const hasFacets = ({ fullAccess, canDelete, olderThan }) =>
  fullAccess || canDelete || olderThan !== null;

/** @param {TokenAge} age */
export const olderThan = (age) => t(`age.${age}`);

/** “Full access” and “Older than a year”: those that were chosen, as the chips have them. @param {Facets} facets */
export function facetNames(facets) {
  const names = [
    ...(facets.fullAccess ? [t("facet.fullAccess")] : []),
    ...(facets.canDelete ? [t("facet.canDelete")] : []),
    ...(facets.olderThan === null ? [] : [olderThan(facets.olderThan)]),
  ];
  return inWords(names.map((name) => t("facet.quoted", { name })));
}
