// A point that the rider asks the map to show: an instruction, a station in a list.

import { createStore } from "./store.js";

/** @typedef {{lat: number, lon: number}} At */

/** @type {import("./store.js").Store<{at: At | null, marked: boolean}>} */
export const spotlight = createStore(
  /** @type {{at: At | null, marked: boolean}} */ ({ at: null, marked: false }),
);

/** @param {At} at @param {boolean} [marked]  With a ring around it. */
export const showAt = ({ lat, lon }, marked = true) => spotlight.set({ at: { lat, lon }, marked });

export const showNothing = () => spotlight.set({ at: null, marked: false });
