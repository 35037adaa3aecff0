/**
 * The app's few icons, drawn as inline SVG so that they take the colour of the text beside them and need no
 * file or markup parser. All are decoration: the control around an icon carries its name.
 */
const SVG = "http://www.w3.org/2000/svg";

/** Paths on a 16 × 16 canvas, stroked with 1.5. */
const PATHS = {
  key: [
    "M8.3 10.6a2.9 2.9 0 1 1-5.8 0a2.9 2.9 0 1 1 5.8 0Z",
    "M7.5 8.5 12.9 3.1l1.6 1.6",
    "m10.6 5.4 1.2 1.2",
  ],
  search: ["M11 7A4 4 0 1 1 3 7a4 4 0 0 1 8 0Z", "m10 10 3.5 3.5"],
  refresh: ["M13.2 6.6A5.4 5.4 0 1 0 13 10", "M13.5 2.8v4h-4"],
  chevron: ["m4.5 6.2 3.5 3.6 3.5-3.6"],
  copy: ["M6 6h7v7H6z", "M10.5 3.5h-7v7"],
  check: ["m3.2 8.6 3.2 3.2 6.4-7.2"],
  close: ["m4 4 8 8", "m12 4-8 8"],
  more: ["M3.6 8h.01", "M8 8h.01", "M12.4 8h.01"],
  gear: [
    "M10.2 8a2.2 2.2 0 1 1-4.4 0a2.2 2.2 0 1 1 4.4 0Z",
    "M8 1.8v1.7M8 12.5v1.7M1.8 8h1.7M12.5 8h1.7M3.6 3.6l1.2 1.2M11.2 11.2l1.2 1.2M12.4 3.6l-1.2 1.2M4.8 11.2l-1.2 1.2",
  ],
  up: ["M8 13V3.4", "M4.4 7 8 3.4 11.6 7"],
  warning: ["M8 2.6 14.4 13.4H1.6Z", "M8 6.6v3.2", "M8 11.6v.1"],
  offline: ["M2 6.4a9 9 0 0 1 12 0", "M4.6 9.4a5.2 5.2 0 0 1 6.8 0", "M8 12.6v.1", "m2.6 2.6 10.8 10.8"],
  list: ["M3 4.5h10", "M3 8h10", "M3 11.5h6"],
  swap: ["M3 5.4h9.5", "m10 2.9 2.5 2.5L10 7.9", "M13 10.6H3.5", "m6 8.1-2.5 2.5L6 13.1"],
  project: ["M2.5 4.5h4l1.4 1.6h5.6v6.4h-11z"],
  door: ["M9.5 3H3.5v10h6", "M7 8h6.5", "m11.2 5.6 2.4 2.4-2.4 2.4"],
};

/** @typedef {keyof typeof PATHS} IconName */

/**
 * @param {IconName} name
 * @param {number} [size]
 */
export function icon(name, size = 16) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("width", String(size));
  svg.setAttribute("height", String(size));
  svg.setAttribute("aria-hidden", "true");
  for (const d of PATHS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

/** The key of icons/icon.svg on a 48 × 48 canvas. */
const MARK = [
  "M24.8 30.4a7.2 7.2 0 1 1-14.4 0a7.2 7.2 0 1 1 14.4 0Z",
  "M22.7 25.3 35.6 12.4l4.2 4.2",
  "m30.4 17.6 3.2 3.2",
];

/** The app's own mark: a key on a tile. The same drawing stands in index.html, for the first frame. */
export function appMark() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "app-mark");
  svg.setAttribute("viewBox", "0 0 48 48");
  svg.setAttribute("width", "48");
  svg.setAttribute("height", "48");
  svg.setAttribute("aria-hidden", "true");
  const tile = document.createElementNS(SVG, "rect");
  for (const [name, value] of [
    ["class", "app-mark-tile"],
    ["width", "48"],
    ["height", "48"],
    ["rx", "12"],
  ]) {
    tile.setAttribute(String(name), String(value));
  }
  svg.append(tile);
  for (const d of MARK) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", "app-mark-line");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}
