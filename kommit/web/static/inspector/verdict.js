// The verdict on one ticket: green or red, why in both languages, and what to look at.

import { html } from "../app/html.js";
import { german, others, words } from "./words.js";

/** @typedef {import("./check.js").Verdict} Verdict */
/** @typedef {import("./check.js").CheckIn} CheckIn */
/** @typedef {import("./payload.js").Ticket} Ticket */

const LOCALE = german ? "de-DE" : "en-GB";
const CLOCK = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit" });
const MOMENT = new Intl.DateTimeFormat(LOCALE, { day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit" });

/** @param {number} ms */
function age(ms) {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  return minutes < 120 ? words.minutes(minutes) : words.hours(Math.round(minutes / 60));
}

/** @param {{verdict: Verdict, at: number}} props */
function Grounds({ verdict, at }) {
  const { list, shownAt, pin } = verdict;
  const fresh = shownAt === null ? null : Math.max(0, Math.round((at - shownAt) / 1000));
  const listed = list ? (at > list.goodUntil ? words.oldList(age(at - list.issuedAt)) : words.list(age(at - list.issuedAt))) : words.noList;
  return html`<ul class="grounds">
    <li class=${fresh === null ? "ask" : "good"} data-live=${fresh !== null}>${fresh === null ? words.static(`${pin.slice(0, 3)} ${pin.slice(3)}`) : words.live(fresh)}</li>
    <li class=${list && at <= list.goodUntil ? "good" : "ask"} data-list=${list ? (at > list.goodUntil ? "old" : "fresh") : "none"}>${listed}</li>
  </ul>`;
}

/** @param {{ticket: Ticket}} props */
function People({ ticket }) {
  return html`<section><h3>${words.passengers}</h3><ol class="people">
    ${ticket.passengers.map(({ id, category, subscriptions, first, bicycle }) => html`<li value=${id + 1}>
      ${category === "child" ? words.child : words.adult}${first && `, ${words.first}`}${bicycle && `, ${words.bicycle}`}
      ${subscriptions.map((each) => html`<strong class="ask"> ${words.show(each)}</strong>`)}</li>`)}
  </ol></section>`;
}

/** @param {{ticket: Ticket}} props */
function Legs({ ticket }) {
  return html`<section><h3>${words.legs}</h3><ul class="rides">
    ${ticket.legs.map((leg) => html`<li>
      <p><time>${CLOCK.format(leg.departure)}</time> – <time>${CLOCK.format(leg.arrival)}</time> <strong>${leg.line}</strong></p>
      <p>${leg.origin} – ${leg.destination}</p>
      ${leg.passengers.length < ticket.passengers.length && html`<p class="ask">${words.only(leg.passengers.map((each) => `${each + 1}.`).join(", "))}</p>`}</li>`)}
  </ul></section>`;
}

/** @param {{shown: CheckIn, at: number}} props  Who checks in when an inspector comes has done so just now. */
function CheckedIn({ shown, at }) {
  const { since, place, adults, children, first, bicycle } = shown;
  return html`<section class="checked-in"><h3>${words.checkedIn}</h3>
    <p class="ask"><strong>${words.since(CLOCK.format(since), age(at - since))}</strong></p>
    <p>${place}</p>
    <p>${words.group(adults, children)}${first && `, ${words.first}`}${bicycle && `, ${words.bicycle}`}</p>
    <p class="small">${shown.trip}</p></section>`;
}

/** @param {{verdict: Verdict, at: number}} props */
export function VerdictView({ verdict, at }) {
  const { ok, reason, ticket, checkIn } = verdict;
  const because = /** @type {Record<string, string>} */ (words.reasons)[reason];
  const again = /** @type {Record<string, string>} */ (others.reasons)[reason];
  return html`<article class=${`verdict ${ok ? "yes" : "no"}`} aria-live="assertive" data-reason=${reason}>
    <h2>${ok ? words.valid : words.invalid}<small lang=${german ? "en" : "de"}>${ok ? others.valid : others.invalid}</small></h2>
    ${!ok && html`<p class="because">${because}</p><p lang=${german ? "en" : "de"}>${again}</p>`}
    ${ok && ticket && html`<p>${words.until} ${MOMENT.format(ticket.validUntil)} · ${ticket.issuer} · ${words.issue(ticket.version)}</p>`}
    ${ok && ticket && html`<${Grounds} verdict=${verdict} at=${at} />`}
    ${checkIn && html`<${CheckedIn} shown=${checkIn} at=${at} />`}
    ${ticket && html`<${People} ticket=${ticket} /><${Legs} ticket=${ticket} /><p class="small">${ticket.order}</p>`}
  </article>`;
}
