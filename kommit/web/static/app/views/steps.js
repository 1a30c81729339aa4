// The instructions of a way along streets; one that is pointed at is shown on the map.

import { distance } from "../format.js";
import { html } from "../html.js";
import { language, words } from "../i18n.js";
import { showAt, showNothing, spotlight } from "../spotlight.js";
import { useStore } from "../store.js";

/** @typedef {import("../contract.js").Step} Step */

const TURN = "M8 20v-7a4 4 0 0 1 4-4h7M15 5l4 4-4 4";
const SLIGHT = "M9 20v-6l7.500-7.500M10.500 6h6.500v6.500";
const SHARP = "M7 20V6l10 9.500M17.500 9.500v6.500H11";
const FLAG = "M12 21V4h8l-2 3.500 2 3.500h-8";

/** @type {Record<string, string>} Those to the left are those to the right in a mirror. */
const SIGNS = {
  DEPART: "M12 21v.01M12 17V4M7 9l5-5 5 5",
  CONTINUE: "M12 20V4M7 9l5-5 5 5",
  SLIGHT_RIGHT: SLIGHT, RIGHT: TURN, SHARP_RIGHT: SHARP,
  U_TURN: "M17 20V10a5 5 0 0 0-10 0v7M3.500 13.500 7 17l3.500-3.500",
  ROUNDABOUT_ENTER: "M12 22v-4.500a5.500 5.500 0 1 0-5.500-5.500M3.500 9.500l3 3 3-3",
  ROUNDABOUT_EXIT: "M4.500 14.500a5.700 5.700 0 0 0 11-2V4M12 7.500 15.500 4 19 7.500",
  STAIRS: "M3 20h4.500v-4.500H12V11h4.500V6.500H21",
  ELEVATOR: "M5 3h14v18H5zM9 10l3-3.500 3 3.500M9 14l3 3.500 3-3.500",
  FERRY: "M4 15l8-3 8 3-2 5H6zM12 12V5M7 13V8h10v5",
  ARRIVE: "M7 21V4h10l-2.500 3.500L17 11H7",
  ARRIVE_RIGHT: `${FLAG}M6 21v-7M3 16.500 6 13.500l3 3`,
};

/** @param {{maneuver: string}} props */
function Sign({ maneuver }) {
  const left = maneuver.includes("LEFT");
  const path = SIGNS[left ? maneuver.replace("LEFT", "RIGHT") : maneuver] ?? SIGNS.CONTINUE;
  return html`<svg class=${left ? "icon sign mirrored" : "icon sign"} width="20" height="20" viewBox="0 0 24 24"
    aria-hidden="true" focusable="false"><path d=${path} /></svg>`;
}

/** @param {{step: Step}} props */
function StepView({ step }) {
  const { at } = useStore(spotlight);
  const show = () => showAt(step);
  const here = at?.lat === step.lat && at.lon === step.lon;
  return html`<li><button type="button" class="step" aria-pressed=${String(here)} onClick=${show} onFocus=${show}>
    <${Sign} maneuver=${step.maneuver} /><span>${step.text[language()]}</span>
    ${step.distance_m > 0 && html`<span class="muted">${distance(step.distance_m)}</span>`}
  </button></li>`;
}

/** @param {{steps: Step[] | undefined}} props */
export function Directions({ steps }) {
  if (!steps?.length) return null;
  const toggled = (/** @type {Event} */ event) =>
    /** @type {HTMLDetailsElement} */ (event.target).open || showNothing();
  return html`<details onToggle=${toggled}><summary>${words().directions}</summary>
    <ol class="steps">${steps.map((step, index) => html`<${StepView} key=${index} step=${step} />`)}</ol></details>`;
}
