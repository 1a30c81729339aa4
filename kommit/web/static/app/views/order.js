// One order: to be paid, booked with its ticket, or over.

import { announce } from "../announce.js";
import { api } from "../api.js";
import { clock, longDay, money } from "../format.js";
import { html, useEffect, useState } from "../html.js";
import { words } from "../i18n.js";
import { Icon } from "../icons.js";
import { lineOf } from "../lines.js";
import { listen } from "../live_orders.js";
import { asProblem } from "../plan.js";
import { keptTicket } from "../tickets.js";
import { LineBadge } from "./line.js";
import { Payment } from "./payment.js";
import { Busy, ProblemNote } from "./problem.js";
import { Rides } from "./rides.js";
import { TicketView } from "./ticket.js";
import { BackLink, Title } from "./title.js";

/** @typedef {import("../contract.js").Order} Order */
/** @typedef {import("../api.js").Problem} Problem */

/** With a ticket, before, on and after the journey. */
const SOLD = ["confirmed", "started", "ended", "settled"];
const OVER = ["released", "cancelled", "expired", "failed"];

/** @param {Order} order */
export const riders = (order) => {
  const children = order.passengers.filter(({ category }) => category === "child").length;
  return words().riders(order.passengers.length - children, children);
};

/** @param {{leg: import("../contract.js").SoldLeg}} props */
function SoldLeg({ leg }) {
  return html`<li>
    <p class="sold-times"><time datetime=${leg.departure}>${clock(leg.departure)}</time>${" – "}<time datetime=${leg.arrival}>${clock(leg.arrival)}</time></p>
    <p><${LineBadge} route=${lineOf(leg)} mode=${leg.mode} name=${leg.route_name} /></p>
    <p class="sold-places">${leg.origin.name}<${Icon} name="forward" size=${14} />${leg.destination.name}</p>
  </li>`;
}

/** @param {{order: Order}} props */
export function SoldJourney({ order }) {
  const rides = order.journey.legs.filter(({ mode }) => mode !== "WALK");
  return html`<ol class="sold">${rides.map((leg) => html`<${SoldLeg} leg=${leg} />`)}</ol>`;
}

/** @param {{order: Order}} props */
function Summary({ order }) {
  return html`<section class="card" aria-label=${words().journey}>
    <p class="with-icon"><strong>${longDay(order.journey.departure)}</strong></p>
    <${SoldJourney} order=${order} />
    <p class="muted">${riders(order)} · ${money(order.price)}</p>
    <p class="small muted order-number">${words().orderNumber}${" "}${order.id}</p>
  </section>`;
}

/** @param {{order: Order}} props */
export function StateBadge({ order }) {
  const good = SOLD.includes(order.state);
  const over = OVER.includes(order.state);
  return html`<span class=${`state ${good ? "state-good" : over ? "state-over" : "state-open"}`}>
    <${Icon} name=${good ? "check" : over ? "close" : "clock"} size=${14} />${words().states[order.state]}</span>`;
}

/** @param {{order: Order, onChange: (order: Order) => void, onOver: () => void}} props */
function OrderBody({ order, onChange, onOver }) {
  if (SOLD.includes(order.state)) return html`<${Rides} id=${order.id} /><${TicketView} order=${order} /><${Summary} order=${order} />`;
  if (order.state === "held") return html`<${Payment} order=${order} onChange=${onChange} onOver=${onOver} /><${Summary} order=${order} />`;
  return html`<p class="note">${words().stateNotes[order.state]}</p><${Summary} order=${order} />
    ${order.state !== "authorised" && html`<p><a class="button primary wide" href="#/">${words().newSearch}</a></p>`}`;
}

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
  const [paid, setPaid] = useState(false);
  const read = () => {
    setProblem(null);
    return api.order(id).then(setOrder, (error) => setProblem(asProblem(error)));
  };
  useEffect(() => void read(), [id]);
  useEffect(() => followOrder(id, setOrder), [id]);
  /** @param {Order} changed */
  const onChange = (changed) => {
    setOrder(changed);
    setPaid(changed.state === "confirmed");
    announce(changed.state === "confirmed" ? words().booked : words().states[changed.state]);
    scrollTo(0, 0);
  };
  const offlineNote = problem?.slug === "offline" && order;
  return html`<div class="order">
    <${BackLink} href="#/orders" text=${words().myTickets} />
    <div class="title-row"><${Title}>${order?.state === "held" ? words().payment : words().ticket}<//>
      ${order && order.state !== "held" && html`<${StateBadge} order=${order} />`}</div>
    ${paid && html`<p class="note note-good"><${Icon} name="check" /><span class="note-title">${words().booked}</span></p>`}
    ${offlineNote ? html`<p class="note"><span><strong>${words().offline}.</strong>${" "}${words().offlineShown}</span></p>` : html`<${ProblemNote} problem=${problem} onRetry=${read} />`}
    ${!order && !problem && html`<${Busy} />`}
    ${order && html`<${OrderBody} order=${order} onChange=${onChange} onOver=${read} />`}
  </div>`;
}
