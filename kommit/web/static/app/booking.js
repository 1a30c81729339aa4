// What is being booked: the chosen journey, vehicles for a time, who rides, and the offer made for them.

import { api } from "./api.js";
import { rememberLines } from "./lines.js";
import { asProblem } from "./plan.js";
import { createStore } from "./store.js";

/** @typedef {import("./contract.js").Journey} Journey */
/** @typedef {import("./contract.js").Offer} Offer */
/** @typedef {import("./contract.js").Passenger} Passenger */
/** @typedef {import("./contract.js").RentalWish} RentalWish */
/** @typedef {{system: string, station: string, name: string}} Stand  Where a vehicle is fetched. */
/**
 * @typedef {{journey: Journey | null, stand: Stand | null, back: string, passengers: Passenger[],
 *   rentals: RentalWish[], rentedAt: string, offer: Offer | null, problem: import("./api.js").Problem | null,
 *   busy: boolean}} Booking
 *   `stand` instead of a journey: a vehicle is booked alone.
 */

export const MOST_RIDERS = 5;
const PLACE = "kommit.booking";

/** @returns {Passenger[]} */
const oneAdult = () => [{ category: "adult" }];

/** @returns {{journey: Journey | null, stand: Stand | null, back: string}} */
function remembered() {
  const kept = sessionStorage.getItem(PLACE);
  return { journey: null, stand: null, back: "#/", ...(kept ? JSON.parse(kept) : {}) };
}

const FRESH = { rentals: [], rentedAt: "", offer: null, problem: null, busy: false };

/** @type {Booking} */
const FIRST = { ...FRESH, ...remembered(), passengers: oneAdult() };

export const bookings = createStore(FIRST);

/** @param {{journey: Journey | null, stand: Stand | null}} what */
function open(what) {
  const opened = { ...what, back: location.hash || "#/" };
  sessionStorage.setItem(PLACE, JSON.stringify(opened));
  bookings.set({ ...FRESH, ...opened, passengers: oneAdult() });
}

/** @param {Journey} journey */
export function openBooking(journey) {
  rememberLines(journey);
  open({ journey, stand: null });
}

/** @param {Stand} stand  A vehicle alone. */
export const openRental = (stand) => open({ journey: null, stand });

/** Which request is the last one: an answer to an earlier one is not shown. */
let asked = 0;

/** Ask for a price for who rides and what is taken; of the account that is signed in. */
export async function askOffer() {
  const { journey, passengers, rentals } = bookings.get();
  const mine = ++asked;
  if (!journey?.token && !rentals.length) return bookings.set({ offer: null, busy: false });
  bookings.set({ busy: true, problem: null });
  try {
    const offer = await api.offer({ journey: journey?.token ?? null, passengers, rentals });
    if (mine === asked) bookings.set({ offer, busy: false });
  } catch (error) {
    if (mine === asked) bookings.set({ offer: null, problem: asProblem(error), busy: false });
  }
}

/** @param {Passenger[]} passengers */
export function setPassengers(passengers) {
  bookings.set({ passengers });
  void askOffer();
}

/** @param {Passenger["category"]} category @param {number} wanted  How many of them ride. */
export function setCount(category, wanted) {
  const { passengers } = bookings.get();
  const those = passengers.filter((one) => one.category === category).slice(0, wanted);
  while (those.length < wanted) those.push({ category });
  const others = passengers.filter((one) => one.category !== category);
  setPassengers(category === "adult" ? [...those, ...others] : [...others, ...those]);
}

/** @param {number} at @param {Partial<Passenger>} change  Of one passenger. */
export const changePassenger = (at, change) =>
  setPassengers(bookings.get().passengers.map((one, index) => (index === at ? { ...one, ...change } : one)));

/** @param {RentalWish[]} rentals @param {string} [rentedAt]  The station's name. */
export function setRentals(rentals, rentedAt = "") {
  bookings.set({ rentals, rentedAt });
  void askOffer();
}
