// Shared vehicles in words: what the map shows, as a list, and one that was picked.

import { announce } from "../announce.js";
import { openRental } from "../booking.js";
import { drafts } from "../draft.js";
import { clock, distance } from "../format.js";
import { html, useEffect, useState } from "../html.js";
import { words } from "../i18n.js";
import { Icon } from "../icons.js";
import { pointSpot } from "../places.js";
import { region } from "../region.js";
import { keyOf, pick, sharing, systems, watch } from "../sharing.js";
import { go } from "../route.js";
import { showAt } from "../spotlight.js";
import { useStore } from "../store.js";
import { kindOf, modeOf } from "../vehicles.js";
import { safe } from "./live.js";

/** @typedef {import("../contract.js").SharedFeature} SharedFeature */
/** @typedef {import("../contract.js").SharedPlace} SharedPlace */

/** A list that is read aloud or scrolled on a phone has an end. */
const MOST_LISTED = 30;

/** @param {SharedPlace} place @returns {string[]} */
function counts({ available, available_by_type, system_id }) {
  const types = systems.get().systems.find(({ id }) => id === system_id)?.vehicle_types ?? [];
  const known = Object.entries(available_by_type).map(([id, n]) => {
    const name = types.find((type) => type.id === id)?.name;
    return name ? `${name}: ${words().available(n)}` : null;
  });
  return known.length && known.every((text) => text !== null) ? known : [words().available(available)];
}

/** @param {SharedPlace} place @returns {string[]} What can be done there now. */
export function facts(place) {
  const { kind, available, renting, returning, docks, range_m, available_until } = place;
  if (kind === "station") {
    const closed = available > 0 ? !renting : docks !== 0 && !returning;
    return [
      ...counts(place),
      ...(docks === null ? [] : [words().docksFree(docks)]),
      ...(closed ? [words().closedNow] : []),
    ];
  }
  return [
    renting ? words().available(1) : words().closedNow,
    ...(range_m === null ? [] : [words().range(distance(range_m))]),
    ...(available_until ? [words().freeUntil(clock(available_until))] : []),
  ];
}

/** @param {SharedFeature} feature */
const at = ({ geometry: { coordinates: [lon, lat] } }) => ({ lat, lon });

/** @param {{place: SharedPlace}} props */
const PlaceIcon = ({ place }) => html`<${Icon} name=${modeOf(kindOf(place.form_factors[0]))} />`;

/** @param {{feature: SharedFeature, ends: boolean}} props  `ends`: may become start or destination. */
function Picked({ feature, ends }) {
  const place = feature.properties;
  const system = useStore(systems).systems.find(({ id }) => id === place.system_id);
  const url = safe(system?.uris.web ?? null);
  const { lat, lon } = at(feature);
  const close = () => pick(null);
  /** @param {"from" | "to"} end */
  const use = (end) => {
    drafts.set({ [end]: pointSpot(lat, lon, place.name) });
    close();
  };
  const reserve = () => {
    openRental({ system: place.system_id, station: place.id, name: place.name });
    go("#/book");
  };
  useEffect(() => announce([place.name, ...facts(place)].join(", ")), [keyOf(feature)]);
  return html`<div class="tapped picked" role="group" aria-label=${place.name}>
    <div class="picked-head"><p><${PlaceIcon} place=${place} />${place.name}</p>
      <button type="button" class="icon-button" aria-label=${words().close} onClick=${close}><${Icon} name="close" /></button></div>
    <p class="small muted">${place.system_name}</p>
    <p class="picked-facts">${facts(place).map((fact) => html`<span>${fact}</span>`)}</p>
    ${url && html`<p class="small"><a href=${url} rel="noopener noreferrer" target="_blank">${words().rentThere}</a></p>`}
    ${system?.own && place.kind === "station" && html`<button type="button" class="button primary wide" onClick=${reserve}>${words().sale.reserve}</button>`}
    ${ends && html`<div class="row">
      <button type="button" class="button quiet" onClick=${() => use("from")}>${words().fromHere}</button>
      <button type="button" class="button quiet" onClick=${() => use("to")}>${words().toHere}</button></div>`}
  </div>`;
}

/** @param {{ends: boolean}} props */
export function PickedShared({ ends }) {
  const { features, picked } = useStore(sharing);
  const feature = picked && features.find((one) => keyOf(one) === picked);
  return feature ? html`<${Picked} feature=${feature} ends=${ends} />` : null;
}

/** @param {{feature: SharedFeature}} props */
function Item({ feature }) {
  const place = feature.properties;
  const show = () => {
    showAt(at(feature), false);
    pick(keyOf(feature));
    document.querySelector(".map")?.scrollIntoView({ block: "nearest" }); // on a phone it is far up
  };
  return html`<li><button type="button" class="shared-item" onClick=${show}>
    <${PlaceIcon} place=${place} />
    <span><strong>${place.name}</strong><span class="small muted">${place.system_name}</span>
      <span class="small shared-facts">${facts(place).map((fact) => html`<span>${fact}</span>`)}</span></span>
  </button></li>`;
}

/** @param {SharedFeature[]} features @returns {SharedFeature[]} Stations first, the nearest first. */
function inOrder(features) {
  const [lon0, lat0] = region().center;
  const far = (/** @type {SharedFeature} */ feature) => {
    const [lon, lat] = feature.geometry.coordinates;
    return Math.hypot((lon - lon0) * Math.cos((lat0 * Math.PI) / 180), lat - lat0);
  };
  const rank = (/** @type {SharedFeature} */ feature) => (feature.properties.kind === "station" ? 0 : 1);
  return [...features].sort((a, b) => rank(a) - rank(b) || far(a) - far(b));
}

function List() {
  const { box, features, failed } = useStore(sharing);
  useStore(systems);
  useEffect(watch, []);
  if (failed) return html`<p class="small muted">${words().sharedFailed}</p>`;
  if (!box) return html`<p class="small muted">${words().sharedFar}</p>`;
  if (!features.length) return html`<p class="small muted">${words().sharedNone}</p>`;
  const more = features.length - MOST_LISTED;
  return html`<p class="small muted">${words().sharedHint}</p>
    <ul>${inOrder(features).slice(0, MOST_LISTED).map((feature) => html`<${Item} key=${keyOf(feature)} feature=${feature} />`)}</ul>
    ${more > 0 && html`<p class="small muted">${words().sharedMore(more)}</p>`}`;
}

/** What the map shows of shared vehicles, for whoever does not look at it. */
export function SharedList() {
  const [open, setOpen] = useState(false);
  const known = useStore(systems).systems.length > 0;
  if (!known) return null;
  return html`<details class="shared-list" onToggle=${(/** @type {any} */ event) => setOpen(event.target.open)}>
    <summary><h2>${words().sharedHere}</h2></summary>
    ${open && html`<${List} />`}
  </details>`;
}
