// Shows the point that the rider asked for in a list.

import { useEffect } from "../html.js";
import { spotlight } from "../spotlight.js";
import { useStore } from "../store.js";
import { NO_FEATURES } from "./style.js";

/** @typedef {import("../../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs").Map} Map */

const CLOSE_ZOOM = 15.5;
/** So far above the middle a marker is not hidden by what is told about it. */
const ABOVE_PX = 70;

/**
 * @param {Map | null} map
 * @returns {boolean} Whether the rider follows points of a list on the map.
 */
export function useSpotlight(map) {
  const { at, marked } = useStore(spotlight);
  useEffect(() => {
    const here = at && { type: "Feature", geometry: { type: "Point", coordinates: [at.lon, at.lat] }, properties: {} };
    /** @type {any} */ (map?.getSource("spot"))?.setData(
      here && marked ? { ...NO_FEATURES, features: [here] } : NO_FEATURES,
    );
    const offset = /** @type {[number, number]} */ ([0, marked ? 0 : -ABOVE_PX]);
    if (at) map?.easeTo({ center: at, zoom: Math.max(map.getZoom(), CLOSE_ZOOM), offset });
  }, [map, at, marked]);
  return Boolean(at && marked);
}
