// Places by name, by the device's position and by a point on the map.

import { api, Problem } from "./api.js";
import { region } from "./region.js";

/** @typedef {import("./route.js").Spot} Spot */
/** @typedef {import("./contract.js").Place} Place */

const POSITION_TIMEOUT_MS = 8000;

/** @param {Place} place @returns {Spot} */
export const spotOf = ({ id, name, lat, lon }) => ({ id, name, lat, lon });

/** @param {number} degrees */
const rounded = (degrees) => Number(degrees.toFixed(5)); // a metre is enough

/** @param {number} lat @param {number} lon @param {string} name @returns {Spot} */
export const pointSpot = (lat, lon, name) => ({
  id: `${rounded(lat)},${rounded(lon)}`,
  name,
  lat: rounded(lat),
  lon: rounded(lon),
});

/**
 * @param {string} text
 * @param {AbortSignal} [signal]
 * @returns {Promise<Place[]>} Best first; none where the search itself fails.
 */
export async function findPlaces(text, signal) {
  const [lon, lat] = region().center;
  try {
    return (await api.places(text.trim(), { lat, lon }, signal)).places;
  } catch (error) {
    if (error instanceof Problem || /** @type {Error} */ (error).name === "AbortError") return [];
    throw error;
  }
}

/** @param {string} name @returns {Promise<Spot | null>} The best match. */
export async function placeNamed(name) {
  const [place] = await findPlaces(name);
  return place ? spotOf(place) : null;
}

/** @param {string} name @returns {Promise<Spot>} */
export function positionSpot(name) {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) return reject(new Error("this browser knows no position"));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve(pointSpot(coords.latitude, coords.longitude, name)),
      reject,
      { timeout: POSITION_TIMEOUT_MS, maximumAge: 60_000 },
    );
  });
}
