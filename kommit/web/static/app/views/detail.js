// One journey: leg by leg, and the way to its ticket.

import { co2, duration, longDay } from "../format.js";
import { html } from "../html.js";
import { words } from "../i18n.js";
import { planHash } from "../route.js";
import { openBooking } from "../booking.js";
import { LegView, Node } from "./leg.js";
import { isWalk, priceText } from "./results.js";
import { BackLink, Title } from "./title.js";

/** @typedef {import("../contract.js").Journey} Journey */

/** @param {Journey} journey @param {number} index @param {string} origin */
function nodeName(journey, index, origin) {
  if (index === 0) return origin;
  const before = journey.legs[index - 1];
  const leg = journey.legs[index];
  // A walk to a stop starts where the ride before it ended: the ride's name is the better one.
  return leg.mode === "WALK" ? before.destination.name : leg.origin.name;
}

/** @param {{journey: Journey}} props */
function BookBar({ journey }) {
  if (!journey.bookable || !journey.token) {
    return html`<p class="book-bar muted">${isWalk(journey) ? words().walkOnly : words().notBookable}</p>`;
  }
  return html`<div class="book-bar">
    <p class="price">${priceText(journey)}</p>
    <a class="button primary" href="#/book" onClick=${() => openBooking(journey)}>${words().bookFor}</a>
  </div>`;
}

/** @param {{journey: Journey, question: import("../route.js").Question}} props */
export function DetailView({ journey, question }) {
  const summary = [
    duration(journey.duration_s),
    words().transfers(journey.transfers),
    co2(journey.co2_g),
  ];
  const last = journey.legs[journey.legs.length - 1];
  return html`<div class="detail">
    <${BackLink} href=${planHash(question)} text=${words().results} />
    <${Title}>${words().journey}<//>
    <p class="muted">${longDay(journey.departure)}</p>
    <p class="facts">${(isWalk(journey) ? [duration(journey.duration_s), words().allOnFoot] : summary).map((fact) => html`<span>${fact}</span>`)}</p>
    <ol class="legs">
      ${journey.legs.map((leg, index) => html`<${LegView} leg=${leg} from=${nodeName(journey, index, question.from.name)} />`)}
      <li class="leg leg-last"><${Node} time=${journey.arrival} name=${question.to.name} delay_s=${last.arrival_delay_s} end /></li>
    </ol>
    <${BookBar} journey=${journey} />
  </div>`;
}
