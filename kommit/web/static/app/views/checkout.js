// Before anything is reserved: who rides, what it costs, who books.

import { api } from "../api.js";
import { askOffer, bookings } from "../booking.js";
import { countdown, dayAndClock } from "../format.js";
import { html, useEffect, useState } from "../html.js";
import { words } from "../i18n.js";
import { Icon } from "../icons.js";
import { asProblem } from "../plan.js";
import { go } from "../route.js";
import { sessions } from "../session.js";
import { useStore } from "../store.js";
import { useTimeLeft } from "../timer.js";
import { Chain, Ends } from "./line.js";
import { Riders } from "./passengers.js";
import { PriceTable } from "./prices.js";
import { Busy, ProblemNote } from "./problem.js";
import { AddRental, RentalAlone } from "./rental_slot.js";
import { SignIn } from "./sign_in.js";
import { BackLink, Title } from "./title.js";

/** @typedef {import("../contract.js").Offer} Offer */

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

/** @param {{journey: import("../contract.js").Journey}} props */
function Trip({ journey }) {
  const first = journey.legs[0];
  const last = journey.legs[journey.legs.length - 1];
  return html`<div class="trip">
      <p><strong>${dayAndClock(first.departure)}</strong></p>
      <${Ends} from=${first.origin.name} to=${last.destination.name} />
      <${Chain} legs=${journey.legs} />
    </div>
    <${Riders} /><${AddRental} />`;
}

export function CheckoutView() {
  const { journey, stand, rentals, back, offer, busy } = useStore(bookings);
  const { session } = useStore(sessions);
  // Caps and subscriptions are the account's: whoever signs in is asked another price.
  useEffect(() => void askOffer(), [journey, session?.token]);
  if (!journey && !stand) {
    return html`<div class="checkout"><${Title}>${words().checkout}<//><p>${words().journeyGone}</p>
      <p><a class="button primary" href="#/">${words().newSearch}</a></p></div>`;
  }
  const nothing = !journey && !rentals.length;
  return html`<div class="checkout">
    <${BackLink} href=${back} text=${journey ? words().journey : words().back} />
    <${Title}>${journey ? words().checkout : words().sale.bikeAlone}<//>
    ${journey ? html`<${Trip} journey=${journey} />` : html`<${RentalAlone} stand=${stand} />`}
    ${!nothing && html`<${Price} />
      ${session ? html`<${Hold} offer=${offer} busy=${busy} />` : html`<${SignIn} title=${words().signInToBook} />`}`}
  </div>`;
}
