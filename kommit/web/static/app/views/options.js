// What the rider takes on the way: vehicles to rent, one of their own, a wheelchair.

import { drafts, wish } from "../draft.js";
import { html, useEffect } from "../html.js";
import { words } from "../i18n.js";
import { Icon } from "../icons.js";
import { readSystems, systems } from "../sharing.js";
import { useStore } from "../store.js";
import { kindsIn, modeOf } from "../vehicles.js";
import { OWN } from "../wishes.js";

/** @typedef {import("../wishes.js").Wishes} Wishes */
/** @typedef {import("../vehicles.js").Kind} Kind */

/** @param {Wishes} wishes @returns {string[]} What is particular about them, in a few words. */
export function wishTexts({ rent, own, wheelchair }) {
  const { rentNothing, rentOnly, rentable, ownShort } = words();
  return [
    ...(rent && !wheelchair ? [rent.length ? rentOnly(rent.map((kind) => rentable[kind])) : rentNothing] : []),
    ...(own && !wheelchair ? [ownShort[own]] : []),
    ...(wheelchair ? [words().wheelchair] : []),
  ];
}

/** @param {Event} event */
const checked = (event) => /** @type {HTMLInputElement} */ (event.target).checked;

/** @param {{kinds: Kind[], wishes: Wishes}} props */
function Rent({ kinds, wishes }) {
  const wanted = wishes.rent ?? kinds;
  /** @param {Kind} kind @param {boolean} on */
  const choose = (kind, on) => {
    const now = kinds.filter((one) => (one === kind ? on : wanted.includes(one)));
    wish({ rent: now.length === kinds.length ? null : now });
  };
  return html`<fieldset class="choices" disabled=${wishes.wheelchair}>
    <legend>${words().rentWhat}</legend>
    ${kinds.map((kind) => html`<label class="choice" key=${kind}>
      <input type="checkbox" name="rent" value=${kind} checked=${wanted.includes(kind)}
        onChange=${(/** @type {Event} */ event) => choose(kind, checked(event))} />
      <${Icon} name=${modeOf(kind)} /><span>${words().rentable[kind]}</span></label>`)}
  </fieldset>`;
}

/** @param {{wishes: Wishes}} props */
function OwnVehicle({ wishes }) {
  return html`<fieldset disabled=${wishes.wheelchair}>
    <legend>${words().ownWhat}</legend>
    <div class="segments">${OWN.map((own) => html`<label class="segment" key=${own}>
      <input type="radio" name="own" value=${own} checked=${wishes.own === own} onChange=${() => wish({ own })} />
      <span>${words().own[own]}</span></label>`)}</div>
  </fieldset>`;
}

/** @param {{wishes: Wishes}} props */
function Shuttle({ wishes }) {
  return html`<label class="choice">
    <input type="checkbox" name="shuttle" checked=${wishes.shuttle} disabled=${wishes.wheelchair}
      onChange=${(/** @type {Event} */ event) => wish({ shuttle: checked(event) })} />
    <${Icon} name="ON_DEMAND" /><span>${words().shuttleToo}<span class="small muted">${words().shuttleHint}</span></span></label>`;
}

/** @param {{wishes: Wishes}} props */
function Wheelchair({ wishes }) {
  return html`<label class="choice">
    <input type="checkbox" name="wheelchair" checked=${wishes.wheelchair}
      onChange=${(/** @type {Event} */ event) => wish({ wheelchair: checked(event) })} />
    <${Icon} name="wheelchair" />
    <span>${words().wheelchair}<span class="small muted">${words().wheelchairHint}</span></span></label>
    ${wishes.wheelchair && html`<label class="choice">
      <input type="checkbox" name="unknown" checked=${wishes.unknown}
        onChange=${(/** @type {Event} */ event) => wish({ unknown: checked(event) })} />
      <span>${words().unknownToo}<span class="small muted">${words().unknownHint}</span></span></label>`}`;
}

export function Options() {
  const { wishes } = useStore(drafts);
  const kinds = kindsIn(useStore(systems).systems);
  useEffect(() => void readSystems(), []);
  return html`<details class="options">
    <summary><${Icon} name="choices" /><span>${words().options}</span>
      <span class="small muted">${wishTexts(wishes).join(" · ") || words().allOptions}</span></summary>
    <div class="options-body">
      ${kinds.length > 0 && html`<${Rent} kinds=${kinds} wishes=${wishes} />`}
      <${OwnVehicle} wishes=${wishes} />
      <${Shuttle} wishes=${wishes} />
      <${Wheelchair} wishes=${wishes} />
    </div>
  </details>`;
}
