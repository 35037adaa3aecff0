/**
 * Which rows of a long list are on screen, and where each one goes. Browsers cap an element's height at some
 * tens of millions of pixels, so a longer list is squeezed: the scroll bar then stands for a share of the
 * list instead of a distance.
 */
import { rowHeight } from "../desktop/density.js";

export const MAX_HEIGHT = 10_000_000;

/**
 * @typedef {object} Geometry
 * @property {number} height how tall the scrolled area is
 * @property {number} first the first row that is at least partly visible
 * @property {number} last one past the last such row
 * @property {(index: number) => number} offsetOf where a row goes inside the scrolled area
 * @property {(index: number) => number} scrollTopFor where to scroll so that a row is wholly visible
 * @property {(index: number) => number} distanceOf how far below the top of what is visible a row is
 * @property {(index: number, distance: number) => number} scrollTopAt where to scroll so that a row is that far below it
 */

/**
 * @param {{ count: number, viewport: number, scrollTop: number }} state
 * @returns {Geometry}
 */
export function geometry({ count, viewport, scrollTop }) {
  const full = count * rowHeight();
  const height = Math.min(full, MAX_HEIGHT);
  const range = Math.max(0, height - viewport);
  const ratio = range > 0 ? Math.max(0, full - viewport) / range : 1;
  const scrolled = Math.min(Math.max(0, scrollTop), range);
  const top = scrolled * ratio;
  return {
    height,
    first: Math.min(count, Math.floor(top / rowHeight())),
    last: Math.min(count, Math.ceil((top + viewport) / rowHeight())),
    offsetOf: (index) => index * rowHeight() - top + scrolled,
    scrollTopFor(index) {
      const start = index * rowHeight();
      if (start < top) return start / ratio;
      if (start + rowHeight() > top + viewport) return (start + rowHeight() - viewport) / ratio;
      return scrolled;
    },
    distanceOf: (index) => index * rowHeight() - top,
    scrollTopAt: (index, distance) => (index * rowHeight() - distance) / ratio,
  };
}
