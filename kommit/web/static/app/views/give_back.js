// Giving parts of a sold order back: the amount is shown first, and only that one is agreed to.

import { afterSales } from "../after_sales_api.js";
import { announce } from "../announce.js";
import { clock, dayAndClock, money } from "../format.js";
import { html, useEffect, useRef, useState } from "../html.js";
import { words } from "../i18n.js";
import { asProblem } from "../plan.js";
import { modeName } from "./line.js";
import { Check, passengerName } from "./passengers.js";
import { Busy, ProblemNote } from "./problem.js";
import { legTitle } from "./sold.js";

/** @typedef {import("../contract.js").Order} Order */
/** @typedef {import("../contract.js").RefundQuote} RefundQuote */
/** @typedef {import("../after_sales_api.js").Parts} Parts */

/** @param {number[]} list @returns {number[]} Each once, in order. */
const once = (list) => [...new Set(list)].sort((a, b) => a - b);

/** @param {number[]} list @param {number} one @param {boolean} wanted */
const toggled = (list, one, wanted) => once(wanted ? [...list, one] : list.filter((other) => other !== one));

/** @param {Order} order @returns {Parts} All that is still the rider's. */
const left = ({ parts }) => ({ legs: once(parts.map(({ leg }) => leg)), passengers: once(parts.map(({ passenger }) => passenger)) });

/** @param {{order: Order, all: Parts, chosen: Parts, onChoose: (parts: Parts) => void}} props */
function Choice({ order, all, chosen, onChoose }) {
  const { sale } = words();
  /** @param {number} at */
  const legName = (at) => {
    const leg = order.journey.legs[at];
    return `${clock(leg.departure)} ${legTitle(leg) ?? modeName(leg.mode)}, ${leg.origin.name}`;
  };
  return html`<fieldset class="means"><legend>${sale.whichLegs}</legend>${all.legs.map((at) => html`<${Check} key=${at} label=${legName(at)}
      checked=${chosen.legs.includes(at)} onChange=${(/** @type {boolean} */ on) => onChoose({ ...chosen, legs: toggled(chosen.legs, at, on) })} />`)}</fieldset>
    ${all.passengers.length > 1 && html`<fieldset class="means"><legend>${sale.whichRiders}</legend>${all.passengers.map((at) => html`<${Check} key=${at}
      label=${passengerName(order.passengers, at)} checked=${chosen.passengers.includes(at)}
      onChange=${(/** @type {boolean} */ on) => onChoose({ ...chosen, passengers: toggled(chosen.passengers, at, on) })} />`)}</fieldset>`}`;
}

/** @param {{quote: RefundQuote}} props */
function Quote({ quote }) {
  const { sale } = words();
  return html`<dl class="pairs quote" role="status">
    <div><dt>${sale.paid}</dt><dd>${money(quote.paid)}</dd></div>
    ${quote.gross.amount !== quote.paid.amount && html`<div><dt>${sale.takenBack}</dt><dd>${money(quote.gross)}</dd></div>`}
    <div><dt>${sale.fee}</dt><dd>${money(quote.fee)}</dd></div>
    <div class="quote-sum"><dt>${sale.youGet}</dt><dd>${money(quote.amount)}</dd></div></dl>`;
}

/**
 * The quote for the parts chosen, asked anew for others.
 *
 * @param {string} id @param {Parts} chosen @param {(error: unknown) => void} onProblem
 * @returns {{quote: RefundQuote | null, ask: () => Promise<void>}}
 */
function useQuote(id, chosen, onProblem) {
  const [quote, setQuote] = useState(/** @type {RefundQuote | null} */ (null));
  const asked = useRef(0);
  const ask = async () => {
    const mine = ++asked.current;
    setQuote(null);
    if (!chosen.legs.length || !chosen.passengers.length) return;
    const told = await afterSales.quote(id, chosen).catch((error) => {
      if (mine === asked.current) onProblem(error);
      return null;
    });
    if (mine === asked.current) setQuote(told);
  };
  useEffect(() => void ask(), [JSON.stringify(chosen)]);
  return { quote, ask };
}

/** @param {{order: Order, onChange: (order: Order, said?: string) => void, onClose: () => void}} props */
export function GiveBack({ order, onChange, onClose }) {
  const { sale } = words();
  const all = left(order);
  const [chosen, setChosen] = useState(all);
  const [problem, setProblem] = useState(/** @type {import("../api.js").Problem | null} */ (null));
  const [busy, setBusy] = useState(false);
  const { quote, ask } = useQuote(order.id, chosen, (error) => setProblem(asProblem(error)));
  const nothing = !chosen.legs.length || !chosen.passengers.length;
  /** @param {Parts} parts */
  const choose = (parts) => {
    setProblem(null);
    setChosen(parts);
  };
  const confirm = async () => {
    if (!quote || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      onChange(await afterSales.giveBack(order.id, chosen, quote.amount), sale.backDone(money(quote.amount)));
    } catch (error) {
      const said = asProblem(error);
      setProblem(said);
      if (said.slug === "quote-changed") await ask();
    }
    setBusy(false);
  };
  useEffect(() => announce(quote ? `${sale.youGet} ${money(quote.amount)}` : ""), [quote?.amount.amount]);
  return html`<section class="card give-back" aria-labelledby="give-back">
    <h2 id="give-back">${sale.giveBackTitle}</h2>
    <${Choice} order=${order} all=${all} chosen=${chosen} onChoose=${choose} />
    ${nothing && html`<p class="field-error">${sale.chooseParts}</p>`}
    ${!nothing && !quote && !problem && html`<${Busy} />`}
    <${ProblemNote} problem=${problem} />
    ${quote && html`<${Quote} quote=${quote} />`}
    <button type="button" class="button primary wide" aria-disabled=${!quote || busy ? "true" : undefined} onClick=${confirm}>
      ${sale.confirmBack(quote ? money(quote.amount) : "…")}</button>
    <button type="button" class="button quiet wide" onClick=${onClose}>${sale.keep}</button>
  </section>`;
}

/** @param {{order: Order}} props */
export function Refunds({ order }) {
  const { sale } = words();
  if (!order.refunds.length) return null;
  return html`<section class="card refunds" aria-labelledby="refunds"><h2 id="refunds">${sale.refunds}</h2>
    <ul class="entries">${order.refunds.map(({ id, at, amount, fee, reason, state }) => html`<li key=${id}>
      <span>${sale.reasons[reason] ?? reason} · ${sale.refundStates[state]}
        <span class="small muted">${dayAndClock(at)}${fee.amount > 0 && `, ${sale.afterFee(money(fee))}`}</span></span>
      <span class="amount">${money(amount)}</span></li>`)}</ul></section>`;
}
