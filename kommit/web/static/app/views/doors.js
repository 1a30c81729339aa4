// The rented vehicles of an order: which box, and its door.

import { afterSales } from "../after_sales_api.js";
import { announce } from "../announce.js";
import { clock, dayAndClock } from "../format.js";
import { html, useEffect, useState } from "../html.js";
import { words } from "../i18n.js";
import { asProblem } from "../plan.js";
import { ProblemNote } from "./problem.js";

/** @typedef {import("../contract.js").Reserved} Reserved */
/** @typedef {"open" | "close" | "pause" | "return"} Action */

/** What can be done with a door, by where its rental stands. @type {Record<string, Action[]>} */
const ACTIONS = { reserved: ["open"], active: ["open", "close", "return"], paused: ["open"] };

/** @param {import("../contract.js").Order} order @param {Reserved} rental @returns {boolean} */
const isOf = ({ journey }, rental) => journey.legs.some((leg) => leg.rental?.system_id === rental.system
  && Date.parse(leg.departure) === Date.parse(rental.start));

/** @param {{rental: Reserved, onChange: (rental: Reserved) => void}} props */
function Door({ rental, onChange }) {
  const { sale } = words();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {import("../api.js").Problem | null} */ (null));
  /** @param {Action} action */
  const move = async (action) => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      onChange(await afterSales.door(rental.id, action));
      announce(sale.doorsDone[action]);
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  const where = [rental.station?.name, rental.box !== null && sale.box(rental.box)].filter(Boolean).join(", ");
  return html`<section class="card door" aria-label=${rental.vehicle_type} data-state=${rental.state}>
    <h2>${rental.vehicle_type}</h2>
    <p><span class="state state-open">${sale.rentalStates[rental.state]}</span></p>
    <p>${where}<br /><span class="muted">${dayAndClock(rental.start)} – ${clock(rental.end)}, ${rental.system_name}</span></p>
    <${ProblemNote} problem=${problem} />
    <div class="row">${(ACTIONS[rental.state] ?? []).map((action) => html`<button type="button" key=${action}
      class=${`button ${action === "open" ? "primary" : "quiet"}`} aria-disabled=${busy ? "true" : undefined} onClick=${() => move(action)}>${sale.doors[action]}</button>`)}</div>
  </section>`;
}

/** @param {{order: import("../contract.js").Order}} props */
export function Doors({ order }) {
  const [rentals, setRentals] = useState(/** @type {Reserved[]} */ ([]));
  const rented = order.journey.legs.some((leg) => leg.rental);
  useEffect(() => {
    if (rented) void afterSales.rentals().then((told) => setRentals(told.rentals.filter((one) => isOf(order, one))), () => undefined);
  }, [order.id, order.version]);
  /** @param {Reserved} changed */
  const onChange = (changed) => setRentals(rentals.map((one) => (one.id === changed.id ? changed : one)));
  return html`${rentals.map((rental) => html`<${Door} key=${rental.id} rental=${rental} onChange=${onChange} />`)}`;
}
