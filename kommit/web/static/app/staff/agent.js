// The telephone agent's page: find a journey, book it for somebody, read out what was promised.

import { clock, money } from "../format.js";
import { html, useEffect, useState } from "../html.js";
import { language, words } from "../i18n.js";
import { asProblem } from "../plan.js";
import { Chain } from "../views/line.js";
import { PlaceField } from "../views/place_field.js";
import { ProblemNote } from "../views/problem.js";
import { call, keepSession, session } from "./client.js";
import { StaffSignIn } from "./sign_in.js";
import { start } from "./start.js";

/** @typedef {import("../contract.js").Journey} Journey */
/** @typedef {import("../contract.js").AgentBooking} AgentBooking */
/** @typedef {import("../contract.js").Duty} Duty */
/** @typedef {import("../route.js").Spot} Spot */
/** @typedef {{spot: Spot | null, typed: string}} End */
/** @typedef {(error: unknown) => void} Fail */

/** @param {{journeys: Journey[], onChoose: (journey: Journey) => void}} props */
function Found({ journeys, onChoose }) {
  const text = words().staff;
  if (!journeys.length) return html`<p>${text.none}</p>`;
  return html`<ul class="later">${journeys.map((journey) => html`<li key=${journey.token}>
    <span>${clock(journey.departure)} – ${clock(journey.arrival)}${journey.price ? ` · ${money(journey.price)}` : ""}<${Chain} legs=${journey.legs} /></span>
    <button type="button" class="button" onClick=${() => onChoose(journey)}>${text.choose}</button></li>`)}</ul>`;
}

/** @param {{onFound: (journeys: Journey[]) => void, onFail: Fail}} props */
function Search({ onFound, onFail }) {
  const text = words().staff;
  const [from, setFrom] = useState(/** @type {End} */ ({ spot: null, typed: "" }));
  const [to, setTo] = useState(/** @type {End} */ ({ spot: null, typed: "" }));
  /** @param {SubmitEvent} event */
  const search = async (event) => {
    event.preventDefault();
    if (!from.spot || !to.spot) return;
    const when = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("when") ?? "");
    const query = new URLSearchParams({ from: from.spot.id, to: to.spot.id, ...(when && { depart: when }) });
    try {
      const answer = await call("GET", `/v1/plan?${query}`);
      onFound(answer.journeys.filter((/** @type {Journey} */ one) => one.token && one.legs.some((leg) => leg.on_demand?.own)));
    } catch (error) {
      onFail(error);
    }
  };
  return html`<form class="card fields" onSubmit=${search}>
    <${PlaceField} name="from" label=${text.from} spot=${from.spot} typed=${from.typed} error=${null}
      onSpot=${(/** @type {Spot | null} */ spot, /** @type {string} */ typed) => setFrom({ spot, typed })} />
    <${PlaceField} name="to" label=${text.to} spot=${to.spot} typed=${to.typed} error=${null}
      onSpot=${(/** @type {Spot | null} */ spot, /** @type {string} */ typed) => setTo({ spot, typed })} />
    <div class="field"><label>${text.when}<input name="when" type="datetime-local" /></label></div>
    <button class="button primary">${text.find}</button>
  </form>`;
}

/** @param {{journey: Journey, onBooked: (booking: AgentBooking) => void, onFail: Fail}} props */
function Book({ journey, onBooked, onFail }) {
  const text = words().staff;
  const [key] = useState(() => crypto.randomUUID());
  /** @param {SubmitEvent} event */
  const book = async (event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const body = {
      journey: journey.token, passengers: [{ category: "adult" }], name: form.get("name"), phone: form.get("phone"),
    };
    await call("POST", "/v1/agent/bookings", body, key).then(onBooked, onFail);
  };
  return html`<form class="card fields" onSubmit=${book}>
    <h2>${clock(journey.departure)} – ${clock(journey.arrival)}</h2>
    <div class="field"><label>${text.name}<input name="name" required autocomplete="off" /></label></div>
    <div class="field"><label>${text.phone}<input name="phone" type="tel" required autocomplete="off" /></label></div>
    <button class="button primary">${text.choose}</button>
  </form>`;
}

