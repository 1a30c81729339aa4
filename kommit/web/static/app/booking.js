// What is being booked: the chosen journey, its riders and the offer made for them.

import { api } from "./api.js";
import { rememberLines } from "./lines.js";
import { asProblem } from "./plan.js";
import { createStore } from "./store.js";

/** @typedef {import("./contract.js").Journey} Journey */
/** @typedef {import("./contract.js").Offer} Offer */
/**
 * @typedef {{journey: Journey | null, back: string, adults: number, children: number,
 *   offer: Offer | null, problem: import("./api.js").Problem | null, busy: boolean}} Booking
 */

export const MOST_RIDERS = 5;
const PLACE = "kommit.booking";

/** @returns {{journey: Journey | null, back: string}} */
function remembered() {
  const kept = sessionStorage.getItem(PLACE);
  return kept ? JSON.parse(kept) : { journey: null, back: "#/" };
}

/** @type {Booking} */
const NOT_PRICED = {
  ...remembered(),
  adults: 1,
  children: 0,
  offer: null,
  problem: null,
  busy: false,
};

export const bookings = createStore(NOT_PRICED);

/** @param {Journey} journey */
export function openBooking(journey) {
  const back = location.hash;
  rememberLines(journey);
  sessionStorage.setItem(PLACE, JSON.stringify({ journey, back }));
  bookings.set({ journey, back, adults: 1, children: 0, offer: null, problem: null });
}

/** @param {number} adults @param {number} children @returns {import("./contract.js").Passenger[]} */
const passengers = (adults, children) => [
  ...Array.from({ length: adults }, () => /** @type {const} */ ({ category: "adult" })),
  ...Array.from({ length: children }, () => /** @type {const} */ ({ category: "child" })),
];

/** Which request is the last one: an answer to an earlier one is not shown. */
let asked = 0;

/** Ask for a price for the riders chosen. */
export async function askOffer() {
  const { journey, adults, children } = bookings.get();
  if (!journey?.token) return;
  const mine = ++asked;
  bookings.set({ busy: true, problem: null });
  try {
    const offer = await api.offer(journey.token, passengers(adults, children));
    if (mine === asked) bookings.set({ offer, busy: false });
  } catch (error) {
    if (mine === asked) bookings.set({ offer: null, problem: asProblem(error), busy: false });
  }
}

/** @param {{adults?: number, children?: number}} riders */
export function setRiders(riders) {
  bookings.set(riders);
  void askOffer();
}
