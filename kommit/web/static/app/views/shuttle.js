// A ride on an on-demand service within a journey: what is promised, and how it is booked.

import { clock, dayAndClock, duration } from "../format.js";
import { html } from "../html.js";
import { words } from "../i18n.js";
import { Icon } from "../icons.js";
import { LineBadge } from "./line.js";

/** @typedef {import("../contract.js").Leg} Leg */

/** @param {{leg: Leg}} props */
export function ShuttleRide({ leg }) {
  const ride = leg.on_demand;
  if (!ride) return null;
  const { booking } = ride;
  return html`<p class="leg-what"><${LineBadge} route=${null} mode=${leg.mode} name=${ride.service.name} /></p>
    <p>${words().beThere(clock(leg.departure), clock(ride.pickup_until))}</p>
    <p class="small muted">${words().thereBy(leg.destination.name, clock(leg.arrival))} · ${duration(leg.duration_s)}</p>
    ${ride.own
      ? html`<p class="small muted with-icon"><${Icon} name="clock" size=${16} />${words().bookBy}${" "}<time datetime=${booking.latest}>${dayAndClock(booking.latest)}</time></p>`
      : html`<div class="note note-ask"><${Icon} name="phone" /><div>
          <p class="note-title">${words().bookThere}</p>
          <p>${words().bookBy}${" "}<strong>${dayAndClock(booking.latest)}</strong></p>
          ${booking.message && html`<p>${booking.message}</p>`}
          ${booking.phone && html`<p><a class="phone" href=${`tel:${booking.phone.replace(/[^+\d]/g, "")}`}>
            <${Icon} name="phone" size=${16} />${words().call}: ${booking.phone}</a></p>`}
          ${booking.url && html`<p><a href=${booking.url} rel="noopener noreferrer" target="_blank">${words().moreInfo}</a></p>`}
        </div></div>`}`;
}
