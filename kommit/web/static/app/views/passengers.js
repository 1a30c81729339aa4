// Who rides: how many, and what each of them has and takes along.

import { account } from "../account_api.js";
import { bookings, changePassenger, MOST_RIDERS, setCount } from "../booking.js";
import { html, useEffect, useState } from "../html.js";
import { words } from "../i18n.js";
import { Icon } from "../icons.js";
import { sessions } from "../session.js";
import { useStore } from "../store.js";

/** @typedef {import("../contract.js").Passenger} Passenger */
/** @typedef {import("../contract.js").SubscriptionProduct} SubscriptionProduct */

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

/** @param {Passenger[]} passengers @param {number} at @returns {string} `Kind 2` */
export function passengerName(passengers, at) {
  const category = passengers[at]?.category ?? "adult";
  const number = passengers.slice(0, at + 1).filter((other) => other.category === category).length;
  return words()[category](number);
}

/** @param {{label: string, checked: boolean, onChange: (checked: boolean) => void}} props */
export const Check = ({ label, checked, onChange }) => html`<label class="choice">
  <input type="checkbox" checked=${checked} onChange=${(/** @type {any} */ event) => onChange(event.target.checked)} />
  <span>${label}</span></label>`;

/** @param {Passenger} one @param {SubscriptionProduct[]} products @returns {string[]} */
function extrasOf({ subscriptions = [], bicycle, travel_class }, products) {
  const { sale } = words();
  return [
    ...products.filter(({ id }) => subscriptions.includes(id)).map(({ name }) => name),
    ...(bicycle ? [sale.bicycle] : []),
    ...(travel_class === "first" ? [sale.firstClass] : []),
  ];
}

/** @param {{passengers: Passenger[], at: number, products: SubscriptionProduct[]}} props */
function Extras({ passengers, at, products }) {
  const one = passengers[at];
  const { sale } = words();
  const { subscriptions = [] } = one;
  const chosen = extrasOf(one, products);
  /** @param {string} id @param {boolean} has */
  const carry = (id, has) =>
    changePassenger(at, { subscriptions: has ? [...subscriptions, id] : subscriptions.filter((other) => other !== id) });
  return html`<details class="extras">
    <summary><span>${passengerName(passengers, at)}</span><span class="small muted">${chosen.join(", ") || sale.extras}</span></summary>
    <fieldset class="fields"><legend class="visually-hidden">${passengerName(passengers, at)}</legend>
      ${products.map(({ id, name }) => html`<${Check} key=${id} label=${sale.has(name)} checked=${subscriptions.includes(id)}
        onChange=${(/** @type {boolean} */ has) => carry(id, has)} />`)}
      <${Check} label=${sale.bicycle} checked=${one.bicycle ?? false} onChange=${(/** @type {boolean} */ bicycle) => changePassenger(at, { bicycle })} />
      <${Check} label=${sale.firstClass} checked=${one.travel_class === "first"}
        onChange=${(/** @type {boolean} */ first) => changePassenger(at, { travel_class: first ? "first" : "second" })} />
    </fieldset></details>`;
}

/** @returns {SubscriptionProduct[]} What riders may have; none until that is known. */
function useProducts() {
  const [products, setProducts] = useState(/** @type {SubscriptionProduct[]} */ ([]));
  useEffect(() => void account.products().then((answer) => setProducts(answer.products), () => undefined), []);
  return products;
}

export function Riders() {
  const { passengers } = useStore(bookings);
  const { session } = useStore(sessions);
  const products = useProducts();
  const children = passengers.filter(({ category }) => category === "child").length;
  const adults = passengers.length - children;
  const room = MOST_RIDERS - passengers.length;
  return html`<section class="card" aria-labelledby="riders">
    <h2 id="riders">${words().whoRides}</h2>
    <${Stepper} label=${words().adults} name="adults" value=${adults} least=${children ? 0 : 1} most=${adults + room}
      onChange=${(/** @type {number} */ value) => setCount("adult", value)} />
    <${Stepper} label=${words().children} hint=${words().childrenHint} name="children" value=${children}
      least=${adults ? 0 : 1} most=${children + room} onChange=${(/** @type {number} */ value) => setCount("child", value)} />
    <div>${passengers.map((_, at) => html`<${Extras} key=${passengerName(passengers, at)} passengers=${passengers} at=${at} products=${products} />`)}</div>
    ${session && html`<p class="small muted">${words().sale.accountSubscriptions}</p>`}
  </section>`;
}
