// The ticket of an order: drawn live by the phone it is valid on, or a code for paper.

import { api } from "../api.js";
import { save } from "../download.js";
import { dayAndClock } from "../format.js";
import { html, useEffect, useState } from "../html.js";
import { words } from "../i18n.js";
import { Icon } from "../icons.js";
import { clockOffset, isHere, isPhone, keepDrawing, moveHere } from "../live_ticket.js";
import { asProblem } from "../plan.js";
import { keepTicket, keptTicket, wishPaper } from "../tickets.js";
import { Busy, ProblemNote } from "./problem.js";

/** @typedef {import("../contract.js").Order} Order */
/** @typedef {import("../contract.js").Ticket} Ticket */
/** @typedef {import("../api.js").Problem} Problem */
/** @typedef {import("../tickets.js").KeptTicket} KeptTicket */

/** @param {{kept: KeptTicket}} props  Drawn anew every few seconds, with the moment signed into it. */
function LiveCode({ kept }) {
  const [code, setCode] = useState(/** @type {{path: string, size: number} | null} */ (null));
  useEffect(() => keepDrawing(kept.ticket, kept.offset ?? 0, setCode), [kept.ticket.ticket]);
  if (!code) return html`<${Busy} />`;
  const box = `0 0 ${code.size} ${code.size}`;
  return html`<svg class="live-code" role="img" aria-label=${words().aztec} viewBox=${box} shape-rendering="crispEdges">
    <rect width=${code.size} height=${code.size} fill="#fff" /><path fill="#000" d=${code.path} /></svg>`;
}

/** @param {{kept: KeptTicket}} props  The same code for as long as the ticket is valid. */
function PaperCode({ kept }) {
  const code = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(kept.image)}`;
  return html`<img src=${code} alt=${words().aztec} width="300" height="300" />`;
}

/** @param {string} id @param {"pdf" | "pkpass"} kind */
const download = async (id, kind) => save(await api.ticketFile(id, kind), `ticket-${id}.${kind}`);

/** @param {{kept: KeptTicket, here: boolean, run: (work: () => Promise<unknown>) => void, onTicket: (ticket: Ticket) => Promise<void>}} props */
function Choices({ kept, here, run, onTicket }) {
  const { order, ticket } = kept;
  /** @param {boolean} paper @param {() => Promise<Ticket>} ask */
  const bind = (paper, ask) => () =>
    run(async () => {
      wishPaper(order.id, paper);
      await onTicket(await ask());
    });
  const move = bind(false, () => moveHere(order.id));
  const free = bind(true, () => api.freeTicket(order.id));
  if (!ticket.device_key) {
    return html`<div class="ticket-choices">
      <button class="button quiet" onClick=${move}>${words().live.move}</button>
      <button class="button quiet" onClick=${() => run(() => download(order.id, "pdf"))}>${words().live.print}</button>
      <button class="button quiet" onClick=${() => run(() => download(order.id, "pkpass"))}>${words().live.wallet}</button></div>`;
  }
  return html`<div class="ticket-choices">
    ${!here && html`<button class="button primary" onClick=${move}>${words().live.moveFromOther}</button>`}
    <button class="button quiet" onClick=${free}>${words().live.free}</button></div>`;
}

/**
 * Fetch what a ticket needs to be shown without a network, and keep it.
 *
 * @param {Order} order @param {Ticket} ticket
 * @returns {Promise<KeptTicket>}
 */
async function keep(order, ticket) {
  const image = ticket.device_key ? "" : await api.ticketImage(order.id);
  const kept = { order, ticket, image, offset: clockOffset(ticket), onPaper: keptTicket(order.id)?.onPaper };
  keepTicket(kept);
  return kept;
}

/** @param {{order: Order}} props  Shown anew for each version of the order, which may have a newer ticket. */
export function TicketView({ order }) {
  const [kept, setKept] = useState(keptTicket(order.id));
  const [here, setHere] = useState(false);
  const [problem, setProblem] = useState(/** @type {Problem | null} */ (null));
  /** @param {Ticket} ticket */
  const onTicket = async (ticket) => {
    const next = await keep(order, ticket);
    setHere(await isHere(ticket));
    setKept(next);
  };
  /** @param {() => Promise<unknown>} work */
  const run = async (work) => {
    setProblem(null);
    await work().catch((error) => setProblem(asProblem(error)));
  };
  const read = () =>
    run(async () => {
      const ticket = await api.ticket(order.id);
      // A phone takes a ticket for itself, unless told not to; where it cannot, it stays one for paper.
      const takes = !ticket.device_key && isPhone() && !keptTicket(order.id)?.onPaper;
      const moved = takes ? await moveHere(order.id).catch(() => null) : null;
      await onTicket(moved ?? ticket);
    });
  useEffect(() => {
    if (kept) void isHere(kept.ticket).then(setHere);
    void read();
  }, []);
  if (!kept) return html`<${ProblemNote} problem=${problem} onRetry=${read} />${!problem && html`<${Busy} />`}`;
  const elsewhere = kept.ticket.device_key !== null && !here;
  return html`<section class="ticket" aria-label=${words().ticket}>
    ${!elsewhere && html`<div class="ticket-code">${kept.ticket.device_key ? html`<${LiveCode} kept=${kept} />` : html`<${PaperCode} kept=${kept} />`}</div>`}
    <p class="ticket-hint">${elsewhere ? words().live.elsewhere : kept.ticket.device_key ? words().live.here : words().showCode}</p>
    <dl class="pairs">
      <div><dt>${words().validFrom}</dt><dd>${dayAndClock(kept.ticket.valid_from)}</dd></div>
      <div><dt>${words().validUntil}</dt><dd>${dayAndClock(kept.ticket.valid_until)}</dd></div>
    </dl>
    ${problem && problem.slug !== "offline" && html`<${ProblemNote} problem=${problem} />`}
    <${Choices} kept=${kept} here=${here} run=${run} onTicket=${onTicket} />
    <p class="small muted with-icon"><${Icon} name="device" size=${16} />${words().offlineTicket}</p>
  </section>`;
}
