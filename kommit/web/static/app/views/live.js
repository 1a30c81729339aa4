// What is known of the moment: delays beside times, alerts, where the vehicle is.

import { clock } from "../format.js";
import { html } from "../html.js";
import { language, words } from "../i18n.js";
import { Icon } from "../icons.js";
import { isRide } from "../legs.js";

/** @typedef {import("../contract.js").Alert} Alert */
/** @typedef {import("../contract.js").Leg} Leg */
/** @typedef {import("../contract.js").Journey} Journey */

/** Below a minute, nobody at a stop sees a difference. */
const MINUTE_S = 60;

/** @param {number} seconds @returns {number} Whole minutes, towards the time that was planned. */
const minutes = (seconds) => Math.trunc(seconds / MINUTE_S);

/** @param {{seconds: number | null | undefined}} props Null where there is no forecast. */
export function Delay({ seconds }) {
  if (seconds === null || seconds === undefined) return null;
  const n = minutes(seconds);
  if (n === 0) return html`<span class="delay delay-none">${words().onTime}</span>`;
  const text = n > 0 ? `+${n}` : `−${-n}`;
  return html`<span class=${n > 0 ? "delay delay-late" : "delay delay-early"}><span aria-hidden="true">${text}</span>
    <span class="visually-hidden">${n > 0 ? words().late(n) : words().early(-n)}</span></span>`;
}

/** @param {Journey} journey @returns {Leg[]} */
const rides = (journey) => journey.legs.filter(isRide);

/** @param {{journey: Journey}} props What a list says of a journey's first departure and last arrival. */
export function JourneyNews({ journey }) {
  const first = rides(journey)[0];
  if (!first) return null;
  const last = rides(journey)[rides(journey).length - 1];
  const alerts = journey.legs.some((leg) => leg.alerts?.length);
  const delays = first.departure_delay_s ?? last.arrival_delay_s;
  return html`${delays !== null && delays !== undefined && html`<span class="news">
      <${Delay} seconds=${first.departure_delay_s} />${" "}<span class="muted" aria-hidden="true">–</span>${" "}<${Delay} seconds=${last.arrival_delay_s} /></span>`}
    ${alerts && html`<span class="must-book"><${Icon} name="alert" size=${14} />${words().hasAlerts}</span>`}`;
}

/** @param {{language: string | null, text: string}[]} texts @returns {string | null} The rider's language first. */
function inOurs(texts) {
  const ours = texts.find((one) => one.language?.toLowerCase().startsWith(language()));
  return (ours ?? texts.find((one) => !one.language) ?? texts[0])?.text ?? null;
}

/** @param {string | null} url @returns {string | null} Only what a browser opens as a page. */
export const safe = (url) => (url && /^https?:\/\//i.test(url) ? url : null);

/** @param {{alert: Alert}} props */
function AlertNote({ alert }) {
  const url = safe(inOurs(alert.url));
  const effect = alert.effect && words().effects[/** @type {keyof ReturnType<typeof words>["effects"]} */ (alert.effect)];
  return html`<div class=${alert.severity === "INFO" ? "note" : "note note-ask"}>
    <${Icon} name="alert" />
    <div>
      <p class="note-title">${inOurs(alert.header) ?? effect ?? words().hasAlerts}</p>
      ${inOurs(alert.description) && html`<p>${inOurs(alert.description)}</p>`}
      ${url && html`<p><a href=${url} rel="noopener noreferrer" target="_blank">${words().moreInfo}</a></p>`}
    </div>
  </div>`;
}

/** @param {{leg: Leg}} props What has changed about a ride since the timetable was printed. */
export function RideNews({ leg }) {
  const facts = [
    leg.added && words().extraTrip,
    leg.scheduled_origin && words().insteadOf(leg.origin.name, leg.scheduled_origin.name),
    leg.scheduled_destination && words().endsInstead(leg.destination.name, leg.scheduled_destination.name),
    leg.vehicle?.at && words().vehicleSeen(clock(leg.vehicle.at)),
  ].filter(Boolean);
  return html`${(leg.alerts ?? []).map((alert) => html`<${AlertNote} key=${alert.id} alert=${alert} />`)}
    ${facts.length > 0 && html`<p class="small news">${facts.map((fact) => html`<span>${fact}</span>`)}</p>`}`;
}
