// The answers to the question asked: searched once for a question, widened by earlier and later.

import { api, Problem } from "./api.js";
import { region } from "./region.js";
import { planHash } from "./route.js";
import { createStore } from "./store.js";
import { wishQuery } from "./wishes.js";
import { toRfc3339 } from "./zone.js";

/** @typedef {import("./contract.js").Journey} Journey */
/** @typedef {import("./contract.js").Paging} Paging */
/** @typedef {import("./contract.js").Notice} Notice */
/** @typedef {import("./route.js").Question} Question */
/**
 * @typedef {{asked: string, question: Question | null, status: "idle" | "busy" | "done",
 *   journeys: Journey[], paging: Paging, notices: Notice[], problem: Problem | null, widening: "earlier" | "later" | null,
 *   added: number | null}} Plans
 */

const WINDOW_MIN = 120;

/** @type {Plans} */
const NOTHING = {
  asked: "",
  question: null,
  status: "idle",
  journeys: [],
  paging: { earlier: null, later: null },
  notices: [],
  problem: null,
  widening: null,
  added: null,
};

/** @type {import("./store.js").Store<Plans>} */
export const plans = createStore(NOTHING);

/** The journey in the list that the rider points at; the map shows it. */
export const pointed = createStore({ journey: /** @type {Journey | null} */ (null) });

/** @type {AbortController | null} */
let running = null;

/** @param {import("./contract.js").Leg} leg @returns {string} The same, however late it is. */
function legKey(leg) {
  const { rental } = leg;
  if (rental) return [leg.mode, rental.system.id, rental.pick_up?.id, rental.return?.id].join(" ");
  if (!leg.trip_id) return leg.mode;
  const planned = [leg.scheduled_departure ?? leg.departure, leg.scheduled_arrival ?? leg.arrival];
  return [leg.trip_id, ...planned].join(" ");
}

/**
 * @param {Journey} journey
 * @returns {string} The same for the same chain in every answer.
 */
export function journeyKey(journey) {
  const rides = journey.legs.some((leg) => leg.trip_id);
  const legs = journey.legs.map(legKey).join("+");
  const text = rides ? legs : `${journey.departure} ${journey.arrival} ${legs}`;
  let hash = 2_166_136_261; // FNV-1a
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619);
  }
  return (hash >>> 0).toString(36);
}

/** @param {Journey[]} journeys */
const inOrder = (journeys) =>
  [...new Map(journeys.map((journey) => [journeyKey(journey), journey])).values()].sort(
    (a, b) =>
      Date.parse(a.departure) - Date.parse(b.departure) ||
      Date.parse(a.arrival) - Date.parse(b.arrival),
  );

/** @param {unknown} error @returns {Problem} */
export const asProblem = (error) =>
  error instanceof Problem ? error : new Problem({ type: "unexpected", detail: String(error) });

/**
 * @param {Question} question
 * @param {Record<string, string>} time
 * @param {AbortSignal} [signal]
 */
const ask = ({ from, to, wishes }, time, signal) =>
  api.plan({ from: from.id, to: to.id, window_min: WINDOW_MIN, ...wishQuery(wishes), ...time }, signal);

/** @param {Question} question @returns {Record<string, string>} */
const timeOf = ({ kind, wall }) =>
  wall ? { [kind]: toRfc3339(wall, region().time_zone) } : {};

/** @param {Question} question  Asked again only when it is another one. */
export async function search(question) {
  const asked = planHash(question);
  if (plans.get().asked === asked && !plans.get().problem) return;
  running?.abort();
  running = new AbortController();
  plans.set({ ...NOTHING, asked, question, status: "busy" });
  pointed.set({ journey: null });
  try {
    const { journeys, paging, notices } = await ask(question, timeOf(question), running.signal);
    plans.set({ status: "done", journeys: inOrder(journeys), paging, notices });
  } catch (error) {
    if (/** @type {Error} */ (error).name === "AbortError") return;
    plans.set({ status: "done", problem: asProblem(error) });
  }
}

/**
 * @param {Question} question
 * @returns {Promise<import("./contract.js").Explained[]>} Why shuttles are not among the answers.
 */
export async function explain(question) {
  const answer = await ask(question, { ...timeOf(question), explain: "true" });
  return answer.explain ?? [];
}

/** @param {Notice[]} notices @param {Notice[]} more */
const withNew = (notices, more) => [
  ...notices,
  ...more.filter((one) => !notices.some((known) => known.code === one.code)),
];

/** @param {"earlier" | "later"} side */
export async function widen(side) {
  const { question, journeys, paging, asked } = plans.get();
  const cursor = paging[side];
  if (!question || cursor === null) return;
  plans.set({ widening: side, problem: null, added: null });
  try {
    const more = await ask(question, { ...timeOf(question), cursor });
    if (plans.get().asked !== asked) return;
    const all = inOrder([...journeys, ...more.journeys]);
    plans.set({
      widening: null,
      journeys: all,
      paging: { ...paging, [side]: more.paging[side] },
      notices: withNew(plans.get().notices, more.notices),
      added: all.length - journeys.length,
    });
  } catch (error) {
    plans.set({ widening: null, problem: asProblem(error) });
  }
}
