// The question while it is being written; the map and the form both write it.

import { placeNamed } from "./places.js";
import { createStore } from "./store.js";
import { NO_WISHES } from "./wishes.js";

/** @typedef {import("./route.js").Spot} Spot */
/**
 * @typedef {{from: Spot | null, to: Spot | null, typed: {from: string, to: string}, kind: "now" | "depart" | "arrive",
 *   date: string, time: string, wishes: import("./wishes.js").Wishes}} Draft
 */

const NOTHING_TYPED = { from: "", to: "" };

/** @type {import("./store.js").Store<Draft>} */
export const drafts = createStore(
  /** @type {Draft} */ ({ from: null, to: null, typed: NOTHING_TYPED, kind: "now", date: "", time: "", wishes: NO_WISHES }),
);

/** @param {import("./route.js").Question} question  Shown in the form when it is to be changed. */
export function redraft({ from, to, kind, wall, wishes }) {
  const [date = "", time = ""] = wall?.split("T") ?? [];
  drafts.set({ from, to, typed: NOTHING_TYPED, kind: wall ? kind : "now", date, time, wishes });
}

/** @param {Partial<import("./wishes.js").Wishes>} change */
export const wish = (change) => drafts.set({ wishes: { ...drafts.get().wishes, ...change } });

/** @param {"from" | "to"} end @param {Spot | null} spot @param {string} typed */
export function setEnd(end, spot, typed) {
  drafts.set({ [end]: spot, typed: { ...drafts.get().typed, [end]: typed } });
}

export function swapEnds() {
  const { from, to, typed } = drafts.get();
  drafts.set({ from: to, to: from, typed: { from: typed.to, to: typed.from } });
}

/** Whoever types a name and goes on at once means its best match. */
export async function takeTyped() {
  const { from, to, typed } = drafts.get();
  const [start, end] = await Promise.all([
    from ?? (typed.from.trim() ? placeNamed(typed.from) : null),
    to ?? (typed.to.trim() ? placeNamed(typed.to) : null),
  ]);
  drafts.set({ from: start, to: end });
}

/** @returns {import("./route.js").Question | null} */
export function finished() {
  const { from, to, kind, date, time, wishes } = drafts.get();
  if (!from || !to) return null;
  const wall = kind !== "now" && date && time ? `${date}T${time}` : null;
  return { from, to, kind: kind === "arrive" ? "arrive" : "depart", wall, wishes };
}
