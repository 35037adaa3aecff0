/**
 * How high the rows of the table are: the same for the style sheet, which draws them, and for the table, which reckons
 * with them.
 */
/** @import { Density } from "../../types/ipc" */
import { DENSITY_CHANGED } from "../shared/events.js";

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
