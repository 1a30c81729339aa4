// Shuttles on demand of this region: who runs them, where they stop, and where ours are now.

import { api } from "./api.js";
import { createStore } from "./store.js";

/** @typedef {import("./contract.js").OnDemandService} OnDemandService */
/** @typedef {import("./contract.js").OnDemandPlace} OnDemandPlace */
/** @typedef {{key: string, lat: number, lon: number, color: string | null}} VehicleNow */

const PLACE = "kommit.shuttles";

/** Who carries people on demand; empty until it is known, and where it cannot be known. */
export const services = createStore({ services: /** @type {OnDemandService[]} */ ([]) });

/** Stops and areas on the map: read when they are first wanted. */
export const areas = createStore(
  /** @type {{shown: boolean, places: OnDemandPlace[]}} */ ({
    shown: localStorage.getItem(PLACE) === "shown",
    places: [],
  }),
);

/** The vehicles that the rider waits for or sits in. */
export const mine = createStore({ vehicles: /** @type {VehicleNow[]} */ ([]) });

/** @param {string} id @returns {string | null} */
export const serviceColor = (id) => services.get().services.find((one) => one.id === id)?.color ?? null;

/** Ask who carries people on demand, unless it is known. */
export async function readServices() {
  if (services.get().services.length) return;
  try {
    services.set(await api.onDemand());
  } catch {
    // The page does without: no stops on the map, no reasons in the results.
  }
}

/** Ask where the services stop, unless it is known. */
export async function readAreas() {
  if (areas.get().places.length) return;
  await readServices();
  try {
    areas.set({ places: (await api.onDemandAreas()).features });
  } catch {
    // The map does without; the switch can be pressed again.
  }
}

/** @param {boolean} shown  On the map; remembered on this device. */
export function showAreas(shown) {
  localStorage.setItem(PLACE, shown ? "shown" : "hidden");
  areas.set({ shown });
}
