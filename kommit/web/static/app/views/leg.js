// One leg of the open journey: a way with its streets, or a ride with its stops.

import { legColor } from "../color.js";
import { clock, dayAndClock, distance, duration } from "../format.js";
import { html } from "../html.js";
import { language, words } from "../i18n.js";
import { Icon } from "../icons.js";
import { isRide, isVehicle, isWalk } from "../legs.js";
import { LineBadge } from "./line.js";
import { Delay, RideNews } from "./live.js";
import { ShuttleRide } from "./shuttle.js";
import { Directions } from "./steps.js";
import { VehicleWay } from "./vehicle.js";

/** @typedef {import("../contract.js").Leg} Leg */

/** @param {{leg: Leg}} props */
function Walk({ leg }) {
  return html`<p class="leg-what"><span class="walk-bit"><${Icon} name="WALK" size=${18} />${words().walk(distance(leg.distance_m ?? 0))}</span>
      <span class="muted">${duration(leg.duration_s)}</span></p>
    ${leg.on_streets === false && html`<p class="small muted">${words().walkAir}</p>`}
    <${Directions} steps=${leg.steps} />`;
}

/** @param {{leg: Leg}} props */
function BookingNotice({ leg }) {
  const notice = leg.booking;
  if (!notice) return null;
  return html`<div class="note note-ask">
    <${Icon} name="clock" />
    <div>
      <p class="note-title">${words().bookingNeeded}</p>
      ${notice.latest && html`<p>${words().bookBy}${" "}<strong>${dayAndClock(notice.latest)}</strong></p>`}
      ${notice.message && html`<p>${notice.message}</p>`}
      ${notice.phone && html`<p><a class="phone" href=${`tel:${notice.phone.replace(/[^+\d]/g, "")}`}>
        <${Icon} name="phone" size=${16} />${words().call}: ${notice.phone}</a></p>`}
      ${notice.url && html`<p><a href=${notice.url} rel="noopener noreferrer" target="_blank">${words().moreInfo}</a></p>`}
    </div>
  </div>`;
}

/** @param {{leg: Leg}} props */
function Ride({ leg }) {
  const between = (leg.stops ?? []).slice(1, -1);
  return html`<p class="leg-what"><${LineBadge} route=${leg.route} mode=${leg.mode} />
      <span>${leg.headsign && words().towards(leg.headsign)}</span></p>
    ${leg.stay_seated && html`<p class="small">${words().staySeated}</p>`}
    <p class="small muted">${[leg.route?.agency.name, duration(leg.duration_s)].filter(Boolean).join(" · ")}</p>
    <${RideNews} leg=${leg} />
    <${BookingNotice} leg=${leg} />
    ${between.length > 0 && html`<details><summary>${words().between(between.length)}</summary>
      <ol class="calls">${between.map((stop) => html`<li>
        <time datetime=${stop.departure}>${clock(stop.departure ?? stop.arrival ?? "")}</time>
        ${stop.skipped ? html`<span><s>${stop.name}</s>${" "}${words().skipped}</span>` : html`<span>${stop.name}</span>`}</li>`)}</ol></details>`}
    ${typeof leg.arrival_delay_s === "number" && html`<p class="small arrival">${words().arrivesAt}${" "}<time datetime=${leg.arrival}>${clock(leg.arrival)}</time>${" "}<${Delay} seconds=${leg.arrival_delay_s} /></p>`}`;
}

/** @param {{leg: Leg}} props  What is not known of a leg for a wheelchair. */
function Unchecked({ leg }) {
  const { status, reasons } = leg.wheelchair ?? { status: "verified", reasons: [] };
  if (status === "verified") return null;
  return html`<p class="small unchecked"><strong>${words().unchecked}</strong>${reasons.map(({ code, text }) => html`<span key=${code}> · ${text[language()]}</span>`)}</p>`;
}

/** @param {{time: string, name: string, delay_s?: number | null, end?: boolean}} props */
export function Node({ time, name, delay_s, end = false }) {
  return html`<p class=${end ? "node node-end" : "node"}><time datetime=${time}>${clock(time)}</time><span class="node-name">${name}</span>
    <${Delay} seconds=${delay_s} /></p>`;
}

/** @param {Leg} leg */
function way(leg) {
  if (leg.on_demand) return ShuttleRide;
  if (isRide(leg)) return Ride;
  return isVehicle(leg) ? VehicleWay : Walk;
}

/** @param {{leg: Leg, from: string}} props */
export function LegView({ leg, from }) {
  const kind = isWalk(leg) ? "leg leg-walk" : isVehicle(leg) ? "leg leg-vehicle" : "leg";
  return html`<li class=${kind} style=${{ "--leg": legColor(leg) }}>
    <${Node} time=${leg.departure} name=${from} delay_s=${leg.departure_delay_s} />
    <div class="leg-body"><${way(leg)} leg=${leg} /><${Unchecked} leg=${leg} /></div>
  </li>`;
}
