// Ties the map to the shared vehicles: tells where it looks, shows what is there, takes taps.

import { useEffect, useMemo } from "../html.js";
import { look, pick, sharing, watch } from "../sharing.js";
import { useStore } from "../store.js";
import { drawMarker, markers, RATIO, SHARED_LAYERS, STATIONS_ZOOM } from "./shared_layers.js";
import { NO_FEATURES } from "./style.js";

/** @typedef {import("../../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs").Map} Map */
/** @typedef {import("../../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs").MapMouseEvent} Tap */

/** A finger hits within so many pixels. */
const REACH_PX = 6;

/** @param {Map} map  Markers are drawn when they are first needed. */
export function drawMarkersFor(map) {
  map.setMissingStyleImageResolver((id) => {
    const image = drawMarker(id);
    if (image && !map.hasImage(id)) map.addImage(id, image, { pixelRatio: RATIO });
  });
}

/** @param {Map} map @returns {[number, number, number, number]} */
export function boxOf(map) {
  const bounds = map.getBounds();
  return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
}

/** @param {Map} map @param {Tap} tap @returns {boolean} Whether a marker was hit. */
export function pickAt(map, { point: { x, y } }) {
  const [hit] = map.queryRenderedFeatures(
    [[x - REACH_PX, y - REACH_PX], [x + REACH_PX, y + REACH_PX]],
    { layers: SHARED_LAYERS },
  );
  pick(hit ? hit.properties.key : null);
  return Boolean(hit);
}

/** @param {Map} map @returns {() => void} */
function follow(map) {
  const moved = () => look(map.getZoom() >= STATIONS_ZOOM ? boxOf(map) : null);
  moved();
  map.on("moveend", moved);
  return () => void map.off("moveend", moved);
}

/**
 * @param {Map | null} map
 * @returns {import("./style.js").Features} What the map shows of them.
 */
export function useShared(map) {
  const { shown, features } = useStore(sharing);
  const drawn = useMemo(() => (shown ? markers(features) : NO_FEATURES), [shown, features]);
  useEffect(() => (map ? follow(map) : undefined), [map]);
  useEffect(() => (map && shown ? watch() : undefined), [map, shown]);
  useEffect(() => {
    /** @type {any} */ (map?.getSource("shared"))?.setData(drawn);
  }, [map, drawn]);
  return drawn;
}
