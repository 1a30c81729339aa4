// Calls about orders that are sold: giving parts back, another time, rentals and their doors.

import { get, orderPath, postOnce, query, send } from "./api.js";

/** @typedef {import("./contract.js").Money} Money */
/** @typedef {{legs: number[], passengers: number[]}} Parts  Positions in the order's lists. */

export const afterSales = {
  /**
   * @param {string} id @param {Parts} parts @param {AbortSignal} [signal]
   * @returns {Promise<import("./contract.js").RefundQuote>}
   */
  quote(id, { legs, passengers }, signal) {
    const asked = [...legs.map((leg) => ["leg", String(leg)]), ...passengers.map((one) => ["passenger", String(one)])];
    return get(`${orderPath(id)}/refund-quote?${new URLSearchParams(asked)}`, signal);
  },

  /**
   * @param {string} id @param {Parts} parts @param {Money} expected  What was quoted.
   * @returns {Promise<import("./contract.js").Order>}
   */
  giveBack(id, parts, expected) {
    const body = { ...parts, expected };
    // Another quote is another intention: the same key with other words would be refused.
    return postOnce(`give back ${id} ${JSON.stringify(body)}`, `${orderPath(id)}/cancel`, body);
  },

  /** @param {string} id @returns {Promise<{fee: Money}>} */
  changeFee: (id) => get(`${orderPath(id)}/change-fee`),

  /**
   * @param {string} id @param {import("./contract.js").Offer} offer
   * @returns {Promise<import("./contract.js").Order>} The order that takes its place once it is paid.
   */
  change: (id, offer) => postOnce(`change ${id} ${offer.id}`, `${orderPath(id)}/change`, { offer: offer.offer }),

  /** @param {string} id @returns {Promise<Blob>} What was paid, with its VAT, as PDF. */
  receipt: async (id) => (await send("GET", `${orderPath(id)}/receipt.pdf`)).blob(),

  /** @returns {Promise<{rentals: import("./contract.js").Reserved[]}>} */
  rentals: () => get("/v1/rentals"),

  /**
   * @param {string} id @param {"open" | "close" | "pause" | "return"} action
   * @returns {Promise<import("./contract.js").Reserved>}
   */
  door: (id, action) => postOnce(`${action} ${id}`, `/v1/rentals/${encodeURIComponent(id)}/${action}`),

  /** @param {string} system @returns {Promise<{data: {vehicles: import("./contract.js").FleetVehicle[]}}>} */
  fleet: (system) => get(`/gbfs/${encodeURIComponent(system)}/vehicle_status.json`),

  /**
   * @param {string} system @param {string} vehicle @param {string} from
   * @returns {Promise<import("./contract.js").Slots>} As far ahead as it can be reserved.
   */
  slots: (system, vehicle, from) =>
    get(`/v1/fleets/${encodeURIComponent(system)}/vehicles/${encodeURIComponent(vehicle)}/slots?${query({ from })}`),
};
