// A way by a vehicle that the rider drives: whose it is, where it is fetched and left, the price.

import { co2, dayAndClock, distance, duration, energy, money } from "../format.js";
import { html } from "../html.js";
import { words } from "../i18n.js";
import { Icon } from "../icons.js";
import { placeName } from "../legs.js";
import { LegBadge } from "./line.js";
import { safe } from "./live.js";
import { Directions } from "./steps.js";

/** @typedef {import("../contract.js").Leg} Leg */
/** @typedef {import("../contract.js").Rental} Rental */

/** @param {{rental: Rental}} props */
function ReserveFirst({ rental }) {
  if (!rental.slot_start || !rental.slot_end) return null;
  return html`<div class="note note-ask"><${Icon} name="clock" /><div>
    <p class="note-title">${words().reserveFirst}</p>
    <p>${words().freeBetween(dayAndClock(rental.slot_start), dayAndClock(rental.slot_end))}</p>
  </div></div>`;
}

/** @param {{rental: Rental}} props */
function RentalView({ rental }) {
  const { system, price } = rental;
  const url = safe(system.uris.web ?? null);
  return html`<p class="small muted">${words().rentedBy(system.operator)} · ${system.name}</p>
    <dl class="rental small">
      <dt>${words().pickUp}</dt><dd>${rental.pick_up?.name ?? words().standsFree}</dd>
      <dt>${words().giveBackAt}</dt><dd>${rental.return?.name ?? words().leaveFree}</dd>
      <dt>${words().rentalPrice}</dt><dd>${price ? money(price) : words().priceUnknown}</dd>
    </dl>
    <${ReserveFirst} rental=${rental} />
    ${url && html`<p><a class="small" href=${url} rel="noopener noreferrer" target="_blank">${words().rentThere}</a></p>`}`;
}

/** @param {{leg: Leg}} props */
function OwnView({ leg }) {
  const place = placeName(leg.destination);
  const name = /** @type {Record<string, string>} */ (words().ownVehicle)[leg.mode];
  return html`<p class="small muted">${name}</p>
    ${leg.parked && html`<p class="small">${place ? words().parkedAt(place) : words().parkedThere}</p>`}`;
}

/** @param {{leg: Leg}} props */
export function VehicleWay({ leg }) {
  const needs = [
    leg.energy_wh ? words().needsEnergy(energy(leg.energy_wh)) : null,
    co2(leg.co2_g ?? 0),
  ].filter(Boolean);
  return html`<p class="leg-what"><${LegBadge} leg=${leg} />
      <span class="muted">${distance(leg.distance_m ?? 0)} · ${duration(leg.duration_s)}</span></p>
    ${leg.rental ? html`<${RentalView} rental=${leg.rental} />` : html`<${OwnView} leg=${leg} />`}
    <p class="small muted">${needs.join(" · ")}</p>
    <${Directions} steps=${leg.steps} />`;
}
