// Draws the stops and areas of services on demand, and the vehicle that the rider waits for.

import { badge } from "../color.js";
import { useEffect, useMemo, useRef } from "../html.js";
import { areas, mine, readAreas, serviceColor } from "../on_demand.js";
import { useStore } from "../store.js";
import { NO_FEATURES } from "./style.js";

/** @typedef {import("../../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs").Map} Map */
/** @typedef {import("../contract.js").OnDemandPlace} OnDemandPlace */
/** @typedef {import("./style.js").Features} Features */

const CLOSE_ZOOM = 14;

/** @param {string | null} color */
const shade = (color) => badge(/** @type {any} */ ({ color }), "ON_DEMAND").background;

/** @param {OnDemandPlace[]} places @returns {Features} */
const drawnAreas = (places) => ({
  type: "FeatureCollection",
  features: places.map(({ geometry, properties }) => ({
    type: "Feature",
    geometry,
    properties: { ...properties, color: shade(serviceColor(properties.service_id)) },
  })),
});

/** @param {import("../on_demand.js").VehicleNow[]} vehicles @returns {Features} */
const drawnVehicles = (vehicles) => ({
  type: "FeatureCollection",
  features: vehicles.map(({ lat, lon, color }) => ({
    type: "Feature",
    geometry: { type: "Point", coordinates: [lon, lat] },
    properties: { color: shade(color), image: "shared vehicle ON_DEMAND some" },
  })),
});

/** @param {Map | null} map @param {string} source @param {Features} shown */
function useSource(map, source, shown) {
  useEffect(() => {
    /** @type {any} */ (map?.getSource(source))?.setData(shown);
  }, [map, source, shown]);
  return shown;
}

/** @param {Map | null} map @returns {Features} What the map shows of stops and areas. */
export function useAreas(map) {
  const { shown, places } = useStore(areas);
  useEffect(() => {
    if (map && shown) void readAreas();
  }, [map, shown]);
  const drawn = useMemo(() => (shown ? drawnAreas(places) : NO_FEATURES), [shown, places]);
  return useSource(map, "on-demand", drawn);
}

/**
 * @param {Map | null} map  Goes to a vehicle when it is first seen, and then stays where the rider drags it.
 * @returns {Features}
 */
export function useMyVehicles(map) {
  const { vehicles } = useStore(mine);
  const met = useRef("");
  const key = vehicles.map((vehicle) => vehicle.key).join(" ");
  useEffect(() => {
    const [first] = vehicles;
    if (!map || key === met.current) return;
    met.current = key;
    if (first) map.easeTo({ center: [first.lon, first.lat], zoom: Math.max(map.getZoom(), CLOSE_ZOOM) });
  }, [map, key]);
  return useSource(map, "mine", useMemo(() => drawnVehicles(vehicles), [vehicles]));
}
