// What the rider means by a tap on the map: a stop, a street, or just the point.

import { pointSpot } from "../places.js";

/** @typedef {import("../../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs").Map} Map */
/** @typedef {import("../../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs").MapMouseEvent} Tap */
/** @typedef {import("../route.js").Spot} Spot */

/** A finger hits within so many pixels. */
const REACH_PX = 14;

/**
 * @param {Map} map
 * @param {Tap} tap
 * @param {string} otherwise  Name of a point beside every street.
 * @returns {Spot}
 */
export function spotAt(map, { point, lngLat }, otherwise) {
  /** @type {[[number, number], [number, number]]} */
  const box = [
    [point.x - REACH_PX, point.y - REACH_PX],
    [point.x + REACH_PX, point.y + REACH_PX],
  ];
  const [stop] = map.queryRenderedFeatures(box, { layers: ["stops"] });
  if (stop?.geometry.type === "Point") {
    const [lon = 0, lat = 0] = stop.geometry.coordinates;
    return { id: stop.properties.id, name: stop.properties.name, lat, lon };
  }
  const [shuttleStop] = map.queryRenderedFeatures(box, { layers: ["on-demand-stops"] });
  if (shuttleStop?.geometry.type === "Point") {
    const [lon = 0, lat = 0] = shuttleStop.geometry.coordinates;
    return pointSpot(lat, lon, shuttleStop.properties.name);
  }
  const [street] = map.queryRenderedFeatures(box, { layers: ["major", "minor", "path"], filter: ["has", "name"] });
  return pointSpot(lngLat.lat, lngLat.lng, street?.properties.name ?? otherwise);
}
