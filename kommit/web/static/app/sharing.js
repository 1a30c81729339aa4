// Shared vehicles of this moment: asked for where the map looks, again every half minute.

import { api } from "./api.js";
import { createStore } from "./store.js";

/** @typedef {import("./contract.js").SharedFeature} SharedFeature */
/** @typedef {import("./contract.js").SharingSystem} SharingSystem */
/** @typedef {[number, number, number, number]} Box  West, south, east, north. */
/**
 * @typedef {{shown: boolean, box: Box | null, features: SharedFeature[], failed: boolean,
 *   picked: string | null}} Sharing  `box` is null where the map shows too much to ask for.
 */

const PLACE = "kommit.sharing";
const EVERY_MS = 30_000;
/** A map that is being dragged asks when it rests. */
const PAUSE_MS = 250;
/** Boxes are rounded to these degrees, so that small moves ask nothing new. */
const STEP_DEG = 0.02;

/** @type {import("./store.js").Store<Sharing>} */
export const sharing = createStore(
  /** @type {Sharing} */ ({
    shown: localStorage.getItem(PLACE) !== "hidden",
    box: null,
    features: [],
    failed: false,
    picked: null,
  }),
);

/** Who rents out vehicles; empty until it is known, and where it cannot be known. */
export const systems = createStore({ systems: /** @type {SharingSystem[]} */ ([]) });

/** @param {SharedFeature} feature @returns {string} The same for a station in every answer. */
export const keyOf = ({ properties: { system_id, kind, id } }) => [system_id, kind, id].join("/");

let watchers = 0;
let timer = 0;
/** @type {AbortController | null} */
let asking = null;

/** @param {number} after_ms */
function askSoon(after_ms) {
  clearTimeout(timer);
  if (watchers > 0) timer = setTimeout(ask, after_ms);
}

async function ask() {
  const { box } = sharing.get();
  if (!box || document.hidden) return askSoon(EVERY_MS);
  asking?.abort();
  const mine = (asking = new AbortController());
  void readSystems();
  try {
    const { features } = await api.sharedVehicles(box, mine.signal);
    sharing.set({ features, failed: false });
  } catch {
    if (mine.signal.aborted) return;
    sharing.set({ features: [], failed: true }); // old counts are worse than none
  }
  askSoon(EVERY_MS);
}

/** Ask who rents out vehicles, unless it is known; whoever needs it may ask again. */
export async function readSystems() {
  if (systems.get().systems.length) return;
  try {
    systems.set(await api.sharingSystems());
  } catch {
    // The page does without: no vehicle is named by its type, none is offered to choose.
  }
}

/** @param {Box} box @returns {Box} */
function rounded([west, south, east, north]) {
  const down = (/** @type {number} */ deg) => Number((Math.floor(deg / STEP_DEG) * STEP_DEG).toFixed(2));
  const up = (/** @type {number} */ deg) => Number((Math.ceil(deg / STEP_DEG) * STEP_DEG).toFixed(2));
  return [down(west), down(south), up(east), up(north)];
}

/** @param {Box | null} seen  Where the map looks now; null from too far away. */
export function look(seen) {
  const box = seen && rounded(seen);
  if (String(box) === String(sharing.get().box)) return;
  sharing.set({ box, ...(box ? {} : { features: [] }) });
  askSoon(PAUSE_MS);
}

/** @returns {() => void} Ends it: while nobody watches, nothing is asked. */
export function watch() {
  watchers += 1;
  askSoon(0);
  return () => {
    watchers -= 1;
    if (watchers === 0) clearTimeout(timer);
  };
}

/** @param {boolean} shown  On the map; remembered on this device. */
export function showOnMap(shown) {
  localStorage.setItem(PLACE, shown ? "shown" : "hidden");
  sharing.set({ shown, picked: null });
}

/** @param {string | null} picked */
export const pick = (picked) => sharing.set({ picked });

document.addEventListener("visibilitychange", () => document.hidden || askSoon(0));
