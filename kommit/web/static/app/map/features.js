// What the map shows of the rider's question and of the chosen journey, as GeoJSON.

import { legColor } from "../color.js";
import { isRide, isVehicle, isWalk, placeName } from "../legs.js";
import { decode } from "./polyline.js";
import { NO_FEATURES } from "./style.js";

/** @typedef {import("../contract.js").Leg} Leg */
/** @typedef {import("../contract.js").Journey} Journey */
/** @typedef {import("../route.js").Spot} Spot */
/** @typedef {import("./style.js").Features} Features */

/** @param {{lat: number, lon: number}} at @param {Record<string, unknown>} properties */
const point = ({ lat, lon }, properties) => ({
  type: "Feature",
  geometry: { type: "Point", coordinates: [lon, lat] },
  properties,
});

/** @param {Leg} leg @returns {[number, number][]} */
function course(leg) {
  const points = leg.geometry ? decode(leg.geometry) : [];
  if (points.length > 1) return points;
  return [leg.origin, ...(leg.stops ?? []), leg.destination].map(({ lat, lon }) => [lon, lat]);
}

/** @param {Leg} leg */
function legFeatures(leg) {
  const kind = isRide(leg) ? "ride" : isVehicle(leg) ? "vehicle" : "walk";
  const properties = { kind, color: legColor(leg) };
  const line = { type: "Feature", geometry: { type: "LineString", coordinates: course(leg) }, properties };
  const calls = (leg.stops ?? []).slice(1, -1).map((stop) => point(stop, { kind: "call", color: legColor(leg) }));
  return [line, ...calls];
}

/** @param {Journey} journey */
function changes(journey) {
  const named = new Set();
  return journey.legs
    .filter((leg) => !isWalk(leg))
    .flatMap((leg) => [leg.origin, leg.destination])
    .map((stop) => {
      const name = placeName(stop);
      const again = named.has(name); // two poles of one stop need its name once
      named.add(name);
      return point(stop, { kind: "change", ...(again || !name ? {} : { name }) });
    });
}

/**
 * @param {Spot | null} from
 * @param {Spot | null} to
 * @param {Journey | null} journey
 * @returns {Features}
 */
export function features(from, to, journey) {
  // Beside a journey's stops the names of its ends would only stand in each other's way.
  const named = (/** @type {Spot} */ spot) => (journey ? {} : { name: spot.name });
  const ends = [
    ...(from ? [point(from, { kind: "from", ...named(from) })] : []),
    ...(to ? [point(to, { kind: "to", ...named(to) })] : []),
  ];
  const chain = journey ? [...journey.legs.flatMap(legFeatures), ...changes(journey)] : [];
  return { ...NO_FEATURES, features: [...chain, ...ends] };
}

/**
 * @param {Features} shown
 * @returns {[number, number, number, number] | null} West, south, east, north.
 */
export function boundsOf({ features: all }) {
  const points = all.flatMap(({ geometry }) =>
    geometry.type === "Point" ? [geometry.coordinates] : geometry.coordinates,
  );
  if (!points.length) return null;
  const lons = points.map(([lon]) => lon);
  const lats = points.map(([, lat]) => lat);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}
