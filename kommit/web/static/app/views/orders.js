// "My tickets": the rider's orders, newest first; without a network those kept on the device.

import { api } from "../api.js";
import { dayAndClock, money } from "../format.js";
import { html, useEffect, useState } from "../html.js";
import { words } from "../i18n.js";
import { Icon } from "../icons.js";
import { asProblem } from "../plan.js";
import { sessions } from "../session.js";
import { useStore } from "../store.js";
import { keptTickets } from "../tickets.js";
import { Ends } from "./line.js";
import { riders, StateBadge } from "./order.js";
import { Busy, ProblemNote } from "./problem.js";
import { SignIn } from "./sign_in.js";
import { Title } from "./title.js";

/** @typedef {import("../contract.js").Order} Order */

/** @param {{order: Order}} props */
function OrderCard({ order }) {
  const { legs, departure } = order.journey;
  return html`<li><a class="card order-card" href=${`#/orders/${order.id}`}>
    <p class="order-head"><strong>${dayAndClock(departure)}</strong><${StateBadge} order=${order} /></p>
    <${Ends} from=${legs[0].origin.name} to=${legs[legs.length - 1].destination.name} />
    <p class="muted">${riders(order)} · ${money(order.price)}</p>
  </a></li>`;
}

function List() {
  const [orders, setOrders] = useState(/** @type {Order[] | null} */ (null));
  const [problem, setProblem] = useState(/** @type {import("../api.js").Problem | null} */ (null));
  const read = () => {
    setProblem(null);
    return api.orders().then((answer) => setOrders(answer.orders), (error) => setProblem(asProblem(error)));
  };
  useEffect(() => void read(), []);
  const shown = orders ?? (problem?.slug === "offline" ? keptTickets().map(({ order }) => order) : []);
  return html`
    ${!orders && !problem && html`<${Busy} />`}
    <${ProblemNote} problem=${problem} onRetry=${read} />
    ${problem?.slug === "offline" && shown.length > 0 && html`<p class="small muted">${words().offlineShown}</p>`}
    ${orders?.length === 0 && html`<div class="empty"><${Icon} name="ticket" size=${40} />
      <p class="empty-title">${words().noTickets}</p><p>${words().noTicketsHint}</p>
      <a class="button primary" href="#/">${words().search}</a></div>`}
    <ul class="orders">${shown.map((order) => html`<${OrderCard} key=${order.id} order=${order} />`)}</ul>`;
}

export function OrdersView() {
  const { session } = useStore(sessions);
  return html`<div class="my-tickets">
    <${Title}>${words().myTickets}<//>
    ${session ? html`<${List} />` : html`<p class="lead">${words().noTicketsSignIn}</p><${SignIn} title=${words().signIn} />`}
  </div>`;
}
