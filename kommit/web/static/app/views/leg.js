// One leg of the open journey: a walk with its streets, or a ride with its stops.

import { legColor } from "../color.js";
import { clock, dayAndClock, distance, duration } from "../format.js";
import { html } from "../html.js";
import { words } from "../i18n.js";
import { Icon } from "../icons.js";
import { LineBadge } from "./line.js";
import { Delay, RideNews } from "./live.js";

/** @typedef {import("../contract.js").Leg} Leg */
/** @typedef {keyof ReturnType<typeof words>["turns"]} Turn */

/** @type {[number, Turn, Turn][]} Up to these degrees a turn to the left or right has this name. */
const TURNS = [
  [20, "straight", "straight"],
  [55, "slightLeft", "slightRight"],
  [120, "left", "right"],
  [165, "sharpLeft", "sharpRight"],
  [181, "back", "back"],
];

/** @param {number} degrees @returns {Turn} */
export function turnName(degrees) {
  const found = TURNS.find(([most]) => Math.abs(degrees) < most) ?? TURNS[TURNS.length - 1];
  return degrees < 0 ? found[1] : found[2];
}

/** @type {Record<string, number>} Degrees by which the arrow of a turn is rotated. */
const ARROW = {
  start: 0, straight: 0, slightLeft: -45, left: -90, sharpLeft: -135,
  slightRight: 45, right: 90, sharpRight: 135, back: 180,
};

/** @param {{step: import("../contract.js").WalkStep, first: boolean}} props */
function Step({ step, first }) {
  const turn = first ? "start" : turnName(step.turn_deg);
  return html`<li class="step">
    <svg class="icon turn" width="18" height="18" viewBox="0 0 24 24" aria-hidden="true" focusable="false"
      style=${{ transform: `rotate(${ARROW[turn]}deg)` }}><path d="M12 20V5M12 5l-5 5M12 5l5 5" /></svg>
    <span>${words().turns[turn]}${" "}<strong>${step.street || words().unnamedStreet}</strong></span>
    <span class="muted">${distance(step.distance_m)}</span>
  </li>`;
}

/** @param {{leg: Leg}} props */
function Walk({ leg }) {
  const steps = leg.steps ?? [];
  return html`<p class="leg-what"><span class="walk-bit"><${Icon} name="WALK" size=${18} />${words().walk(distance(leg.distance_m ?? 0))}</span>
      <span class="muted">${duration(leg.duration_s)}</span></p>
    ${leg.on_streets === false && html`<p class="small muted">${words().walkAir}</p>`}
    ${steps.length > 0 && html`<details><summary>${words().walkSteps}</summary>
      <ol class="steps">${steps.map((step, index) => html`<${Step} step=${step} first=${index === 0} />`)}</ol></details>`}`;
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

/** @param {{time: string, name: string, delay_s?: number | null, end?: boolean}} props */
export function Node({ time, name, delay_s, end = false }) {
  return html`<p class=${end ? "node node-end" : "node"}><time datetime=${time}>${clock(time)}</time><span class="node-name">${name}</span>
    <${Delay} seconds=${delay_s} /></p>`;
}

/** @param {{leg: Leg, from: string}} props */
export function LegView({ leg, from }) {
  const walk = leg.mode === "WALK";
  return html`<li class=${walk ? "leg leg-walk" : "leg"} style=${{ "--leg": legColor(leg) }}>
    <${Node} time=${leg.departure} name=${from} delay_s=${leg.departure_delay_s} />
    <div class="leg-body">${walk ? html`<${Walk} leg=${leg} />` : html`<${Ride} leg=${leg} />`}</div>
  </li>`;
}
