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
import { Cards, hindrance, Means, PaidParts, PaysFirst, usePurse, VoucherForm } from "./means.js";
import { PriceTable } from "./prices.js";
import { ProblemNote } from "./problem.js";
import { useWallet, WalletCard } from "./wallet.js";

/** @typedef {import("../contract.js").Order} Order */

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

const POLL_MS = 3000;

/** @param {{order: Order, onChange: (order: Order) => void}} props  The bank asks; we ask the server. */
function Challenged({ order, onChange }) {
  useEffect(() => {
    const timer = setInterval(async () => {
      const told = await api.order(order.id).catch(() => null);
      if (told && (told.state !== order.state || told.payment?.state !== "challenged")) onChange(told);
    }, POLL_MS);
    return () => clearInterval(timer);
  }, [order.id, order.version]);
  return html`<div class="note note-ask" role="status"><${Icon} name="clock" /><div>
    <p class="note-title">${words().sale.challenged}</p><p>${words().sale.challengedHint}</p></div></div>`;
}

/** @param {{id: string}} props */
export function ExchangeNote({ id }) {
  return html`<div class="note"><${Icon} name="ticket" /><div><p class="note-title">${words().sale.exchangeOf}</p>
    <p>${words().sale.exchangeNote}</p><p><a href=${`#/orders/${encodeURIComponent(id)}`}>${words().sale.oldTicket}</a></p></div></div>`;
}

/** @param {Order} order @param {import("../contract.js").Wallet | null} wallet @param {import("./means.js").Purse} purse */
function isShort(order, wallet, purse) {
  const helped = order.replaces || purse.vouchers.length > 0 || purse.budgets.some(({ left }) => left.amount > 0);
  return !helped && wallet !== null && wallet.balance.amount < order.price.amount;
}

/** @param {Order} order */
const payText = (order) => (order.price.amount ? words().payNow(money(order.price)) : words().sale.bookFree);

/** @param {{order: Order, onChange: (order: Order) => void, onOver: () => void}} props */
export function Payment({ order, onChange, onOver }) {
  const wallet = useWallet();
  const purse = usePurse();
  const [means, setMeans] = useState(region().payment_means[0] ?? "");
  const [chosenCard, setCard] = useState(/** @type {string | null} */ (null));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {import("../api.js").Problem | null} */ (null));
  const card = means === "stripe" ? (chosenCard ?? purse.cards[0]?.id ?? null) : null;
  const short = means === "wallet" && isShort(order, wallet.wallet, purse);
  const stopped = short || !means || hindrance(means, purse) !== null;
  /** @param {() => Promise<Order>} step */
  const run = async (step) => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      onChange(await step());
    } catch (error) {
      const said = asProblem(error);
      if (said.slug === "payment-challenged") await api.order(order.id).then(onChange, () => setProblem(said));
      else setProblem(said);
    }
    setBusy(false);
  };
  const pay = () => (stopped ? announce(short ? words().tooLittle : words().means) : run(() => api.pay(order.id, means, card)));
  return html`<${HoldClock} order=${order} onOver=${onOver} />
    ${order.replaces && html`<${ExchangeNote} id=${order.replaces} />`}
    <section class="card" aria-labelledby="pay">
      <h2 id="pay">${words().price}</h2>
      <${PriceTable} sold=${order} />
      <${PaidParts} payment=${order.payment} />
      ${order.payment?.state === "challenged" ? html`<${Challenged} order=${order} onChange=${onChange} />` : html`
        <${Means} purse=${purse} chosen=${means} onChoose=${setMeans} />
        ${means === "stripe" && html`<${Cards} cards=${purse.cards} chosen=${card} onChoose=${setCard} />`}
        <${PaysFirst} purse=${purse} />
        <${VoucherForm} onRedeemed=${purse.read} />
        ${means === "wallet" && html`<${WalletCard} ...${wallet} />`}
        ${short && html`<p class="field-error">${words().tooLittle}</p>`}
        <${ProblemNote} problem=${problem} />
        <button type="button" class="button primary wide" aria-disabled=${busy || stopped ? "true" : undefined} onClick=${pay}>
          ${busy ? words().paying : payText(order)}</button>`}
    </section>
    <button type="button" class="button quiet wide" onClick=${() => run(() => api.cancel(order.id))}>${words().giveBack}</button>`;
}
