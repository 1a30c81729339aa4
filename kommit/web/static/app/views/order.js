// One order: to be paid, booked with its ticket, or over.

import { afterSales } from "../after_sales_api.js";
import { announce } from "../announce.js";
import { api } from "../api.js";
import { save } from "../download.js";
import { longDay, money } from "../format.js";
import { html, useEffect, useState } from "../html.js";
import { words } from "../i18n.js";
import { Icon } from "../icons.js";
import { listen } from "../live_orders.js";
import { asProblem } from "../plan.js";
import { keptTicket } from "../tickets.js";
import { ChangeTime } from "./change_time.js";
import { Doors } from "./doors.js";
import { GiveBack, Refunds } from "./give_back.js";
import { PaidParts } from "./means.js";
import { Payment } from "./payment.js";
import { PriceTable } from "./prices.js";
import { Busy, ProblemNote } from "./problem.js";
import { Rides } from "./rides.js";
import { SoldJourney } from "./sold.js";
import { TicketView } from "./ticket.js";
import { BackLink, Title } from "./title.js";

/** @typedef {import("../contract.js").Order} Order */
/** @typedef {import("../api.js").Problem} Problem */

/** @param {Order} order */
export const riders = (order) => {
  const children = order.passengers.filter(({ category }) => category === "child").length;
  return words().riders(order.passengers.length - children, children);
};

/** @param {{order: Order}} props */
function Summary({ order }) {
  return html`<section class="card" aria-label=${words().journey}>
    <p class="with-icon"><strong>${longDay(order.journey.departure)}</strong></p>
    <${SoldJourney} order=${order} />
    <p class="muted">${riders(order)} · ${money(order.price)}</p>
    ${order.state !== "held" && html`<details class="small"><summary>${words().price}</summary>
      <${PriceTable} sold=${order} /><${PaidParts} payment=${order.payment} /></details>`}
    <p class="small muted order-number">${words().orderNumber}${" "}${order.id}</p>
  </section>`;
}

const OVER = ["ended", "settled", "released", "cancelled", "expired", "failed"];

/** @param {{order: Order}} props */
export function StateBadge({ order }) {
  const good = isLive(order);
  const over = OVER.includes(order.state);
  return html`<span class=${`state ${good ? "state-good" : over ? "state-over" : "state-open"}`}>
    <${Icon} name=${good ? "check" : over ? "close" : "clock"} size=${14} />${words().states[order.state]}</span>`;
}

/** @param {{order: Order, onChange: (order: Order, said?: string) => void}} props  What can still be done with a ticket. */
function Later({ order, onChange }) {
  const { sale } = words();
  const [open, setOpen] = useState(/** @type {"give-back" | "change" | null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem | null} */ (null));
  const receipt = () =>
    afterSales.receipt(order.id).then((file) => save(file, `receipt-${order.id}.pdf`), (error) => setProblem(asProblem(error)));
  const close = () => setOpen(null);
  const live = isLive(order) && order.parts.length > 0;
  // The time of a rented vehicle is not searched for: it is given back, and reserved anew.
  const rented = order.journey.legs.some((leg) => leg.rental);
  /** @param {Order} changed @param {string} [said] */
  const changed = (changed, said) => {
    close();
    onChange(changed, said);
  };
  if (open === "give-back") return html`<${GiveBack} order=${order} onChange=${changed} onClose=${close} />`;
  if (open === "change") return html`<${ChangeTime} order=${order} onClose=${close} />`;
  return html`<div class="later" role="group" aria-label=${sale.moreWithTicket}>
    ${live && !rented && html`<button type="button" class="button quiet" onClick=${() => setOpen("change")}>${sale.changeTime}</button>`}
    ${live && html`<button type="button" class="button quiet" onClick=${() => setOpen("give-back")}>${sale.giveBack}</button>`}
    <button type="button" class="button quiet" onClick=${receipt}>${sale.receipt}</button>
    <${ProblemNote} problem=${problem} /></div>`;
}

/** @param {Order} order @returns {boolean} Sold, and not over. */
const isLive = ({ state }) => state === "confirmed" || state === "started";

/** @param {{order: Order, onChange: (order: Order, said?: string) => void, onOver: () => void}} props */
function OrderBody({ order, onChange, onOver }) {
  const summary = html`<${Summary} order=${order} />`;
  if (isLive(order)) {
    return html`<${Rides} id=${order.id} /><${Doors} order=${order} /><${TicketView} key=${order.version} order=${order} />
      <${Refunds} order=${order} />${summary}<${Later} key=${`later ${order.version}`} order=${order} onChange=${onChange} />`;
  }
  if (order.state === "held") return html`<${Payment} order=${order} onChange=${onChange} onOver=${onOver} />${summary}`;
  return html`<p class="note">${words().stateNotes[order.state]}</p><${Refunds} order=${order} />${summary}
    ${order.payment && order.state !== "authorised" && PAID.includes(order.state) && html`<${Later} order=${order} onChange=${onChange} />`}
    ${order.state !== "authorised" && html`<p><a class="button primary wide" href="#/">${words().newSearch}</a></p>`}`;
}

/** Sold once, and over. */
const PAID = ["ended", "settled", "cancelled"];

const PAYING_MS = 2000;

/**
 * Show what changes elsewhere. A hold waits a little: it may be this page that pays it, which then
 * has its own answer to show.
 *
 * @param {string} id
 * @param {(change: (shown: Order | null) => Order | null) => void} setOrder
 */
function followOrder(id, setOrder) {
  let timer = 0;
  const end = listen(id, {
    order: (told) => {
      clearTimeout(timer);
      if (told.state === "authorised") return;
      setOrder((shown) => (shown && shown.state !== "held" ? told : shown));
      timer = setTimeout(() => setOrder(() => told), PAYING_MS);
    },
  });
  return () => {
    clearTimeout(timer);
    end();
  };
}

/** @param {{id: string}} props */
export function OrderView({ id }) {
  const [order, setOrder] = useState(/** @type {Order | null} */ (keptTicket(id)?.order ?? null));
  const [problem, setProblem] = useState(/** @type {Problem | null} */ (null));
  const [done, setDone] = useState("");
  const read = () => {
    setProblem(null);
    return api.order(id).then(setOrder, (error) => setProblem(asProblem(error)));
  };
  useEffect(() => void read(), [id]);
  useEffect(() => followOrder(id, setOrder), [id]);
  /** @param {Order} changed @param {string} [said] */
  const onChange = (changed, said = changed.state === "confirmed" ? words().booked : "") => {
    setOrder(changed);
    setDone(said);
    announce(said || words().states[changed.state]);
    scrollTo(0, 0);
  };
  const offlineNote = problem?.slug === "offline" && order;
  return html`<div class="order">
    <${BackLink} href="#/orders" text=${words().myTickets} />
    <div class="title-row"><${Title}>${order?.state === "held" ? words().payment : words().ticket}<//>
      ${order && order.state !== "held" && html`<${StateBadge} order=${order} />`}</div>
    ${done && html`<p class="note note-good"><${Icon} name="check" /><span class="note-title">${done}</span></p>`}
    ${offlineNote ? html`<p class="note"><span><strong>${words().offline}.</strong>${" "}${words().offlineShown}</span></p>` : html`<${ProblemNote} problem=${problem} onRetry=${read} />`}
    ${!order && !problem && html`<${Busy} />`}
    ${order && html`<${OrderBody} order=${order} onChange=${onChange} onOver=${read} />`}
  </div>`;
}