/** @param {{booking: AgentBooking}} props */
function Said({ booking }) {
  const text = words().staff;
  return html`<section class="card" role="status"><h2>${text.say}</h2>
    <p class="say">${booking.confirmed?.say[language()]}</p>
    ${booking.pin && html`<p class="pin"><strong>${booking.pin}</strong></p>`}</section>`;
}

/** @param {{bookings: AgentBooking[], onCancel: (id: string) => void}} props */
function Bookings({ bookings, onCancel }) {
  const text = words().staff;
  return html`<section class="card"><h2>${text.bookings}</h2>
    <ul class="later">${bookings.map(({ order, name, phone, pin }) => html`<li key=${order.id}>
      <span>${clock(order.journey.departure)} ${name} · ${phone}${pin ? ` · PIN ${pin}` : ""}</span>
      <button type="button" class="button quiet" onClick=${() => onCancel(order.id)}>${text.cancel}</button></li>`)}</ul></section>`;
}

/** @param {{fleet: Duty[]}} props */
function Fleet({ fleet }) {
  const text = words().staff;
  return html`<section class="card"><h2>${text.fleet}</h2>
    <ul class="later">${fleet.map(({ vehicle, stops, on_board, delay_s }) => html`<li key=${vehicle.id}>
      <span><strong>${vehicle.name}</strong> · ${text.onBoard}: ${on_board}${delay_s ? ` · +${delay_s / 60} min` : ""}</span>
      <span>${stops[0] ? `${stops[0].name} ${clock(stops[0].arrive)}` : text.nothing}</span></li>`)}</ul></section>`;
}

/** @param {{onOut: () => void}} props */
function Desk({ onOut }) {
  const text = words().staff;
  const [journeys, setJourneys] = useState(/** @type {Journey[] | null} */ (null));
  const [chosen, setChosen] = useState(/** @type {Journey | null} */ (null));
  const [booking, setBooking] = useState(/** @type {AgentBooking | null} */ (null));
  const [bookings, setBookings] = useState(/** @type {AgentBooking[]} */ ([]));
  const [fleet, setFleet] = useState(/** @type {Duty[]} */ ([]));
  const [problem, setProblem] = useState(/** @type {import("../api.js").Problem | null} */ (null));
  /** @type {Fail} */
  const fail = (error) => {
    if (!session()) onOut();
    setProblem(asProblem(error));
  };
  const look = () => {
    call("GET", "/v1/agent/bookings").then((answer) => setBookings(answer.bookings), fail);
    call("GET", "/v1/agent/fleet").then((answer) => setFleet(answer.vehicles), fail);
  };
  useEffect(() => {
    look();
    const timer = setInterval(look, 10000);
    return () => clearInterval(timer);
  }, []);
  /** @param {AgentBooking} made */
  const booked = (made) => {
    setBooking(made);
    setChosen(null);
    setJourneys(null);
    setProblem(null);
    look();
  };
  /** @param {string} id */
  const cancel = (id) => void call("POST", `/v1/agent/bookings/${id}/cancel`, undefined, crypto.randomUUID()).then(look, fail);
  return html`<main class="staff staff-wide" id="main">
    <header class="staff-head"><h1>${text.book}</h1>
      <button type="button" class="button quiet" onClick=${() => { keepSession(null); onOut(); }}>${text.signOut}</button></header>
    <${ProblemNote} problem=${problem} />
    ${booking && html`<${Said} booking=${booking} />`}
    <${Search} onFound=${(/** @type {Journey[]} */ found) => { setJourneys(found); setChosen(null); setProblem(null); }} onFail=${fail} />
    ${chosen ? html`<${Book} key=${chosen.token} journey=${chosen} onBooked=${booked} onFail=${fail} />` : journeys && html`<section class="card"><${Found} journeys=${journeys} onChoose=${setChosen} /></section>`}
    <${Fleet} fleet=${fleet} />
    <${Bookings} bookings=${bookings} onCancel=${cancel} />
  </main>`;
}

function App() {
  const [inside, setInside] = useState(session()?.role === "dispatcher");
  if (!inside) return html`<${StaffSignIn} role="dispatcher" title=${words().staff.agent} onDone=${() => setInside(true)} />`;
  return html`<${Desk} onOut=${() => setInside(false)} />`;
}

void start(App);
