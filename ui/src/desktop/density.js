/**
 * How high the rows of the table are: the same for the style sheet, which draws them, and for the table, which reckons
 * with them.
 */
/** @import { Density } from "../../types/ipc" */

/** What the document hears once rows have another height. */
export const DENSITY_CHANGED = "density-changed";

const HEIGHTS = { comfortable: 40, compact: 32 };

/** @type {Density} */
let density = "comfortable";

/** In pixels. */
export const rowHeight = () => HEIGHTS[density];

/** @param {Density} wanted */
export function setDensity(wanted) {
  density = wanted;
  document.documentElement.dataset.density = wanted;
  document.dispatchEvent(new Event(DENSITY_CHANGED));
}
