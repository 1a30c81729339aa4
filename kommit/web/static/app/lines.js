// The colours of lines that were booked here: an order names its lines, but not their colours.

/** @typedef {import("./contract.js").Route} Route */

const PLACE = "kommit.lines";

/** @returns {Record<string, Route>} */
function remembered() {
  try {
    return JSON.parse(localStorage.getItem(PLACE) ?? "{}");
  } catch {
    return {};
  }
}

/** @param {string | null} agency @param {string | null} name */
const keyOf = (agency, name) => `${agency ?? ""}/${name ?? ""}`;

/** @param {import("./contract.js").Journey} journey */
export function rememberLines(journey) {
  const routes = journey.legs.flatMap((leg) => (leg.route ? [leg.route] : []));
  const named = routes.map((route) => [keyOf(route.agency.name, route.short_name), route]);
  localStorage.setItem(PLACE, JSON.stringify({ ...remembered(), ...Object.fromEntries(named) }));
}

/** @param {import("./contract.js").SoldLeg} leg @returns {Route | null} */
export const lineOf = (leg) => remembered()[keyOf(leg.agency_name, leg.route_name)] ?? null;
