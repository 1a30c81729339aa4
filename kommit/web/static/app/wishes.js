// What the rider takes on the way: part of the question, its address and its request.

import { KINDS } from "./vehicles.js";

/** @typedef {import("./vehicles.js").Kind} Kind */
/** @typedef {"" | "bicycle" | "car"} Own */
/**
 * @typedef {{rent: Kind[] | null, own: Own, wheelchair: boolean, unknown: boolean, shuttle: boolean}} Wishes
 *   `rent` is null for whatever there is; `unknown`: in a wheelchair also where not all is known.
 */

/** @type {readonly Own[]} */
export const OWN = ["", "bicycle", "car"];

/** @type {Wishes} */
export const NO_WISHES = { rent: null, own: "", wheelchair: false, unknown: false, shuttle: true };

/** @param {Wishes} wishes @returns {[string, string][]} Fields of the address. */
export function wishFields({ rent, own, wheelchair, unknown, shuttle }) {
  /** @type {[string, string][]} */
  const fields = [];
  if (rent) fields.push(["rent", rent.join(",") || "none"]);
  if (own) fields.push(["own", own]);
  if (!shuttle) fields.push(["shuttle", "0"]);
  if (wheelchair) fields.push(["wheelchair", unknown ? "unknown" : "1"]);
  return fields;
}

/** @param {URLSearchParams} query @returns {Wishes} */
export function readWishes(query) {
  const rent = query.get("rent")?.split(",");
  return {
    rent: rent ? KINDS.filter((kind) => rent.includes(kind)) : null,
    own: OWN.find((own) => own === query.get("own")) ?? "",
    wheelchair: ["1", "unknown"].includes(query.get("wheelchair") ?? ""),
    unknown: query.get("wheelchair") === "unknown",
    shuttle: query.get("shuttle") !== "0",
  };
}

/** @param {Wishes} wishes @returns {Record<string, string>} Parameters of `/v1/plan`. */
export function wishQuery({ rent, own, wheelchair, unknown, shuttle }) {
  return {
    ...(rent && { street_modes: ["walk", ...rent].join(",") }),
    ...(own && { own }),
    ...(!shuttle && { shuttle: "false" }),
    ...(wheelchair && { wheelchair: "true", ...(unknown && { allow_unknown: "true" }) }),
  };
}
