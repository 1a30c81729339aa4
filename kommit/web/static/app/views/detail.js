// One journey: leg by leg, and the way to its ticket.

import { co2, duration, longDay } from "../format.js";
import { html, useEffect } from "../html.js";
import { words } from "../i18n.js";
import { openBooking } from "../booking.js";
import { countsTransfers, isRide, nodeName, rentalsOf } from "../legs.js";
import { planHash } from "../route.js";
import { showNothing } from "../spotlight.js";
import { LegView, Node } from "./leg.js";
import { onFoot, priceText } from "./results.js";
import { BackLink, Title } from "./title.js";

/** @typedef {import("../contract.js").Journey} Journey */

/** @param {Journey} journey @returns {string} Why no ticket can be bought here. */
function whyNoTicket(journey) {
  const rides = journey.legs.some(isRide);
  if (rentalsOf(journey).length) return rides ? words().rentalsApart : words().rentalAlone;
  return rides ? words().notBookable : words().walkOnly;
}

/** @param {{journey: Journey}} props */
function BookBar({ journey }) {
  if (!journey.bookable || !journey.token) {
    return html`<div class="book-bar muted">
      ${journey.price && html`<p class="price">${priceText(journey)}</p>`}
      <p class=${journey.price ? "small" : ""}>${whyNoTicket(journey)}</p></div>`;
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
    ...(countsTransfers(journey) ? [words().transfers(journey.transfers)] : []),
    co2(journey.co2_g),
  ];
  const last = journey.legs[journey.legs.length - 1];
  useEffect(() => showNothing, []);
  return html`<div class="detail">
    <${BackLink} href=${planHash(question)} text=${words().results} />
    <${Title}>${words().journey}<//>
    <p class="muted">${longDay(journey.departure)}</p>
    <p class="facts">${(onFoot(journey) ? [duration(journey.duration_s), words().allOnFoot] : summary).map((fact) => html`<span>${fact}</span>`)}</p>
    <ol class="legs">
      ${journey.legs.map((leg, index) => html`<${LegView} leg=${leg} from=${nodeName(journey, index, question.from.name)} />`)}
      <li class="leg leg-last"><${Node} time=${journey.arrival} name=${question.to.name} delay_s=${last.arrival_delay_s} end /></li>
    </ol>
    <${BookBar} journey=${journey} />
  </div>`;
}
