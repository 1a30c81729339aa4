// The prepaid wallet: what it holds, and the demonstration's way to fill it.

import { announce } from "../announce.js";
import { api } from "../api.js";
import { money, roundMoney } from "../format.js";
import { html, useEffect, useState } from "../html.js";
import { words } from "../i18n.js";
import { asProblem } from "../plan.js";
import { ProblemNote } from "./problem.js";

/** @typedef {import("../contract.js").Wallet} Wallet */

const TOP_UPS_MINOR = [1000, 2000, 5000];

/** @returns {{wallet: Wallet | null, problem: import("../api.js").Problem | null,
 *   topUp: (amount: number) => Promise<void>, busy: boolean, reload: () => void}} */
export function useWallet() {
  const [wallet, setWallet] = useState(/** @type {Wallet | null} */ (null));
  const [problem, setProblem] = useState(/** @type {import("../api.js").Problem | null} */ (null));
  const [busy, setBusy] = useState(false);
  /** @param {() => Promise<Wallet>} ask */
  const read = async (ask) => {
    setBusy(true);
    setProblem(null);
    await ask().then(setWallet, (error) => setProblem(asProblem(error)));
    setBusy(false);
  };
  useEffect(() => void read(api.wallet), []);
  const topUp = (/** @type {number} */ amount) =>
    read(async () => {
      const filled = await api.topUp({ amount, currency: wallet?.balance.currency ?? "EUR" });
      announce(words().toppedUp(money(filled.balance)));
      return filled;
    });
  return { wallet, problem, topUp, busy, reload: () => void read(api.wallet) };
}

/** @param {{currency: string, busy: boolean, onTopUp: (amount: number) => void}} props */
export function TopUp({ currency, busy, onTopUp }) {
  return html`<div class="top-up" role="group" aria-label=${words().topUp}>
    <p>${words().topUp}</p>
    <div class="row">${TOP_UPS_MINOR.map((amount) => html`<button type="button" class="button quiet"
      aria-disabled=${busy ? "true" : undefined} onClick=${() => busy || onTopUp(amount)}>+ ${roundMoney({ amount, currency })}</button>`)}</div>
    <p class="small muted">${words().topUpHint}</p>
  </div>`;
}

/** @param {{wallet: Wallet | null, problem: import("../api.js").Problem | null, busy: boolean,
 *   topUp: (amount: number) => void}} props */
export function WalletCard({ wallet, problem, busy, topUp }) {
  return html`<div class="wallet">
    ${wallet && html`<dl class="pairs">
        <div><dt>${words().balance}</dt><dd class="price">${money(wallet.balance)}</dd></div>
        ${wallet.held.amount > 0 && html`<div><dt>${words().heldMoney}</dt><dd>${money(wallet.held)}</dd></div>`}
      </dl>
      <${TopUp} currency=${wallet.balance.currency} busy=${busy} onTopUp=${topUp} />`}
    <${ProblemNote} problem=${problem} />
  </div>`;
}
