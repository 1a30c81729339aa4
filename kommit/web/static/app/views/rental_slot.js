// A vehicle of an own fleet for a time: beside a journey, or alone.

import { api } from "../api.js";
import { bookings, setRentals } from "../booking.js";
import { freeVehicle } from "../fleet.js";
import { clock, dayAndClock } from "../format.js";
import { html, useEffect, useState } from "../html.js";
import { words } from "../i18n.js";
import { asProblem } from "../plan.js";
import { region } from "../region.js";
import { readSystems, systems } from "../sharing.js";
import { useStore } from "../store.js";
import { toRfc3339, wallClock } from "../zone.js";
import { ProblemNote } from "./problem.js";

/** @typedef {import("../booking.js").Stand} Stand */

const HOUR_MS = 3_600_000;
const QUARTER_MS = HOUR_MS / 4;

const CARGO = "cargo_bicycle";

/** @returns {Promise<Stand[]>} Stations of own fleets of cargo bikes in the region. */
async function ownStations() {
  await readSystems();
  const cargo = systems.get().systems.filter(({ own, vehicle_types }) => own && vehicle_types.some(({ form_factor }) => form_factor === CARGO));
  const own = new Set(cargo.map(({ id }) => id));
  if (!own.size) return [];
  const { features } = await api.sharedVehicles(region().bbox);
  return features
    .map(({ properties }) => properties)
    .filter(({ kind, system_id }) => kind === "station" && own.has(system_id))
    .map(({ id, name, system_id }) => ({ system: system_id, station: id, name }));
}

/** @param {string | undefined} arrival @returns {{day: string, from: string, until: string}} What is proposed. */
function proposed(arrival) {
  const start = arrival ? Date.parse(arrival) : Date.now() + QUARTER_MS;
  const rounded = Math.ceil(start / QUARTER_MS) * QUARTER_MS;
  const [day, from] = wallClock(rounded, region().time_zone).split("T");
  const [lastDay, until] = wallClock(rounded + 2 * HOUR_MS, region().time_zone).split("T");
  return { day, from, until: lastDay === day ? until : "23:45" };
}

/** @param {FormData} form @returns {import("../fleet.js").Span} */
function spanOf(form) {
  const at = (/** @type {string} */ name) => toRfc3339(`${form.get("day")}T${form.get(name)}`, region().time_zone);
  return { start: at("from"), end: at("until") };
}

/** @param {{stands: Stand[], arrival?: string, alone: boolean}} props */
function SlotForm({ stands, arrival, alone }) {
  const { sale } = words();
  const [said, setSaid] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {import("../api.js").Problem | null} */ (null));
  const [times] = useState(() => proposed(arrival));
  /** @param {FormData} form */
  const choose = async (form) => {
    const { system, station, name } = stands[Number(form.get("stand") ?? 0)];
    const wanted = spanOf(form);
    if (wanted.end <= wanted.start) return setSaid(sale.badTimes);
    const found = await freeVehicle(system, station, wanted);
    if ("vehicle" in found) return setRentals([{ system, vehicle: found.vehicle, ...wanted }], alone ? "" : name);
    const { next } = found;
    setSaid(next ? `${sale.noBike} ${sale.nextFree(dayAndClock(next.start), dayAndClock(next.end))}` : sale.noBike);
  };
  /** @param {SubmitEvent} event */
  const send = async (event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setSaid("");
    setProblem(null);
    await choose(new FormData(/** @type {HTMLFormElement} */ (event.target))).catch((error) => setProblem(asProblem(error)));
    setBusy(false);
  };
  return html`<form class="fields" onSubmit=${send}>
    ${stands.length > 1 && html`<div class="field"><label>${sale.station}<select name="stand">
      ${stands.map(({ name }, at) => html`<option value=${at}>${name}</option>`)}</select></label></div>`}
    <div class="field"><label>${sale.day}<input type="date" name="day" required defaultValue=${times.day} /></label></div>
    <div class="field-pair">
      <div class="field"><label>${sale.from}<input type="time" name="from" required defaultValue=${times.from} /></label></div>
      <div class="field"><label>${sale.until}<input type="time" name="until" required defaultValue=${times.until} /></label></div>
    </div>
    ${said && html`<p class="field-error" role="alert">${said}</p>`}
    <${ProblemNote} problem=${problem} />
    <button class="button quiet wide" aria-disabled=${busy ? "true" : undefined}>${alone ? sale.askBike : sale.addBike}</button>
  </form>`;
}

function Chosen() {
  const { rentals, rentedAt } = useStore(bookings);
  return html`${rentals.map(({ start, end }) => html`<p class="chosen">
    <span>${rentedAt}<span class="muted">${dayAndClock(start)} – ${clock(end)}</span></span>
    <button type="button" class="button quiet" onClick=${() => setRentals([])}>${words().sale.removeBike}</button></p>`)}`;
}

/** Beside a journey: folded, and not there where no own fleet is. */
export function AddRental() {
  const { journey, rentals } = useStore(bookings);
  const [stands, setStands] = useState(/** @type {Stand[]} */ ([]));
  useEffect(() => void ownStations().then(setStands, () => undefined), []);
  if (!stands.length) return null;
  return html`<details class="card add-rental">
    <summary><h2>${words().sale.bike}</h2></summary>
    <p class="small muted">${words().sale.bikeHint}</p>
    ${rentals.length ? html`<${Chosen} />` : html`<${SlotForm} stands=${stands} arrival=${journey?.arrival} alone=${false} />`}
  </details>`;
}

/** @param {{stand: Stand}} props  Alone, from the card of a station. */
export function RentalAlone({ stand }) {
  const { rentals } = useStore(bookings);
  return html`<section class="card" aria-labelledby="slot"><h2 id="slot">${stand.name}</h2>
    ${rentals.length ? html`<${Chosen} />` : html`<${SlotForm} stands=${[stand]} alone />`}</section>`;
}
