// Vehicles of own fleets for a time: which of a station is free then.

import { afterSales } from "./after_sales_api.js";

/** @typedef {{start: string, end: string}} Span */
/** @typedef {{vehicle: string} | {next: Span | null}} Found  A free vehicle, or when one is free next. */

/** Vehicles of one station that are asked for, at most. */
const MOST_ASKED = 12;

/**
 * @param {string} system @param {string} station
 * @returns {Promise<string[]>} Vehicles that stand there, by their ids of this moment.
 */
async function vehiclesAt(system, station) {
  const { data } = await afterSales.fleet(system);
  return data.vehicles
    .filter((one) => one.station_id === station) // one that is disabled now may be free then
    .slice(0, MOST_ASKED)
    .map((one) => one.vehicle_id);
}

/**
 * @param {string} system @param {string} station @param {Span} wanted
 * @returns {Promise<Found>}
 */
export async function freeVehicle(system, station, wanted) {
  /** @type {Span | null} */
  let next = null;
  for (const vehicle of await vehiclesAt(system, station)) {
    const { slots } = await afterSales.slots(system, vehicle, wanted.start);
    const [first] = slots;
    if (!first) continue;
    if (Date.parse(first.start) <= Date.parse(wanted.start) && Date.parse(first.end) >= Date.parse(wanted.end)) return { vehicle };
    if (!next || Date.parse(first.start) < Date.parse(next.start)) next = first;
  }
  return { next };
}
