// The markers of shared vehicles: a flag with a number for a station, a dot for a free vehicle.

import { modeColor } from "../color.js";
import { pathOf } from "../icons.js";
import { keyOf } from "../sharing.js";
import { kindOf, modeOf } from "../vehicles.js";

/** @typedef {import("../contract.js").SharedFeature} SharedFeature */
/** @typedef {{width: number, height: number, tip: number}} Size  In pixels of the page. */

export const SHARED_LAYERS = ["shared-vehicles", "shared-stations"];

/** From here on the map asks and shows: from farther away there would be too many to tell apart. */
export const STATIONS_ZOOM = 12;
const VEHICLES_ZOOM = 13;

/** Images are drawn for dense screens: so many of their pixels are one of the page. */
export const RATIO = 2;
const NOTHING_COLOR = "#66717a";
const MOST = 99;

/** @type {Size} */
const STATION = { width: 44, height: 26, tip: 7 };
/** @type {Size} */
const VEHICLE = { width: 28, height: 28, tip: 0 };
const ICON = 17;
const RIM = 2;

/** @param {SharedFeature} feature */
function marker(feature) {
  const { kind, form_factors, available, renting } = feature.properties;
  const mode = modeOf(kindOf(form_factors[0]));
  const number = kind === "station" ? [Math.min(available, MOST)] : [];
  const image = ["shared", kind, mode, renting ? "some" : "none", ...number].join(" ");
  return { ...feature, type: "Feature", properties: { key: keyOf(feature), kind, image } };
}

/** @param {SharedFeature[]} features @returns {import("./style.js").Features} */
export const markers = (features) => ({ type: "FeatureCollection", features: features.map(marker) });

export const sharedLayers = () => [
  {
    // Where many stand close together some are left out: they are all alike.
    id: "shared-vehicles", type: "symbol", source: "shared", minzoom: VEHICLES_ZOOM,
    filter: ["==", ["get", "kind"], "vehicle"],
    layout: { "icon-image": ["get", "image"], "icon-padding": 0 },
  },
  {
    id: "shared-stations", type: "symbol", source: "shared", minzoom: STATIONS_ZOOM,
    filter: ["==", ["get", "kind"], "station"],
    layout: {
      "icon-image": ["get", "image"], "icon-anchor": "bottom", "icon-allow-overlap": true,
      "icon-ignore-placement": false,
    },
  },
];

/** @param {CanvasRenderingContext2D} pen @param {Size} size @param {string} color */
function drawShape(pen, { width, height, tip }, color) {
  pen.beginPath();
  pen.roundRect(RIM, RIM, width - 2 * RIM, height - 2 * RIM, tip ? 8 : height / 2);
  if (tip) {
    pen.moveTo(width / 2 + tip, height - RIM - 1); // clockwise, as the rectangle: one shape
    pen.lineTo(width / 2, height + tip - RIM);
    pen.lineTo(width / 2 - tip, height - RIM - 1);
  }
  pen.lineWidth = 2 * RIM;
  pen.strokeStyle = "#ffffff";
  pen.stroke();
  pen.fillStyle = color;
  pen.fill();
}

/** @param {CanvasRenderingContext2D} pen @param {string} mode @param {number} x @param {number} y */
function drawIcon(pen, mode, x, y) {
  pen.save();
  pen.translate(x, y);
  pen.scale(ICON / 24, ICON / 24);
  pen.lineWidth = 2.2;
  pen.lineCap = pen.lineJoin = "round";
  pen.strokeStyle = "#ffffff";
  pen.stroke(new Path2D(pathOf(mode)));
  pen.restore();
}

/** @param {CanvasRenderingContext2D} pen @param {string} number @param {Size} size */
function drawNumber(pen, number, { width, height }) {
  pen.font = "700 14px system-ui, sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillStyle = "#ffffff";
  pen.fillText(number, width - 12, height / 2 + 0.5);
}

/**
 * @param {string} id  As a marker names it.
 * @returns {ImageData | null} Null if it is none of ours.
 */
export function drawMarker(id) {
  const [ours, kind, mode = "", stock, number = ""] = id.split(" ");
  const size = kind === "station" ? STATION : VEHICLE;
  const canvas = document.createElement("canvas");
  canvas.width = size.width * RATIO;
  canvas.height = (size.height + size.tip) * RATIO;
  const pen = canvas.getContext("2d");
  if (ours !== "shared" || !pen) return null;
  pen.scale(RATIO, RATIO);
  drawShape(pen, size, stock === "some" ? modeColor(mode) : NOTHING_COLOR);
  drawIcon(pen, mode, number ? 5 : (size.width - ICON) / 2, (size.height - ICON) / 2);
  drawNumber(pen, number, size);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
