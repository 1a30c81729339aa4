// Before anything is reserved: who rides, what it costs, who books.

import { api } from "../api.js";
import { askOffer, bookings, MOST_RIDERS, setRiders } from "../booking.js";
import { countdown, dayAndClock, money } from "../format.js";
import { html, useEffect, useState } from "../html.js";
import { words } from "../i18n.js";
import { Icon } from "../icons.js";
import { asProblem } from "../plan.js";
import { go } from "../route.js";
import { sessions } from "../session.js";
import { useStore } from "../store.js";
import { useTimeLeft } from "../timer.js";
import { Chain, Ends } from "./line.js";
import { Busy, ProblemNote } from "./problem.js";
import { SignIn } from "./sign_in.js";
import { BackLink, Title } from "./title.js";

/** @typedef {import("../contract.js").Offer} Offer */

/**
 * @param {{label: string, hint?: string, name: string, value: number, least: number, most: number,
 *   onChange: (value: number) => void}} props
 */
function Stepper({ label, hint, name, value, least, most, onChange }) {
  /** @param {number} by @param {boolean} end @param {string} text */
  const button = (by, end, text) => html`<button type="button" class="icon-button ring" aria-label=${text}
    aria-disabled=${end ? "true" : undefined} onClick=${() => end || onChange(value + by)}>
    <${Icon} name=${by > 0 ? "plus" : "minus"} /></button>`;
  return html`<div class="stepper" role="group" aria-label=${label}>
    <p>${label}${hint && html`<span class="small muted">${hint}</span>`}</p>
    ${button(-1, value <= least, words().less(label))}
    <output name=${name}>${value}</output>
    ${button(1, value >= most, words().more(label))}
  </div>`;
}

function Riders() {
  const { adults, children } = useStore(bookings);
  const room = MOST_RIDERS - adults - children;
  return html`<section class="card" aria-labelledby="riders">
    <h2 id="riders">${words().whoRides}</h2>
    <${Stepper} label=${words().adults} name="adults" value=${adults} least=${children ? 0 : 1} most=${adults + room}
      onChange=${(/** @type {number} */ value) => setRiders({ adults: value })} />
    <${Stepper} label=${words().children} hint=${words().childrenHint} name="children" value=${children}
      least=${adults ? 0 : 1} most=${children + room} onChange=${(/** @type {number} */ value) => setRiders({ children: value })} />
  </section>`;
}

/** @param {import("../contract.js").Passenger[]} passengers @param {number} at */
function passengerName(passengers, at) {
  const category = passengers[at]?.category ?? "adult";
  const number = passengers.slice(0, at + 1).filter((other) => other.category === category).length;
  return words()[category](number);
}

/** @param {{sold: {breakdown: import("../contract.js").PriceLine[], price: import("../contract.js").Money,
 *   passengers: import("../contract.js").Passenger[]}}} props */
export function PriceTable({ sold }) {
  return html`<table class="prices">
    <caption class="visually-hidden">${words().price}</caption>
    <tbody>${sold.breakdown.map((line) => html`<tr>
      <th scope="row">${passengerName(sold.passengers, line.passenger)}<span class="small muted">${line.text}</span></th>
      <td>${money(line.amount)}</td></tr>`)}</tbody>
    <tfoot><tr><th scope="row">${words().total}</th><td>${money(sold.price)}</td></tr></tfoot>
  </table>`;
}

/** @param {{offer: Offer}} props */
function OfferClock({ offer }) {
  const left = useTimeLeft(offer.expires_at);
  if (left > 0) return html`<p class="small muted"><${Icon} name="clock" size=${16} />${words().offerUntil(countdown(left))}</p>`;
  return html`<p role="alert">${words().offerOver}${" "}
    <button type="button" class="button quiet" onClick=${askOffer}>${words().newPrice}</button></p>`;
}

function Price() {
  const { offer, busy, problem } = useStore(bookings);
  return html`<section class="card" aria-labelledby="price" aria-busy=${String(busy)}>
    <h2 id="price">${words().price}</h2>
    ${busy && !offer && html`<${Busy} text=${words().priceComing} />`}
    ${offer && html`<div class=${busy ? "stale" : ""}>
      <${PriceTable} sold=${offer} /><${OfferClock} offer=${offer} /></div>`}
    <${ProblemNote} problem=${problem} onRetry=${askOffer} retry=${words().newPrice} />
  </section>`;
}

/** @param {{offer: Offer | null, busy: boolean}} props */
function Hold({ offer, busy }) {
  const [holding, setHolding] = useState(false);
  const [problem, setProblem] = useState(/** @type {import("../api.js").Problem | null} */ (null));
  useEffect(() => setProblem(null), [offer?.id]);
  const hold = async () => {
    if (!offer || busy || holding) return;
    setHolding(true);
    setProblem(null);
    try {
      go(`#/orders/${(await api.hold(offer)).id}`);
    } catch (error) {
      setProblem(asProblem(error));
    }
    setHolding(false);
  };
  return html`<div class="act">
    <${ProblemNote} problem=${problem} onRetry=${problem?.slug === "offer-expired" ? askOffer : hold}
      retry=${problem?.slug === "offer-expired" ? words().newPrice : undefined} />
    <button type="button" class="button primary wide" aria-disabled=${!offer || busy || holding ? "true" : undefined} onClick=${hold}>
      ${words().toPayment}</button>
    <p class="small muted">${words().holdNote}</p>
  </div>`;
}

export function CheckoutView() {
  const { journey, back, offer, busy } = useStore(bookings);
  const { session } = useStore(sessions);
  useEffect(() => void askOffer(), [journey]);
  if (!journey) {
    return html`<div class="checkout"><${Title}>${words().checkout}<//><p>${words().journeyGone}</p>
      <p><a class="button primary" href="#/">${words().newSearch}</a></p></div>`;
  }
  const first = journey.legs[0];
  const last = journey.legs[journey.legs.length - 1];
  return html`<div class="checkout">
    <${BackLink} href=${back} text=${words().journey} />
    <${Title}>${words().checkout}<//>
    <div class="trip">
      <p><strong>${dayAndClock(first.departure)}</strong></p>
      <${Ends} from=${first.origin.name} to=${last.destination.name} />
      <${Chain} legs=${journey.legs} />
    </div>
    <${Riders} /><${Price} />
    ${session ? html`<${Hold} offer=${offer} busy=${busy} />` : html`<${SignIn} title=${words().signInToBook} />`}
  </div>`;
}
