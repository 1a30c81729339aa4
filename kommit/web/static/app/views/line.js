// The badge of a line, and the chain of badges that sums up a journey.

import { badge } from "../color.js";
import { duration } from "../format.js";
import { html } from "../html.js";
import { words } from "../i18n.js";
import { Icon } from "../icons.js";
import { isVehicle, isWalk, vehicleName } from "../legs.js";

/** @typedef {import("../contract.js").Leg} Leg */

/** Walks shorter than this are not worth a place in the chain. */
const SHORT_WALK_S = 90;

/** @param {string} mode @returns {string} */
export const modeName = (mode) =>
  /** @type {Record<string, string>} */ (words().modes)[mode] ?? words().modes.OTHER;

/**
 * @param {{route: import("../contract.js").Route | null | undefined, mode: string,
 *   name?: string | null, spoken?: boolean}} props  `spoken`: the mode is said before the name.
 */
export function LineBadge({ route, mode, name, spoken = true }) {
  const { background, text } = badge(route, mode);
  return html`<span class="line" style=${{ background, color: text }}>
    <${Icon} name=${mode} size=${16} />${spoken && html`<span class="visually-hidden">${modeName(mode)}${" "}</span>`}
    ${name ?? route?.short_name ?? modeName(mode)}</span>`;
}

/** @param {{leg: Leg}} props  A line of the timetable, or a vehicle that the rider drives. */
export function LegBadge({ leg }) {
  if (leg.on_demand) return html`<${LineBadge} route=${null} mode=${leg.mode} name=${leg.on_demand.service.name} />`;
  if (!isVehicle(leg)) return html`<${LineBadge} route=${leg.route} mode=${leg.mode} />`;
  return html`<${LineBadge} route=${null} mode=${leg.mode} name=${vehicleName(leg)} spoken=${false} />`;
}

/** @param {{leg: Leg}} props */
function WalkBit({ leg }) {
  return html`<span class="walk-bit"><${Icon} name="WALK" size=${16} />
    <span class="visually-hidden">${words().modes.WALK}${" "}</span>${duration(leg.duration_s)}</span>`;
}

/** @param {{legs: Leg[]}} props */
export function Chain({ legs }) {
  const shown = legs.filter((leg) => !isWalk(leg) || leg.duration_s >= SHORT_WALK_S || legs.length === 1);
  return html`<ol class="chain">${shown.map((leg) => html`<li>
    ${isWalk(leg) ? html`<${WalkBit} leg=${leg} />` : html`<${LegBadge} leg=${leg} />`}
  </li>`)}</ol>`;
}

/** @param {{from: string, to: string}} props */
export function Ends({ from, to }) {
  return html`<p class="ends"><span><span class="visually-hidden">${words().from}: </span>${from}</span>
    <span><span class="visually-hidden">${words().to}: </span>${to}</span></p>`;
}
