// The question while it is being written; the map and the form both write it.

import { createStore } from "./store.js";

/** @typedef {import("./route.js").Spot} Spot */
/**
 * @typedef {{from: Spot | null, to: Spot | null, kind: "now" | "depart" | "arrive",
 *   date: string, time: string}} Draft
 */

/** @type {import("./store.js").Store<Draft>} */
export const drafts = createStore(
  /** @type {Draft} */ ({ from: null, to: null, kind: "now", date: "", time: "" }),
);

/** @param {import("./route.js").Question} question  Shown in the form when it is to be changed. */
export function redraft({ from, to, kind, wall }) {
  const [date = "", time = ""] = wall?.split("T") ?? [];
  drafts.set({ from, to, kind: wall ? kind : "now", date, time });
}

/** @returns {import("./route.js").Question | null} */
export function finished() {
  const { from, to, kind, date, time } = drafts.get();
  if (!from || !to) return null;
  const wall = kind !== "now" && date && time ? `${date}T${time}` : null;
  return { from, to, kind: kind === "arrive" ? "arrive" : "depart", wall };
}
