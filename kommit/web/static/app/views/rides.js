// The rides on demand of an order, live: PIN, when the vehicle comes, and what the rider thinks of it.

import { api } from "../api.js";
import { clock } from "../format.js";
import { html, useEffect, useState } from "../html.js";
import { language, words } from "../i18n.js";
import { Icon } from "../icons.js";
import { listen } from "../live_orders.js";
import { mine } from "../on_demand.js";
import { asProblem } from "../plan.js";
import { ProblemNote } from "./problem.js";

/** @typedef {import("../contract.js").OrderRide} OrderRide */

const STARS = [1, 2, 3, 4, 5];

/**
 * Rides of an order, as the server tells of them; asked for again where no stream comes through.
 *
 * @param {string} id
 * @returns {[OrderRide[], () => Promise<void>]}
 */
function useRides(id) {
  const [rides, setRides] = useState(/** @type {OrderRide[]} */ ([]));
  const read = () => api.rides(id).then((answer) => setRides(answer.rides), () => {});
  useEffect(() => {
    const lost = () => void read();
    lost();
    return listen(id, { rides: setRides, lost });
  }, [id]);
  return [rides, read];
}

/** @param {{id: string, ride: OrderRide, onRated: () => Promise<void>}} props */
function Rating({ id, ride, onRated }) {
  const [stars, setStars] = useState(0);
  const [problem, setProblem] = useState(/** @type {import("../api.js").Problem | null} */ (null));
  if (ride.rating) return html`<p class="with-icon"><${Icon} name="check" />${words().rated(ride.rating)}</p>`;
  /** @param {SubmitEvent} event */
  const send = async (event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    try {
      await api.rate(id, { leg: ride.leg, stars, comment: String(form.get("comment") ?? "").trim() || null });
      await onRated();
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return html`<form class="fields rating" onSubmit=${send}>
    <fieldset class="stars"><legend>${words().rateRide}</legend>
      ${STARS.map((star) => html`<label class="star" key=${star}>
        <input type="radio" name="stars" value=${star} checked=${stars === star} onChange=${() => setStars(star)} />
        <span aria-hidden="true">${star <= stars ? "★" : "☆"}</span><span class="visually-hidden">${words().starCount(star)}</span></label>`)}
    </fieldset>
    <div class="field"><label>${words().comment}<input name="comment" type="text" maxlength="1000" autocomplete="off" /></label></div>
    <button class="button" disabled=${!stars}>${words().sendRating}</button>
    <${ProblemNote} problem=${problem} />
  </form>`;
}

/** @param {{id: string, ride: OrderRide, onRated: () => Promise<void>}} props */
function Ride({ id, ride, onRated }) {
  const live = ride.state === "booked" || ride.state === "on_board";
  return html`<section class="card shuttle-ride" aria-label=${ride.service.name} data-state=${ride.state} data-located=${vehicleOf(ride).length ? "true" : undefined}>
    <h2>${ride.service.name}</h2>
    <p><span class="state state-open">${words().rideStates[ride.state] ?? ride.state}</span></p>
    ${ride.notices.map(({ code, text }) => html`<p class="note note-ask" key=${code} role="status"><${Icon} name="clock" />${text[language()]}</p>`)}
    ${live && html`<dl class="pairs">
      <div><dt>${ride.pickup.name}</dt><dd>${clock(ride.pickup_from)} – ${clock(ride.pickup_until)}</dd></div>
      ${ride.eta_pickup && ride.state === "booked" && html`<div><dt>${words().comesAt}</dt><dd><time datetime=${ride.eta_pickup}>${clock(ride.eta_pickup)}</time></dd></div>`}
      <div><dt>${ride.drop_off.name}</dt><dd>${words().byTime(clock(ride.arrival_until))}</dd></div>
      ${ride.vehicle?.name && html`<div><dt>${words().vehicle}</dt><dd>${ride.vehicle.name}${ride.vehicle.at && html`${" "}<span class="small muted">${words().seenAt(clock(ride.vehicle.at))}</span>`}</dd></div>`}
    </dl>`}
    ${ride.state === "booked" && html`<p class="pin"><span class="small muted">${words().pinHint}</span><strong aria-label=${ride.pin.split("").join(" ")}>${ride.pin}</strong></p>`}
    ${ride.state === "done" && html`<${Rating} id=${id} ride=${ride} onRated=${onRated} />`}
  </section>`;
}

/** @param {OrderRide} ride @returns {import("../on_demand.js").VehicleNow[]} Where its vehicle is, while it matters. */
function vehicleOf({ leg, state, service, vehicle }) {
  const live = state === "booked" || state === "on_board";
  if (!live || vehicle?.lat == null || vehicle.lon == null) return [];
  return [{ key: `${leg} ${vehicle.name}`, lat: vehicle.lat, lon: vehicle.lon, color: service.color }];
}

/** @param {{id: string}} props */
export function Rides({ id }) {
  const [rides, read] = useRides(id);
  useEffect(() => mine.set({ vehicles: rides.flatMap(vehicleOf) }), [rides]);
  useEffect(() => () => mine.set({ vehicles: [] }), []);
  return html`${rides.map((ride) => html`<${Ride} key=${`${ride.leg}`} id=${id} ride=${ride} onRated=${read} />`)}`;
}
