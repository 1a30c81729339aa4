// The bar at the top: home, tickets, account, language.

import { html } from "../html.js";
import { language, speak, words } from "../i18n.js";
import { Icon } from "../icons.js";
import { sessions } from "../session.js";
import { useStore } from "../store.js";

/** @param {{href: string, icon: string, text: string, current: boolean}} props */
function NavLink({ href, icon, text, current }) {
  return html`<a class="nav-link" href=${href} aria-current=${current ? "page" : undefined}>
    <${Icon} name=${icon} size=${22} /><span>${text}</span>
  </a>`;
}

/** @param {{view: import("../route.js").View}} props */
export function Header({ view }) {
  const { session } = useStore(sessions);
  const other = language() === "de" ? "en" : "de";
  return html`<header class="header">
    <a class="brand" href="#/" aria-label=${words().home}>
      <svg width="26" height="26" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        <circle cx="5" cy="18" r="3" /><circle cx="19" cy="6" r="3" />
        <path d="M5 15V11a4 4 0 0 1 4-4h7" />
      </svg>
      <span>kommit</span>
    </a>
    <nav aria-label=${words().nav}>
      <${NavLink} href="#/orders" icon="ticket" text=${words().tickets} current=${view === "orders"} />
      <${NavLink} href="#/account" icon="person" current=${view === "account"}
        text=${session ? words().account : words().signIn} />
      <button type="button" class="nav-link" lang=${other} onClick=${() => speak(other)}>
        <span class="language-code" aria-hidden="true">${other.toUpperCase()}</span>
        <span class="visually-hidden">${words().otherLanguage}</span>
      </button>
    </nav>
  </header>`;
}
