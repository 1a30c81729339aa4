// What kind of leg one is, and how its ends are called.

import { words } from "./i18n.js";

/** @typedef {import("./contract.js").Leg} Leg */
/** @typedef {import("./contract.js").Journey} Journey */
/** @typedef {import("./contract.js").Point} Point */

const VEHICLES = ["BICYCLE", "CARGO_BICYCLE", "SCOOTER", "CAR"];

/** @param {Leg} leg */
export const isWalk = (leg) => leg.mode === "WALK";

/** @param {Leg} leg  Driven by the rider, rented or their own. */
export const isVehicle = (leg) => VEHICLES.includes(leg.mode);

/** @param {Leg} leg  By the timetable. */
export const isRide = (leg) => !isWalk(leg) && !isVehicle(leg);

/** @param {Journey} journey @returns {boolean} Whether what matters are its changes between lines. */
export const countsTransfers = (journey) =>
  journey.legs.some(isRide) && (journey.transfers > 0 || !journey.legs.some(isVehicle));

/** @param {Journey} journey */
export const rentalsOf = (journey) => journey.legs.flatMap((leg) => (leg.rental ? [leg.rental] : []));

/** @param {Leg} leg @returns {string} `Leihrad`, `Eigenes Rad` */
export function vehicleName(leg) {
  const names = leg.rental ? words().rented : words().owned;
  return /** @type {Record<string, string>} */ (names)[leg.mode] ?? words().modes.OTHER;
}

/** @param {Point} point @returns {string | null} Null where the API has only a coordinate to tell. */
export const placeName = ({ name }) => (/^-?\d+\.\d+, -?\d+\.\d+$/.test(name) ? null : name);

/** @param {Leg | undefined} before @param {Leg} leg @returns {string | null} */
function vehicleStands(before, leg) {
  if (isVehicle(leg)) return words().standsHere(vehicleName(leg));
  return before && isVehicle(before) ? words().leftHere(vehicleName(before)) : null;
}

/**
 * @param {Journey} journey
 * @param {number} index
 * @param {string} origin  What the rider calls the start.
 * @returns {string} Where a leg begins.
 */
export function nodeName(journey, index, origin) {
  if (index === 0) return origin;
  const before = journey.legs[index - 1];
  const leg = journey.legs[index];
  const [here, there] = [placeName(leg.origin), placeName(before.destination)];
  // A walk to a stop starts where the ride before it ended: the ride's name is the better one.
  const name = isWalk(leg) ? (there ?? here) : (here ?? there);
  return name ?? vehicleStands(before, leg) ?? words().pickedPoint;
}
