// A reserved order: pay it before the reservation runs out, or give it back.

import { announce } from "../announce.js";
import { api } from "../api.js";
import { countdown, money } from "../format.js";
import { html, useEffect, useState } from "../html.js";
import { words } from "../i18n.js";
import { Icon } from "../icons.js";
import { asProblem } from "../plan.js";
import { region } from "../region.js";
import { useTimeLeft } from "../timer.js";
import { PriceTable } from "./checkout.js";
import { ProblemNote } from "./problem.js";
import { useWallet, WalletCard } from "./wallet.js";

/** @typedef {import("../contract.js").Order} Order */

/** Paying by card needs the provider's form in the page; this server serves none. */
const USABLE = ["wallet"];

/** @param {{chosen: string, onChoose: (means: string) => void}} props */
function Means({ chosen, onChoose }) {
  const all = region().payment_means;
  if (all.length < 2) return null;
  /** @type {Record<string, string>} */
  const names = words().meansNames;
  return html`<fieldset class="means"><legend>${words().means}</legend>
    ${all.map((means) => html`<label class="choice">
      <input type="radio" name="means" value=${means} checked=${chosen === means} disabled=${!USABLE.includes(means)}
        onChange=${() => onChoose(means)} />
      <span>${names[means] ?? means}${means === "stripe" && html`<span class="small muted">${words().stripeNote}</span>`}</span>
    </label>`)}
  </fieldset>`;
}

/** @param {{order: Order, onOver: () => void}} props */
function HoldClock({ order, onOver }) {
  const left = useTimeLeft(order.expires_at);
  const over = Boolean(order.expires_at) && left === 0;
  useEffect(() => {
    if (over) onOver();
  }, [over]);
  if (!order.expires_at) return null;
  return html`<p class="hold" role="timer"><${Icon} name="clock" />${words().heldFor(countdown(left))}</p>`;
}

/** @param {{order: Order, onChange: (order: Order) => void, onOver: () => void}} props */
export function Payment({ order, onChange, onOver }) {
  const purse = useWallet();
  const [means, setMeans] = useState(USABLE.find((usable) => region().payment_means.includes(usable)) ?? "");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {import("../api.js").Problem | null} */ (null));
  const short = means === "wallet" && purse.wallet !== null && purse.wallet.balance.amount < order.price.amount;
  /** @param {() => Promise<Order>} step */
  const run = async (step) => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      onChange(await step());
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  const pay = () => {
    if (short || !means) return announce(words().tooLittle);
    return run(() => api.pay(order.id, means));
  };
  return html`<${HoldClock} order=${order} onOver=${onOver} />
    <section class="card" aria-labelledby="pay">
      <h2 id="pay">${words().price}</h2>
      <${PriceTable} sold=${order} />
      <${Means} chosen=${means} onChoose=${setMeans} />
      <${WalletCard} ...${purse} />
      ${short && html`<p class="field-error">${words().tooLittle}</p>`}
      <${ProblemNote} problem=${problem} />
      <button type="button" class="button primary wide" aria-disabled=${busy || short || !means ? "true" : undefined} onClick=${pay}>
        ${busy ? words().paying : words().payNow(money(order.price))}</button>
    </section>
    <button type="button" class="button quiet wide" onClick=${() => run(() => api.cancel(order.id))}>${words().giveBack}</button>`;
}
