// What was sold, leg by leg, with what was given back struck through.

import { clock } from "../format.js";
import { html } from "../html.js";
import { words } from "../i18n.js";
import { Icon } from "../icons.js";
import { lineOf } from "../lines.js";
import { LineBadge } from "./line.js";

/** @typedef {import("../contract.js").Order} Order */
/** @typedef {import("../contract.js").SoldLeg} Sold */

/** Once an order is sold, `parts` says what of it is still the rider's. */
const SOLD = ["confirmed", "started", "ended", "settled", "cancelled"];

/** @param {Sold} leg @returns {string | null} */
export const legTitle = (leg) => leg.rental?.vehicle_type_name ?? leg.route_name;

/** @param {Order} order @returns {number[]} Positions of legs that somebody was paid for. */
export const paidLegs = (order) => {
  const named = new Set(order.breakdown.map(({ leg }) => leg));
  const kept = new Set(order.parts.map(({ leg }) => leg));
  return order.journey.legs.flatMap((_, at) => (named.has(at) || kept.has(at) ? [at] : []));
};

/** @param {Order} order @param {number} at @returns {number} For how many people a leg was given back. */
function gone(order, at) {
  if (!SOLD.includes(order.state) || !paidLegs(order).includes(at)) return 0;
  return order.passengers.length - order.parts.filter(({ leg }) => leg === at).length;
}

/** @param {{order: Order, at: number}} props */
function SoldLeg({ order, at }) {
  const leg = order.journey.legs[at];
  const missing = gone(order, at);
  const whole = missing > 0 && missing === order.passengers.length;
  const body = html`<p class="sold-times"><time datetime=${leg.departure}>${clock(leg.departure)}</time>${" – "}<time datetime=${leg.arrival}>${clock(leg.arrival)}</time></p>
    <p><${LineBadge} route=${lineOf(leg)} mode=${leg.mode} name=${legTitle(leg)} /></p>
    <p class="sold-places">${leg.origin.name}${leg.origin.name !== leg.destination.name && html`<${Icon} name="forward" size=${14} />${leg.destination.name}`}</p>`;
  const note = whole ? words().sale.givenBack : missing > 0 ? words().sale.givenBackBy(missing) : null;
  return html`<li data-leg=${at}>${whole ? html`<del class="given-back">${body}</del>` : body}
    ${note && html`<p class="sold-places small"><span class="state state-over">${note}</span></p>`}</li>`;
}

/** @param {{order: Order}} props */
export function SoldJourney({ order }) {
  const legs = order.journey.legs.flatMap(({ mode }, at) => (mode === "WALK" ? [] : [at]));
  return html`<ol class="sold">${legs.map((at) => html`<${SoldLeg} key=${at} order=${order} at=${at} />`)}</ol>`;
}
