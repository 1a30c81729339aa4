// Kinds of vehicles beside the timetable: what legs, rentals and GBFS call them.

/** @typedef {"bicycle" | "cargo_bicycle" | "scooter" | "moped" | "car"} Kind */

/** @type {readonly Kind[]} In the order in which they are shown. */
export const KINDS = ["bicycle", "cargo_bicycle", "scooter", "moped", "car"];

/** @param {string | undefined} form  A form factor of GBFS. @returns {Kind | "other"} */
export function kindOf(form = "") {
  if (form.startsWith("scooter")) return "scooter";
  return KINDS.find((kind) => kind === form) ?? "other";
}

/** @param {string} kind @returns {string} The mode of its legs, and so its icon and colour. */
export const modeOf = (kind) => (kind === "moped" ? "SCOOTER" : kind.toUpperCase());

/** @param {import("./contract.js").SharingSystem[]} systems @returns {Kind[]} What can be rented. */
export function kindsIn(systems) {
  const forms = systems.flatMap((system) => system.vehicle_types.map((type) => type.form_factor));
  const found = new Set(forms.map(kindOf));
  return KINDS.filter((kind) => found.has(kind));
}
