// The driver's page: the next stop, who gets on and off, and what went otherwise than planned.

import { clock, money } from "../format.js";
import { html, useEffect, useState } from "../html.js";
import { words } from "../i18n.js";
import { asProblem } from "../plan.js";
import { ProblemNote } from "../views/problem.js";
import { call, enqueue, flush, keepSession, session, waiting } from "./client.js";
import { StaffSignIn } from "./sign_in.js";
import { start } from "./start.js";

/** @typedef {import("../contract.js").Duty} Duty */
/** @typedef {import("../contract.js").DutyTask} DutyTask */
/** @typedef {(body: Record<string, unknown>) => Promise<void>} Report */

const POLL_MS = 5000;
const POSITION_MS = 10000;
const DELAYS = [5, 10, 20];
const PIN = /^\d{4}$/;

/** @param {{task: DutyTask, report: Report}} props */
function Task({ task, report }) {
  const text = words().staff;
  const boards = task.action === "pick_up";
  const missed = boards && new Date(task.pickup_until) <= new Date();
  /** @param {SubmitEvent} event */
  const board = (event) => {
    event.preventDefault();
    const code = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("code") ?? "").trim();
    void report({ type: "boarded", ride: task.ride, ...(PIN.test(code) ? { pin: code } : { ticket: code }) });
  };
  return html`<li class="task" data-ride=${task.ride} data-action=${task.action}>
    <p class="task-who">${task.name} ${boards ? text.getsOn : text.getsOff}</p>
    <p class="muted">${text.party(task.party.seats)}${task.party.wheelchairs ? ` · ♿ ${task.party.wheelchairs}` : ""}${" · "}${text.until} ${clock(boards ? task.pickup_until : task.arrival_until)}
      ${task.phone && html` · <a href=${`tel:${task.phone}`}>${task.phone}</a>`}</p>
    ${boards && task.pay_on_board && html`<p><strong>${text.collect}: ${money(task.pay_on_board)}</strong></p>`}
    ${boards && html`<form class="task-pin" onSubmit=${board}>
      <input name="code" aria-label=${text.pin} placeholder=${text.pin} inputmode="numeric" autocomplete="off" required />
      <button class="button primary">${text.board}</button></form>`}
    ${!boards && html`<button type="button" class="button primary" onClick=${() => report({ type: "dropped_off", ride: task.ride })}>${text.dropOff}</button>`}
    ${missed && html`<button type="button" class="button quiet" onClick=${() => report({ type: "no_show", ride: task.ride })}>${text.noShow}</button>`}
  </li>`;
}

/** @param {{duty: Duty, report: Report}} props */
function Next({ duty, report }) {
  const text = words().staff;
  const [stop, ...later] = duty.stops;
  if (!stop) return html`<section class="card"><p>${text.nothing}</p></section>`;
  return html`<section class="card next-stop" aria-label=${text.next}>
      <p class="muted">${text.next}</p>
      <h2>${stop.name}</h2>
      <p class="next-time"><time datetime=${stop.arrive}>${clock(stop.arrive)}</time></p>
      <p><a class="button quiet wide" href=${`geo:${stop.lat},${stop.lon}?q=${stop.lat},${stop.lon}`}>${text.navigate}</a></p>
      <ul>${stop.tasks.map((task) => html`<${Task} key=${`${task.ride}${task.action}`} task=${task} report=${report} />`)}</ul>
    </section>
    ${later.length > 0 && html`<section class="card"><h2>${text.later}</h2>
      <ol class="later">${later.map((one) => html`<li><span>${one.name}</span><time datetime=${one.arrive}>${clock(one.arrive)}</time></li>`)}</ol></section>`}`;
}

/** @param {{duty: Duty, report: Report}} props */
function Otherwise({ duty, report }) {
  const text = words().staff;
  const [sure, setSure] = useState(false);
  const state = duty.vehicle.state;
  if (state === "broken") return html`<button type="button" class="button primary" onClick=${() => report({ type: "repaired" })}>${text.repaired}</button>`;
  return html`<section class="card"><h2>${text.delay}</h2>
      <div class="quick">${DELAYS.map((minutes) => html`<button type="button" class="button quiet" onClick=${() => report({ type: "delay", minutes })}>+${minutes} min</button>`)}</div></section>
    <div class="quick">
      <button type="button" class="button quiet" onClick=${() => report({ type: state === "break" ? "break_end" : "break_begin" })}>${state === "break" ? text.goOn : text.rest}</button>
      <button type="button" class="button quiet" onClick=${() => (sure ? void report({ type: "breakdown" }) : setSure(true))}>${sure ? text.surely : text.breakdown}</button>
    </div>`;
}

/** Send where the vehicle is, as far as the browser may. */
function usePosition() {
  useEffect(() => {
    if (!navigator.geolocation) return;
    let sent = 0;
    const watch = navigator.geolocation.watchPosition(({ coords }) => {
      if (Date.now() - sent < POSITION_MS) return;
      sent = Date.now();
      call("POST", "/v1/driver/position", {
        lat: coords.latitude, lon: coords.longitude, bearing: coords.heading, speed_mps: coords.speed,
      }).catch(() => {});
    }, () => {}, { enableHighAccuracy: true });
    return () => navigator.geolocation.clearWatch(watch);
  }, []);
}

/** @param {{onOut: () => void}} props */
function Day({ onOut }) {
  const text = words().staff;
  const [duty, setDuty] = useState(/** @type {Duty | null} */ (null));
  const [problem, setProblem] = useState(/** @type {import("../api.js").Problem | null} */ (null));
  const [left, setLeft] = useState(waiting().length);
  usePosition();
  const look = async () => {
    try {
      setDuty((await flush()) ?? (await call("GET", "/v1/driver/duty")));
      setProblem(null);
    } catch (error) {
      if (!session()) onOut();
      setProblem(asProblem(error));
    }
    setLeft(waiting().length);
  };
  useEffect(() => {
    void look();
    const timer = setInterval(look, POLL_MS);
    return () => clearInterval(timer);
  }, []);
  /** @type {Report} */
  const report = async (body) => {
    enqueue(body);
    await look();
  };
  const out = () => {
    keepSession(null);
    onOut();
  };
  return html`<main class="staff" id="main">
    <header class="staff-head"><h1>${duty?.vehicle.name ?? session()?.name}</h1>
      <button type="button" class="button quiet" onClick=${out}>${text.signOut}</button></header>
    ${duty && html`<p class="muted">${text.onBoard}: ${duty.on_board} · ${text.done}: ${duty.done}${duty.delay_s ? ` · +${duty.delay_s / 60} min` : ""}</p>`}
    ${left > 0 && html`<p class="note note-ask" role="status">${text.waiting}: ${left}</p>`}
    ${problem?.slug === "no-duty" ? html`<p class="card">${text.noDuty}</p>` : html`<${ProblemNote} problem=${problem} onRetry=${look} />`}
    ${duty && html`<${Next} duty=${duty} report=${report} /><${Otherwise} duty=${duty} report=${report} />`}
  </main>`;
}

function App() {
  const [inside, setInside] = useState(session()?.role === "driver");
  if (!inside) return html`<${StaffSignIn} role="driver" title=${words().staff.driver} onDone=${() => setInside(true)} />`;
  return html`<${Day} onOut=${() => setInside(false)} />`;
}

void start(App);
