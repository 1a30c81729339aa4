// How an order is paid: the means that this server takes, and what helps to pay by itself.

import { announce } from "../announce.js";
import { account } from "../account_api.js";
import { money } from "../format.js";
import { html, useEffect, useState } from "../html.js";
import { words } from "../i18n.js";
import { asProblem } from "../plan.js";
import { region } from "../region.js";
import { ProblemNote } from "./problem.js";

/** @typedef {import("../contract.js").Voucher} Voucher */
/** @typedef {import("../contract.js").Budget} Budget */
/** @typedef {import("../contract.js").KeptCard} KeptCard */
/**
 * @typedef {{vouchers: Voucher[], budgets: Budget[], cards: KeptCard[], mandate: boolean,
 *   read: () => Promise<void>}} Purse  What the rider's account has beside the wallet.
 */

/** @param {string} means @returns {string} */
export const meansName = (means) =>
  /** @type {Record<string, string>} */ (words().sale.meansNames)[means] ?? means;

/** @returns {Purse} */
export function usePurse() {
  const [has, setHas] = useState({
    vouchers: /** @type {Voucher[]} */ ([]),
    budgets: /** @type {Budget[]} */ ([]),
    cards: /** @type {KeptCard[]} */ ([]),
    mandate: false,
  });
  const takes = region().payment_means;
  // What cannot be read is not shown: the server knows it all the same when it is paid.
  const read = async () => {
    const [vouchers, budgets, cards, mandates] = await Promise.all([
      account.vouchers().then((answer) => answer.vouchers, () => []),
      account.budgets().then((answer) => answer.budgets, () => []),
      takes.includes("stripe") ? account.cards().then((answer) => answer.payment_methods, () => []) : [],
      takes.includes("invoice") ? account.mandates().then((answer) => answer.mandates, () => []) : [],
    ]);
    const live = vouchers.filter(({ left, valid_until }) => left.amount > 0 && Date.parse(valid_until) > Date.now());
    setHas({ vouchers: live, budgets, cards, mandate: mandates.some(({ state }) => state === "active") });
  };
  useEffect(() => void read(), []);
  return { ...has, read };
}

/** @param {string} means @param {Purse} purse @returns {string | null} Why it cannot be chosen now. */
export function hindrance(means, { cards, mandate }) {
  const { sale } = words();
  if (means === "stripe" && !cards.length) return sale.noCard;
  return means === "invoice" && !mandate ? sale.needsMandate : null;
}

/** @param {{purse: Purse, chosen: string, onChoose: (means: string) => void}} props */
export function Means({ purse, chosen, onChoose }) {
  const all = region().payment_means;
  if (all.length < 2) return null;
  return html`<fieldset class="means"><legend>${words().means}</legend>
    ${all.map((means) => {
      const why = hindrance(means, purse);
      return html`<label class="choice" key=${means}>
        <input type="radio" name="means" value=${means} checked=${chosen === means} disabled=${why !== null} onChange=${() => onChoose(means)} />
        <span>${meansName(means)}${why && html`<span class="small muted">${why}</span>`}</span></label>`;
    })}
  </fieldset>`;
}

/** @param {{cards: KeptCard[], chosen: string | null, onChoose: (card: string) => void}} props */
export function Cards({ cards, chosen, onChoose }) {
  return html`<fieldset class="means"><legend>${words().sale.whichCard}</legend>
    ${cards.map(({ id, brand, last4 }) => html`<label class="choice" key=${id}>
      <input type="radio" name="card" value=${id} checked=${chosen === id} onChange=${() => onChoose(id)} />
      <span>${words().sale.card(brand, last4)}</span></label>`)}</fieldset>`;
}

/** @param {{purse: Purse}} props  What pays first, without being chosen. */
export function PaysFirst({ purse }) {
  const { sale } = words();
  const facts = [
    ...purse.vouchers.map(({ title, left }) => sale.voucherPays(title, money(left))),
    ...purse.budgets.filter(({ left }) => left.amount > 0).map(({ employer, left }) => sale.budgetPays(employer, money(left))),
  ];
  return facts.length ? html`<ul class="pays-first small">${facts.map((fact) => html`<li>${fact}</li>`)}</ul>` : null;
}

/** @param {{onRedeemed: () => unknown, open?: boolean}} props */
export function VoucherForm({ onRedeemed, open = false }) {
  const { sale } = words();
  const [problem, setProblem] = useState(/** @type {import("../api.js").Problem | null} */ (null));
  /** @param {SubmitEvent} event */
  const send = async (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    setProblem(null);
    try {
      await account.redeem(String(new FormData(form).get("code")).trim());
      form.reset();
      announce(sale.redeemed);
      await onRedeemed();
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return html`<details class="voucher" open=${open}><summary>${sale.haveVoucher}</summary>
    <form class="fields" onSubmit=${send}>
      <div class="field"><label>${sale.voucherCode}<input name="code" required maxlength="64" autocomplete="off" autocapitalize="characters" /></label></div>
      <${ProblemNote} problem=${problem} />
      <button class="button quiet">${sale.redeem}</button>
    </form></details>`;
}

/** @param {{payment: import("../contract.js").Payment | null}} props  Which means paid what. */
export function PaidParts({ payment }) {
  if (!payment?.parts.length) return null;
  return html`<h3>${words().sale.paidWith}</h3><dl class="pairs">${payment.parts.map(({ means, amount }) => html`<div key=${means}>
    <dt>${meansName(means)}</dt><dd>${money(amount)}</dd></div>`)}</dl>`;
}
