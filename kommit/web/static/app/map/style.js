// The base map's look: streets and stops from our own tiles, labels in the system's font.

import { myVehicleLayers, onDemandLayers } from "./on_demand_layers.js";
import { sharedLayers } from "./shared_layers.js";

/** @typedef {import("../../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs").StyleSpecification} Style */
/** @typedef {import("../../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs").LayerSpecification} Layer */
/**
 * @typedef {{ground: string, casing: string, major: string, minor: string, path: string,
 *   text: string, halo: string, stop: string, stopRing: string, ink: string, spot: string}} Palette
 */

/** @type {Record<"light" | "dark", Palette>} */
const PALETTES = {
  light: {
    ground: "#f1f3ee", casing: "#c9cdc4", major: "#fbe3a3", minor: "#ffffff", path: "#c9c2b2",
    text: "#4b5560", halo: "#f7f8f4", stop: "#ffffff", stopRing: "#0b5563", ink: "#14202b",
    spot: "#c2410c",
  },
  dark: {
    ground: "#141b20", casing: "#0d1216", major: "#4a4a3c", minor: "#2c363d", path: "#333a3a",
    text: "#a9b6be", halo: "#141b20", stop: "#141b20", stopRing: "#74c8d6", ink: "#eef3f5",
    spot: "#ff9d5c",
  },
};

const MAJOR = ["motorway", "trunk", "primary", "secondary", "tertiary"];
const PATHS = ["footway", "path", "steps", "cycleway", "track", "bridleway", "pedestrian"];

const isMajor = ["in", ["get", "class"], ["literal", MAJOR]];
const isPath = ["in", ["get", "class"], ["literal", PATHS]];
const isMinor = ["all", ["!", isMajor], ["!", isPath]];

/** @param {number} scale @param {number} extra Pixels on top, for a casing. */
const width = (scale, extra = 0) => [
  "interpolate", ["exponential", 1.6], ["zoom"],
  10, 0.6 * scale + extra / 3, 14, 2 * scale + extra, 18, 13 * scale + extra,
];

/** @param {string} id @param {unknown} filter @param {Record<string, unknown>} paint */
const street = (id, filter, paint) => ({
  id, type: "line", source: "base", "source-layer": "streets", filter, paint,
  layout: { "line-cap": "round", "line-join": "round" },
});

/** @param {Palette} palette */
const streets = (palette) => [
  street("path", isPath, { "line-color": palette.path, "line-width": width(0.45), "line-dasharray": [2, 1.5] }),
  street("minor-casing", isMinor, { "line-color": palette.casing, "line-width": width(1, 1.5) }),
  street("major-casing", isMajor, { "line-color": palette.casing, "line-width": width(1.7, 1.6) }),
  // From afar a white line on light ground is none: it takes the colour of its edges.
  street("minor", isMinor, {
    "line-color": ["interpolate", ["linear"], ["zoom"], 11.5, palette.casing, 13, palette.minor],
    "line-width": width(1),
  }),
  street("major", isMajor, { "line-color": palette.major, "line-width": width(1.7) }),
];

/** @param {Palette} palette */
const streetNames = (palette) => ({
  id: "street-names", type: "symbol", source: "base", "source-layer": "streets", minzoom: 14.5,
  filter: ["has", "name"],
  layout: { "symbol-placement": "line", "text-field": ["get", "name"], "text-font": ["sans-serif"], "text-size": 11.5 },
  paint: { "text-color": palette.text, "text-halo-color": palette.halo, "text-halo-width": 1.4 },
});

/** @param {Palette} palette */
const stops = (palette) => [
  {
    id: "stops", type: "circle", source: "base", "source-layer": "stops", minzoom: 13,
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 13, 2.5, 17, 6],
      "circle-color": palette.stop, "circle-stroke-color": palette.stopRing, "circle-stroke-width": 1.8,
    },
  },
  {
    id: "stop-names", type: "symbol", source: "base", "source-layer": "stops", minzoom: 14.5,
    layout: {
      "text-field": ["get", "name"], "text-font": ["sans-serif"], "text-size": 12,
      "text-anchor": "top", "text-offset": [0, 0.6], "text-max-width": 9,
    },
    paint: { "text-color": palette.stopRing, "text-halo-color": palette.halo, "text-halo-width": 1.6 },
  },
];

