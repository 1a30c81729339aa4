// The page's address: `#/view/id?query`. What a rider sees can be reloaded and shared.

import { createStore } from "./store.js";
import { readWishes, wishFields } from "./wishes.js";

/** @typedef {"home" | "plan" | "book" | "orders" | "account"} View */
/** @typedef {{view: View, id: string, query: URLSearchParams}} Route */
/** @typedef {{id: string, name: string, lat: number, lon: number}} Spot */
/**
 * @typedef {{from: Spot, to: Spot, kind: "depart" | "arrive", wall: string | null,
 *   wishes: import("./wishes.js").Wishes}} Question
 *   `wall` is `YYYY-MM-DDTHH:MM` in the region's time zone, or null for now.
 */

/** @type {readonly string[]} */
const VIEWS = ["home", "plan", "book", "orders", "account"];

/** @param {string} hash @returns {Route} */
export function readRoute(hash) {
  const [path = "", search = ""] = hash.replace(/^#\/?/, "").split("?");
  const [view = "", id = ""] = path.split("/");
  const known = /** @type {View} */ (VIEWS.includes(view) ? view : "home");
  return { view: known, id: decodeURIComponent(id), query: new URLSearchParams(search) };
}

/** @type {import("./store.js").Store<{route: Route}>} */
export const routes = createStore({ route: readRoute(location.hash) });

addEventListener("hashchange", () => routes.set({ route: readRoute(location.hash) }));

/** @param {string} hash */
export function go(hash) {
  location.hash = hash;
}

/** @param {string} hash  Takes the place of the present address: "back" skips that one. */
export function replace(hash) {
  history.replaceState(null, "", hash);
  routes.set({ route: readRoute(hash) });
}

/** @param {"from" | "to"} end @param {Spot} spot @returns {[string, string][]} */
const spotFields = (end, spot) => [
  [end, spot.id],
  [`${end}_name`, spot.name],
  [`${end}_at`, `${spot.lat},${spot.lon}`],
];

/**
 * @param {Question} question
 * @param {string} [journey]  Key of the journey that is open.
 * @returns {string}
 */
export function planHash(question, journey) {
  const fields = [...spotFields("from", question.from), ...spotFields("to", question.to)];
  fields.push(["kind", question.kind]);
  if (question.wall) fields.push(["time", question.wall]);
  fields.push(...wishFields(question.wishes));
  if (journey) fields.push(["journey", journey]);
  return `#/plan?${new URLSearchParams(fields)}`;
}

/** @param {URLSearchParams} query @param {"from" | "to"} end @returns {Spot | null} */
function readSpot(query, end) {
  const id = query.get(end);
  const [lat, lon] = (query.get(`${end}_at`) ?? "").split(",").map(Number);
  if (!id || lat === undefined || lon === undefined) return null;
  if (!Number.isFinite(lat) || !Number.isFinite(lon)) return null;
  return { id, name: query.get(`${end}_name`) || id, lat, lon };
}

/** @param {URLSearchParams} query @returns {Question | null} */
export function readQuestion(query) {
  const from = readSpot(query, "from");
  const to = readSpot(query, "to");
  if (!from || !to) return null;
  const wall = query.get("time");
  return {
    from,
    to,
    kind: query.get("kind") === "arrive" ? "arrive" : "depart",
    wall: wall && /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(wall) ? wall : null,
    wishes: readWishes(query),
  };
}
