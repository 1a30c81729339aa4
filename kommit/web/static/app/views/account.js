// The rider's account: who is signed in, the wallet and its entries; its other parts have files of their own.

import { announce } from "../announce.js";
import { api } from "../api.js";
import { dayAndClock, money } from "../format.js";
import { html } from "../html.js";
import { words } from "../i18n.js";
import { sessions, setSession } from "../session.js";
import { useStore } from "../store.js";
import { forgetTickets } from "../tickets.js";
import { Invoices, Statements, Vouchers } from "./money_matters.js";
import { MyData } from "./my_data.js";
import { SignIn } from "./sign_in.js";
import { Subscriptions } from "./subscriptions.js";
import { Title } from "./title.js";
import { useWallet, WalletCard } from "./wallet.js";

/** @param {{entries: import("../contract.js").Wallet["entries"]}} props */
function Entries({ entries }) {
  if (!entries.length) return null;
  return html`<h3>${words().entries}</h3>
    <ul class="entries">${entries.map((entry) => html`<li>
      <span>${words().entryTexts[entry.text] ?? entry.text}<span class="small muted">${dayAndClock(entry.at)}</span></span>
      <span class="amount">${money(entry.amount)}</span></li>`)}</ul>`;
}

async function signOut() {
  // Signed out on this device whatever the server says: the token is forgotten.
  await api.signOut().catch(() => undefined);
  forgetTickets();
  setSession(null);
  announce(words().signedOut);
}

/** @param {{rider: import("../contract.js").Rider}} props */
function SignedIn({ rider }) {
  const purse = useWallet();
  return html`<p class="lead">${words().signedInAs(rider.name)}<br /><span class="muted">${rider.email}</span></p>
    <section class="card" aria-labelledby="wallet">
      <h2 id="wallet">${words().wallet}</h2>
      <${WalletCard} ...${purse} />
      <${Entries} entries=${purse.wallet?.entries ?? []} />
    </section>
    <${Subscriptions} onPaid=${purse.reload} /><${Vouchers} /><${Statements} /><${Invoices} /><${MyData} />
    <button type="button" class="button quiet wide" onClick=${signOut}>${words().signOut}</button>`;
}

export function AccountView() {
  const { session } = useStore(sessions);
  return html`<div class="account">
    <${Title}>${words().account}<//>
    ${session ? html`<${SignedIn} rider=${session.rider} />` : html`<${SignIn} title=${words().signIn} />`}
  </div>`;
}
