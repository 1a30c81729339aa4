// What pays beside the wallet, and what it came to: vouchers, the monthly invoice, statements.

import { account } from "../account_api.js";
import { api } from "../api.js";
import { save } from "../download.js";
import { date, day, money, month } from "../format.js";
import { html } from "../html.js";
import { words } from "../i18n.js";
import { region } from "../region.js";
import { useLoaded } from "./loaded.js";
import { VoucherForm } from "./means.js";
import { ProblemNote } from "./problem.js";

/** @typedef {import("../contract.js").Order} Order */

export function Vouchers() {
  const { sale } = words();
  const { told, problem, read } = useLoaded(async () => ({ ...(await account.vouchers()), ...(await account.budgets()) }));
  const none = told && !told.vouchers.length && !told.budgets.length;
  return html`<section class="card" aria-labelledby="vouchers"><h2 id="vouchers">${sale.vouchers}</h2>
    ${none && html`<p class="muted">${sale.noVouchers}</p>`}
    <ul class="entries">
      ${told?.vouchers.map(({ id, title, left, valid_until }) => html`<li key=${id}><span>${title}</span>
        <span class="small muted">${sale.leftUntil(money(left), day(valid_until))}</span></li>`)}
      ${told?.budgets.map(({ employer, month: of, left }) => html`<li key=${`${employer} ${of}`}><span>${sale.budgetPays(employer, money(left))}</span></li>`)}</ul>
    <${ProblemNote} problem=${problem} />
    <${VoucherForm} onRedeemed=${read} /></section>`;
}

/** @param {{run: (work: () => Promise<unknown>) => Promise<boolean>}} props */
function MandateForm({ run }) {
  const { sale } = words();
  /** @param {SubmitEvent} event */
  const send = (event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    void run(() => account.sign(String(form.get("iban")).replace(/\s/g, ""), String(form.get("holder")).trim()));
  };
  return html`<p class="muted">${sale.noMandate}</p><details><summary>${sale.sign}</summary><form class="fields" onSubmit=${send}>
    <div class="field"><label>${sale.holder}<input name="holder" required maxlength="70" autocomplete="name" /></label></div>
    <div class="field"><label>${sale.iban}<input name="iban" required maxlength="42" autocomplete="off" /></label></div>
    <p class="small muted">${sale.signHint}</p>
    <button class="button primary">${sale.sign}</button></form></details>`;
}

/** The monthly invoice; not there where it is no means of payment. */
export function Invoices() {
  const { sale } = words();
  const { told, problem, run } = useLoaded(async () => ({ ...(await account.mandates()), ...(await account.invoices()) }));
  if (!region().payment_means.includes("invoice")) return null;
  const mandates = told?.mandates.filter(({ state }) => state !== "revoked") ?? [];
  return html`<section class="card" aria-labelledby="invoices"><h2 id="invoices">${sale.invoices}</h2>
    ${mandates.map(({ reference, holder, iban, state }) => html`<p key=${reference} class="chosen"><span>${holder}, ${iban}<span class="small muted">${sale.mandateStates[state]} · ${reference}</span></span>
      <button type="button" class="button quiet" onClick=${() => run(() => account.revoke(reference))}>${sale.revoke}</button></p>`)}
    ${told && !mandates.length && html`<${MandateForm} run=${run} />`}
    <ul class="entries">${told?.invoices.map((one) => html`<li key=${one.number}>
      <span>${month(one.month)}<span class="small muted">${sale.invoiceStates[one.state]}, ${sale.due(date(one.due))}</span></span>
      <span class="amount">${money(one.amount)}${" "}<button type="button" class="button quiet" aria-label=${`${sale.pdf} ${one.number}`}
        onClick=${() => run(async () => save(await account.invoiceFile(one.pdf_url), `${one.number}.pdf`))}>${sale.pdf}</button></span></li>`)}</ul>
    <${ProblemNote} problem=${problem} /></section>`;
}

/** Orders that were paid: their price was taken. */
const PAID = ["confirmed", "started", "ended", "settled", "cancelled"];

/** @param {Order[]} orders @param {string} now @returns {{count: number, paid: number, back: number}} In minor units. */
function ofMonth(orders, now) {
  const those = orders.filter((order) => PAID.includes(order.state) && month(order.created_at) === month(now));
  const sum = (/** @type {number[]} */ amounts) => amounts.reduce((total, one) => total + one, 0);
  return {
    count: those.length,
    paid: sum(those.map(({ price }) => price.amount)),
    back: sum(those.flatMap(({ refunds }) => refunds.map(({ amount }) => amount.amount))),
  };
}

/** What this month cost, and statements of trips that are billed after they were travelled. */
export function Statements() {
  const { sale } = words();
  const { told, problem } = useLoaded(async () => ({ ...(await account.statements()), ...(await api.orders()) }));
  if (!told) return html`<${ProblemNote} problem=${problem} />`;
  const { count, paid, back } = ofMonth(told.orders, new Date().toISOString());
  const currency = told.orders[0]?.price.currency ?? "EUR";
  return html`<section class="card" aria-labelledby="statements"><h2 id="statements">${sale.statements}</h2>
    <dl class="pairs">
      <div><dt>${sale.thisMonth}, ${sale.journeys(count)}</dt><dd>${money({ amount: paid, currency })}</dd></div>
      ${back > 0 && html`<div><dt>${sale.monthRefunds}</dt><dd>${money({ amount: back, currency })}</dd></div>`}</dl>
    <ul class="entries">${told.statements.map((one) => html`<li key=${one.id}>
      <span>${sale.periods[one.period]}: ${one.period === "day" ? day(one.begins) : month(one.begins)}<span class="small muted">${one.tariff}${one.full.amount !== one.due.amount && `, ${sale.insteadOf(money(one.full))}`}${one.credit.amount > 0 && `, ${sale.gotBack(money(one.credit))}`}</span></span>
      <span class="amount">${money(one.due)}</span></li>`)}</ul></section>`;
}
