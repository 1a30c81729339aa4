// The chains found for a question, in order of departure.

import { announce } from "../announce.js";
import { redraft } from "../draft.js";
import { clock, co2, dayAndClock, duration, longDay, money, sameDay } from "../format.js";
import { html, useEffect } from "../html.js";
import { language, words } from "../i18n.js";
import { Icon } from "../icons.js";
import { countsTransfers, isRide, isWalk, rentalsOf } from "../legs.js";
import { journeyKey, plans, pointed, search, widen } from "../plan.js";
import { region } from "../region.js";
import { planHash } from "../route.js";
import { useStore } from "../store.js";
import { toRfc3339 } from "../zone.js";
import { Chain, Ends } from "./line.js";
import { JourneyNews } from "./live.js";
import { wishTexts } from "./options.js";
import { Busy, ProblemNote } from "./problem.js";
import { Title } from "./title.js";
import { WhyNoShuttle } from "./why.js";

/** @typedef {import("../contract.js").Journey} Journey */
/** @typedef {import("../route.js").Question} Question */

/** @param {Journey} journey @returns {boolean} */
export const onFoot = (journey) => journey.legs.every(isWalk);

/** @param {Journey} journey @returns {boolean} */
const onShuttle = (journey) => journey.legs.some((leg) => leg.on_demand);

/** @param {Journey} journey @returns {string} */
export function priceText(journey) {
  if (journey.price) return money(journey.price);
  if (onFoot(journey)) return words().free;
  if (rentalsOf(journey).length) return words().priceUnknown;
  return journey.legs.some(isRide) ? words().noPrice : words().noTicketNeeded;
}

/** @param {Journey} journey */
function facts(journey) {
  const walk_s = journey.legs.reduce((sum, leg) => sum + (isWalk(leg) ? leg.duration_s : 0), 0);
  if (onFoot(journey)) return [words().allOnFoot];
  const renters = [...new Set(rentalsOf(journey).map(({ system }) => system.name))];
  return [
    ...(countsTransfers(journey) ? [words().transfers(journey.transfers)] : []),
    ...(walk_s >= 60 ? [words().onFoot(duration(walk_s))] : []),
    co2(journey.co2_g),
    ...(renters.length ? [words().rentFrom(renters)] : []),
  ];
}

/** @param {{journey: Journey, question: Question}} props */
function JourneyCard({ journey, question }) {
  const point = () => pointed.set({ journey });
  const mustBook = journey.legs.some((leg) => leg.booking);
  return html`<li><a class="card journey" href=${planHash(question, journeyKey(journey))}
      onPointerEnter=${point} onFocus=${point}>
    <div class="journey-head">
      <p class="times">
        <span class="visually-hidden">${words().departsAt}${" "}</span><time datetime=${journey.departure}>${clock(journey.departure)}</time>
        <span aria-hidden="true" class="dash">–</span>
        <span class="visually-hidden">${" "}${words().arrivesAt}${" "}</span><time datetime=${journey.arrival}>${clock(journey.arrival)}</time>
      </p>
      <p class=${journey.price ? "price" : "price muted"}>${priceText(journey)}</p>
    </div>
    <div class="journey-head">
      <${Chain} legs=${journey.legs} />
      <p class="takes"><span class="visually-hidden">${words().takes}${" "}</span>${duration(journey.duration_s)}</p>
    </div>
    <p class="facts">${facts(journey).map((fact) => html`<span>${fact}</span>`)}
        ${mustBook && html`<span class="must-book"><${Icon} name="phone" size=${14} />${words().mustBook}</span>`}
        <${JourneyNews} journey=${journey} /></p>
  </a></li>`;
}

/** @param {{side: "earlier" | "later", busy: boolean}} props */
function Widen({ side, busy }) {
  return html`<button type="button" class="button quiet wide" aria-disabled=${busy ? "true" : undefined}
    onClick=${() => busy || widen(side)}>${busy ? words().searching : words()[side]}</button>`;
}

/** @param {{journeys: Journey[], question: Question}} props */
function JourneyList({ journeys, question }) {
  return html`<ol class="journeys">${journeys.map((journey, index) => {
    const before = journeys[index - 1];
    const newDay = !before || !sameDay(before.departure, journey.departure);
    return html`${newDay && html`<li class="day-head" key=${longDay(journey.departure)}>${longDay(journey.departure)}</li>`}
      <${JourneyCard} key=${journeyKey(journey)} journey=${journey} question=${question} />`;
  })}</ol>`;
}

/** @param {Question} question */
function whenText({ kind, wall }) {
  if (!wall) return words().departNow;
  return `${words()[kind]} ${dayAndClock(toRfc3339(wall, region().time_zone))}`;
}

/** @param {{question: Question}} props */
function Asked({ question }) {
  return html`<section class="asked" aria-label=${words().planTitle}>
    <${Ends} from=${question.from.name} to=${question.to.name} />
    <p class="asked-when">${[whenText(question), ...wishTexts(question.wishes)].join(" · ")}</p>
    <a class="button quiet" href="#/" onClick=${() => redraft(question)}>${words().change}</a>
  </section>`;
}

/** @param {{notices: import("../contract.js").Notice[]}} props  What the answers do not promise. */
function Notices({ notices }) {
  /** @type {Record<string, string>} */
  const known = words().notices;
  if (!notices.length) return null;
  return html`<ul class="notices small muted">
    ${notices.map(({ code, text, words: told }) => html`<li key=${code}>${known[code] ?? told?.[language()] ?? text}</li>`)}</ul>`;
}

function Nothing() {
  return html`<div class="empty"><p class="empty-title">${words().none}</p><p>${words().noneHint}</p></div>`;
}

/** @param {{question: Question}} props */
export function ResultsView({ question }) {
  const { status, journeys, paging, notices, problem, widening, added } = useStore(plans);
  const done = status === "done";
  useEffect(() => {
    if (done && !problem) announce(words().found(journeys.length));
  }, [done]);
  useEffect(() => {
    if (added !== null) announce(words().added(added));
  }, [added]);
  const some = done && journeys.length > 0;
  return html`<div class="results">
    <${Asked} question=${question} />
    <${Title} class="visually-hidden">${words().results}<//>
    ${status === "busy" && html`<${Busy} text=${words().searching} />`}
    ${done && paging.earlier && html`<${Widen} side="earlier" busy=${widening === "earlier"} />`}
    ${some && html`<${JourneyList} journeys=${journeys} question=${question} />`}
    ${done && paging.later && html`<${Widen} side="later" busy=${widening === "later"} />`}
    <${Notices} notices=${notices} />
    ${done && !problem && question.wishes.shuttle && !journeys.some(onShuttle) && html`<${WhyNoShuttle} question=${question} />`}
    <${ProblemNote} problem=${problem} onRetry=${some ? undefined : () => search(question)} />
    ${done && !some && !problem && html`<${Nothing} />`}
  </div>`;
}
