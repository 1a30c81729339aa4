// Tickets kept on the device, so that they can be shown where there is no network.

/** @typedef {import("./contract.js").Order} Order */
/** @typedef {{order: Order, ticket: import("./contract.js").Ticket, image: string, offset?: number, onPaper?: boolean}} KeptTicket
 * `image` is empty for a ticket that a phone draws by itself; `offset` is of that phone's clock, in ms;
 * with `onPaper` the rider wants it on paper, so this phone does not take it again by itself. */

const PLACE = "kommit.tickets";
const MOST = 8;

/** @returns {KeptTicket[]} Newest first. */
export function keptTickets() {
  try {
    return JSON.parse(localStorage.getItem(PLACE) ?? "[]");
  } catch {
    return [];
  }
}

/** @param {string} id @returns {KeptTicket | null} */
export const keptTicket = (id) => keptTickets().find(({ order }) => order.id === id) ?? null;

/** @param {KeptTicket} kept */
export function keepTicket(kept) {
  const others = keptTickets().filter(({ order }) => order.id !== kept.order.id);
  localStorage.setItem(PLACE, JSON.stringify([kept, ...others].slice(0, MOST)));
}

/** @param {string} id @param {boolean} onPaper  What the rider wants, told before the server is asked. */
export function wishPaper(id, onPaper) {
  const kept = keptTicket(id);
  if (kept) keepTicket({ ...kept, onPaper });
}

/** @param {string} id  It was given back or exchanged: nobody should be shown it. */
export const forgetTicket = (id) =>
  localStorage.setItem(PLACE, JSON.stringify(keptTickets().filter(({ order }) => order.id !== id)));

export const forgetTickets = () => localStorage.removeItem(PLACE);
