// The rider's subscriptions: those on the account, one bought elsewhere, one bought here.

import { account } from "../account_api.js";
import { announce } from "../announce.js";
import { date, money } from "../format.js";
import { html, useState } from "../html.js";
import { words } from "../i18n.js";
import { region } from "../region.js";
import { useLoaded } from "./loaded.js";
import { meansName } from "./means.js";
import { Busy, ProblemNote } from "./problem.js";

/** @typedef {import("../contract.js").Subscription} Subscription */
/** @typedef {import("../contract.js").SubscriptionProduct} Product */
/** @typedef {import("../contract.js").SubscriptionWish} Wish */

/** Means that can pay a month after month. */
const RENEWING = ["wallet", "invoice"];

/** @param {Subscription} one */
function term({ ends, renews, valid_until }) {
  const { sale } = words();
  if (ends) return sale.endsOn(date(ends));
  return renews ? sale.renewsAfter(date(valid_until)) : sale.validTo(date(valid_until));
}

/** @param {{one: Subscription, name: string, onEnd: () => void}} props */
function Item({ one, name, onEnd }) {
  const { sale } = words();
  const [asked, setAsked] = useState(false);
  const bought = one.source === "sold";
  const endable = one.state === "active";
  return html`<li class="subscription"><p><strong>${name}</strong><span class="small muted">${term(one)}${one.number && ` · ${one.number}`}</span></p>
    ${endable && !asked && html`<button type="button" class="button quiet" onClick=${() => setAsked(true)}>${bought ? sale.cancelSubscription : sale.removeSubscription}</button>`}
    ${asked && endable && html`<div class="surely" role="group" aria-label=${sale.surelyCancel(name)}><p>${sale.surelyCancel(name)}</p><div class="row">
      <button type="button" class="button primary" onClick=${onEnd}>${sale.yes}</button>
      <button type="button" class="button quiet" onClick=${() => setAsked(false)}>${sale.no}</button></div></div>`}
  </li>`;
}

/** @param {{name: string, products: Product[]}} props */
const Which = ({ name, products }) => html`<div class="field"><label>${words().sale.which}<select name=${name} required>
  ${products.map((one) => html`<option value=${one.id}>${one.name} (${words().sale.perMonth(money(one.price))})</option>`)}</select></label></div>`;

/** @param {{products: Product[], onWish: (wish: Wish) => Promise<boolean>}} props */
function Declare({ products, onWish }) {
  const { sale } = words();
  /** @param {SubmitEvent} event */
  const send = async (event) => {
    event.preventDefault();
    const element = /** @type {HTMLFormElement} */ (event.target);
    const form = new FormData(element);
    const text = (/** @type {string} */ name) => String(form.get(name)).trim();
    if (await onWish({ product: text("product"), number: text("number"), until: text("until") })) element.reset();
  };
  if (!products.length) return null;
  return html`<details><summary>${sale.declare}</summary><form class="fields" onSubmit=${send}>
    <${Which} name="product" products=${products} />
    <div class="field"><label>${sale.number}<input name="number" required maxlength="64" autocomplete="off" /></label></div>
    <div class="field"><label>${sale.lastDay}<input name="until" type="date" required /></label></div>
    <button class="button primary">${sale.declareDo}</button></form></details>`;
}

/** @param {{products: Product[], onWish: (wish: Wish) => Promise<boolean>}} props */
function Buy({ products, onWish }) {
  const { sale } = words();
  const means = region().payment_means.filter((one) => RENEWING.includes(one));
  /** @param {SubmitEvent} event */
  const send = (event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    void onWish({ product: String(form.get("product")), means: String(form.get("means") ?? means[0]) });
  };
  if (!products.length || !means.length) return null;
  return html`<details><summary>${sale.buySubscription}</summary><form class="fields" onSubmit=${send}>
    <${Which} name="product" products=${products} />
    <p class="small muted">${sale.firstMonth}</p>
    ${means.length > 1 && html`<div class="field"><label>${sale.payWith}<select name="means">
      ${means.map((one) => html`<option value=${one}>${meansName(one)}</option>`)}</select></label></div>`}
    <button class="button primary">${sale.buy}</button></form></details>`;
}

/** @param {{onPaid: () => void}} props  `onPaid`: the wallet may hold less. */
export function Subscriptions({ onPaid }) {
  const { sale } = words();
  const { told, problem, run } = useLoaded(async () => {
    const [{ products }, { subscriptions }] = await Promise.all([account.products(), account.subscriptions()]);
    return { products, subscriptions: subscriptions.filter(({ state }) => state !== "withdrawn") };
  });
  /** @param {Wish} wish */
  const onWish = async (wish) => {
    const done = await run(() => account.subscribe(wish));
    if (done) announce(sale.subscribed);
    if (done && wish.means) onPaid();
    return done;
  };
  /** @param {string} id */
  const name = (id) => told?.products.find((one) => one.id === id)?.name ?? id;
  return html`<section class="card" aria-labelledby="subscriptions"><h2 id="subscriptions">${sale.subscriptions}</h2>
    ${!told && !problem && html`<${Busy} />`}
    ${told && !told.subscriptions.length && html`<p class="muted">${sale.noSubscriptions}</p>`}
    <ul class="entries">${told?.subscriptions.map((one) => html`<${Item} key=${`${one.id} ${one.state}`} one=${one} name=${name(one.product)}
      onEnd=${() => run(() => account.unsubscribe(one.id))} />`)}</ul>
    <${ProblemNote} problem=${problem} />
    ${told && html`<${Declare} products=${told.products.filter(({ registered }) => registered)} onWish=${onWish} />
      <${Buy} products=${told.products.filter(({ sold }) => sold)} onWish=${onWish} />`}
  </section>`;
}
