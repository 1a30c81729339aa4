// A price, leg by leg: which rule asked or took off what of whom, and the VAT that is in it.

import { money, percent } from "../format.js";
import { html } from "../html.js";
import { words } from "../i18n.js";
import { lineOf } from "../lines.js";
import { LineBadge } from "./line.js";
import { passengerName } from "./passengers.js";

/** @typedef {import("../contract.js").PriceLine} PriceLine */
/** @typedef {import("../contract.js").SoldLeg} SoldLeg */
/**
 * @typedef {{breakdown: PriceLine[], price: import("../contract.js").Money,
 *   passengers: import("../contract.js").Passenger[],
 *   journey: import("../contract.js").SoldJourney}} Sold
 */

/** @param {PriceLine} line @returns {string} The rule in plain words; what a feed calls it, if it is a feed's. */
export function ruleText({ rule, product, text }) {
  const { rules, products, coveredBy } = words().sale;
  const name = products[product] ?? text.match(/^covered by ([^,]+)/)?.[1];
  if (rule.startsWith("subscription") && name) return coveredBy(name);
  return /** @type {Record<string, string>} */ (rules)[rule] ?? text;
}

/** @param {PriceLine[]} breakdown @returns {[number | null, PriceLine[]][]} Lines by leg, in order of travel. */
function byLeg(breakdown) {
  /** @type {Map<number | null, PriceLine[]>} */
  const legs = new Map();
  for (const line of breakdown) legs.set(line.leg, [...(legs.get(line.leg) ?? []), line]);
  return [...legs].sort(([a], [b]) => (a ?? -1) - (b ?? -1));
}

/** @param {PriceLine[]} breakdown @returns {[number, number][]} VAT by rate: [permille, minor units]. */
function vatOf(breakdown) {
  /** @type {Map<number, number>} */
  const rates = new Map();
  for (const { vat } of breakdown) rates.set(vat.permille, (rates.get(vat.permille) ?? 0) + vat.amount);
  return [...rates].filter(([, amount]) => amount !== 0).sort(([a], [b]) => a - b);
}

/** @param {{leg: SoldLeg | undefined}} props  Which part it is, and whose revenue. */
function LegName({ leg }) {
  if (!leg) return html`${words().sale.wholeJourney}`;
  if (leg.rental) return html`${leg.rental.vehicle_type_name} <span class="small muted">${leg.rental.system_name}</span>`;
  return html`<${LineBadge} route=${lineOf(leg)} mode=${leg.mode} name=${leg.route_name} /> <span class="small muted">${leg.agency_name}</span>`;
}

/** @param {{sold: Sold}} props */
export function PriceTable({ sold }) {
  const { breakdown, passengers, price, journey } = sold;
  return html`<table class="prices">
    <caption class="visually-hidden">${words().price}</caption>
    ${byLeg(breakdown).map(([at, lines]) => html`<tbody key=${at}>
      <tr class="price-leg"><th colspan="2" scope="rowgroup"><${LegName} leg=${at === null ? undefined : journey.legs[at]} /></th></tr>
      ${lines.map((line) => html`<tr data-rule=${line.rule}>
        <th scope="row">${passengerName(passengers, line.passenger)}<span class="small muted">${ruleText(line)}</span></th>
        <td>${money(line.amount)}</td></tr>`)}</tbody>`)}
    <tfoot><tr><th scope="row">${words().total}</th><td>${money(price)}</td></tr>
      ${vatOf(breakdown).map(([permille, amount]) => html`<tr class="small muted"><th scope="row">${words().sale.vat(percent(permille / 1000))}</th>
        <td>${money({ amount, currency: price.currency })}</td></tr>`)}</tfoot>
  </table>`;
}
