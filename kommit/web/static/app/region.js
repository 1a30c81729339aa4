// The region this server knows: its name, zone, bounds, notices. Read once at the start.

import { api } from "./api.js";

/** @typedef {import("./contract.js").Region} Region */

const PLACE = "kommit.region";

/** @type {Region | null} */
let known = null;

/** @returns {Region} */
export function region() {
  if (!known) throw new Error("the region is read before anything is drawn");
  return known;
}

/** Read the region; without a network the one of the last visit serves, to show tickets by. */
export async function readRegion() {
  try {
    known = await api.region();
    localStorage.setItem(PLACE, JSON.stringify(known));
  } catch (error) {
    const kept = localStorage.getItem(PLACE);
    if (!kept) throw error;
    known = JSON.parse(kept);
  }
}