/** @param {Palette} palette  What is chosen lies above the base map. */
const ways = (palette) => [
  {
    id: "ride-casing", type: "line", source: "chosen", filter: ["==", ["get", "kind"], "ride"],
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": palette.halo, "line-width": 9 },
  },
  {
    id: "ride", type: "line", source: "chosen", filter: ["==", ["get", "kind"], "ride"],
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": ["get", "color"], "line-width": 5.5 },
  },
  {
    id: "vehicle-casing", type: "line", source: "chosen", filter: ["==", ["get", "kind"], "vehicle"],
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": "#ffffff", "line-width": 8 },
  },
  {
    // Driven by the rider: as strong as a ride, and never mistaken for a line.
    id: "vehicle", type: "line", source: "chosen", filter: ["==", ["get", "kind"], "vehicle"],
    layout: { "line-join": "round" },
    paint: { "line-color": ["get", "color"], "line-width": 5.5, "line-dasharray": [2.2, 0.7] },
  },
  {
    id: "walk", type: "line", source: "chosen", filter: ["==", ["get", "kind"], "walk"],
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": palette.ink, "line-width": 4, "line-dasharray": [0.1, 1.8] },
  },
];

/** @param {Palette} palette  Its stops and ends lie above the shared vehicles. */
const places = (palette) => [
  {
    id: "calls", type: "circle", source: "chosen", filter: ["==", ["get", "kind"], "call"],
    paint: { "circle-radius": 3, "circle-color": palette.stop, "circle-stroke-color": ["get", "color"], "circle-stroke-width": 2 },
  },
  {
    id: "changes", type: "circle", source: "chosen", filter: ["in", ["get", "kind"], ["literal", ["change", "from", "to"]]],
    paint: {
      "circle-radius": ["match", ["get", "kind"], "change", 5, 7],
      "circle-color": ["match", ["get", "kind"], "to", palette.ink, palette.stop],
      "circle-stroke-color": palette.ink, "circle-stroke-width": 3,
    },
  },
  {
    id: "chosen-names", type: "symbol", source: "chosen", filter: ["has", "name"],
    layout: {
      "text-field": ["get", "name"], "text-font": ["sans-serif"], "text-size": 13, "text-max-width": 10,
      "text-variable-anchor": ["top", "bottom", "left", "right"], "text-radial-offset": 0.9, "text-justify": "auto",
      "symbol-sort-key": ["match", ["get", "kind"], "from", 0, "to", 0, 1],
    },
    paint: { "text-color": palette.ink, "text-halo-color": palette.halo, "text-halo-width": 2 },
  },
];

/** @param {Palette} palette  What the rider pointed at in a list. */
const spot = (palette) => ({
  id: "spot", type: "circle", source: "spot",
  paint: { "circle-radius": 11, "circle-opacity": 0, "circle-stroke-color": palette.spot, "circle-stroke-width": 4 },
});

/** @typedef {{type: "FeatureCollection", features: any[]}} Features */
/**
 * @typedef {{chosen: Features, shared: Features, onDemand: Features, mine: Features}} Shown
 *   What is chosen, shared vehicles, stops and areas of shuttles, the shuttle that is waited for.
 */
/** @type {Features} */
export const NO_FEATURES = { type: "FeatureCollection", features: [] };

/**
 * @param {"light" | "dark"} scheme
 * @param {[number, number, number, number]} bbox  No tile is asked for outside of it.
 * @param {Shown} shown
 * @returns {Style}
 */
export function style(scheme, bbox, { chosen, shared, onDemand, mine }) {
  const palette = PALETTES[scheme];
  const layers = [
    { id: "ground", type: "background", paint: { "background-color": palette.ground } },
    ...streets(palette), streetNames(palette), ...stops(palette), ...onDemandLayers(palette),
    ...ways(palette), ...sharedLayers(), ...places(palette), spot(palette), ...myVehicleLayers(),
  ];
  return /** @type {Style} */ ({
    version: 8,
    sources: {
      base: { type: "vector", tiles: [`${location.origin}/tiles/{z}/{x}/{y}.mvt`], minzoom: 8, maxzoom: 15, bounds: bbox },
      chosen: { type: "geojson", data: chosen },
      shared: { type: "geojson", data: shared },
      "on-demand": { type: "geojson", data: onDemand },
      mine: { type: "geojson", data: mine },
      spot: { type: "geojson", data: NO_FEATURES },
    },
    layers: /** @type {Layer[]} */ (layers),
  });
}
