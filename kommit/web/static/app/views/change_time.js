// Another time for a sold order: found, priced and held; the old ticket stays valid until that is paid.

import { afterSales } from "../after_sales_api.js";
import { api } from "../api.js";
import { clock, dayAndClock, duration, money } from "../format.js";
import { html, useEffect, useState } from "../html.js";
import { words } from "../i18n.js";
import { rememberLines } from "../lines.js";
import { asProblem, journeyKey } from "../plan.js";
import { region } from "../region.js";
import { go } from "../route.js";
import { toRfc3339, wallClock } from "../zone.js";
import { Chain } from "./line.js";
import { Busy, ProblemNote } from "./problem.js";

/** @typedef {import("../contract.js").Order} Order */
/** @typedef {import("../contract.js").Offer} Offer */
/** @typedef {import("../contract.js").Journey} Journey */

const WINDOW_MIN = 120;

/** @param {import("../contract.js").Point} point @returns {string} As `/v1/plan` asks for ends. */
const endOf = ({ stop_id, lat, lon }) => stop_id ?? `${lat.toFixed(5)},${lon.toFixed(5)}`;

/** @param {Order} order @param {string} wall @returns {Promise<Journey[]>} Other journeys that are sold. */
async function otherTimes({ journey }, wall) {
  const legs = journey.legs;
  const { journeys } = await api.plan({
    from: endOf(legs[0].origin), to: endOf(legs[legs.length - 1].destination),
    depart: toRfc3339(wall, region().time_zone), window_min: WINDOW_MIN,
  });
  return journeys.filter(({ token, bookable, departure }) => bookable && token && Date.parse(departure) !== Date.parse(journey.departure));
}

/** @param {{journeys: Journey[], chosen: string | null, onChoose: (journey: Journey) => void}} props */
function Times({ journeys, chosen, onChoose }) {
  if (!journeys.length) return html`<p role="status">${words().sale.noTimes}</p>`;
  return html`<fieldset class="means times-list"><legend>${words().sale.times}</legend>
    ${journeys.map((journey) => html`<label class="choice" key=${journeyKey(journey)}>
      <input type="radio" name="time" checked=${chosen === journeyKey(journey)} onChange=${() => onChoose(journey)} />
      <span><strong>${clock(journey.departure)} – ${clock(journey.arrival)}</strong> <span class="muted">${duration(journey.duration_s)}</span>
        <${Chain} legs=${journey.legs} /></span></label>`)}</fieldset>`;
}

/** @param {{order: Order, onClose: () => void}} props */
export function ChangeTime({ order, onClose }) {
  const { sale } = words();
  const [fee, setFee] = useState(/** @type {import("../contract.js").Money | null} */ (null));
  const [journeys, setJourneys] = useState(/** @type {Journey[] | null} */ (null));
  const [chosen, setChosen] = useState(/** @type {Journey | null} */ (null));
  const [offer, setOffer] = useState(/** @type {Offer | null} */ (null));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {import("../api.js").Problem | null} */ (null));
  const [day, time] = wallClock(Date.parse(order.journey.departure), region().time_zone).split("T");
  /** @param {() => Promise<unknown>} work */
  const run = async (work) => {
    setBusy(true);
    setProblem(null);
    await work().catch((error) => setProblem(asProblem(error)));
    setBusy(false);
  };
  useEffect(() => void run(async () => setFee((await afterSales.changeFee(order.id)).fee)), [order.id]);
  /** @param {SubmitEvent} event */
  const find = (event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    setChosen(null);
    setOffer(null);
    void run(async () => setJourneys(await otherTimes(order, `${form.get("day")}T${form.get("time")}`)));
  };
  /** @param {Journey} journey */
  const choose = (journey) => {
    setChosen(journey);
    setOffer(null);
    void run(async () => setOffer(await api.offer({ journey: journey.token, passengers: order.passengers, rentals: [] })));
  };
  const take = () => run(async () => {
    if (!offer || !chosen) return;
    rememberLines(chosen);
    go(`#/orders/${(await afterSales.change(order.id, offer)).id}`);
  });
  return html`<section class="card change-time" aria-labelledby="change">
    <h2 id="change">${sale.changeTitle}</h2>
    ${fee && html`<p>${fee.amount ? sale.changeFee(money(fee)) : sale.changeFree}</p>`}
    <form class="fields" onSubmit=${find}>
      <div class="field-pair">
        <div class="field"><label>${sale.day}<input type="date" name="day" required defaultValue=${day} /></label></div>
        <div class="field"><label>${words().time}<input type="time" name="time" required defaultValue=${time} /></label></div>
      </div>
      <button class="button quiet wide">${sale.findTimes}</button>
    </form>
    ${busy && html`<${Busy} />`}
    ${journeys && html`<${Times} journeys=${journeys} chosen=${chosen && journeyKey(chosen)} onChoose=${choose} />`}
    ${offer && html`<p role="status">${dayAndClock(offer.journey.departure)}: ${sale.newCosts(money(offer.price))}</p>`}
    <${ProblemNote} problem=${problem} />
    ${journeys && journeys.length > 0 && html`<button type="button" class="button primary wide" aria-disabled=${!offer || busy ? "true" : undefined}
      onClick=${() => offer && !busy && take()}>${sale.takeTime}</button>`}
    <button type="button" class="button quiet wide" onClick=${onClose}>${sale.keep}</button>
  </section>`;
}
