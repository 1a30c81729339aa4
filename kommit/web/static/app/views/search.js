// The start: from where, to where, when.

import { drafts, finished, setEnd, swapEnds, takeTyped } from "../draft.js";
import { html, useState } from "../html.js";
import { language, words } from "../i18n.js";
import { Icon } from "../icons.js";
import { placeNamed } from "../places.js";
import { region } from "../region.js";
import { go, planHash } from "../route.js";
import { useStore } from "../store.js";
import { wallClock } from "../zone.js";
import { Options } from "./options.js";
import { PlaceField } from "./place_field.js";
import { SharedList } from "./shared.js";
import { Title } from "./title.js";

/** @param {"now" | "depart" | "arrive"} kind */
function chooseKind(kind) {
  const [date = "", time = ""] = wallClock(Date.now(), region().time_zone).split("T");
  const draft = drafts.get();
  drafts.set({ kind, date: draft.date || date, time: draft.time || time });
}

/** @param {{draft: import("../draft.js").Draft}} props */
function WhenFields({ draft }) {
  const { valid_from, valid_until } = region();
  /** @param {"date" | "time"} field */
  const changed = (field) => (/** @type {Event} */ event) =>
    drafts.set({ [field]: /** @type {HTMLInputElement} */ (event.target).value });
  return html`<div class="when-fields">
    <label>${words().date}
      <input type="date" name="date" required min=${valid_from.slice(0, 10)} max=${valid_until.slice(0, 10)}
        value=${draft.date} onInput=${changed("date")} /></label>
    <label>${words().time}
      <input type="time" name="time" required value=${draft.time} onInput=${changed("time")} /></label>
  </div>`;
}

/** @param {{draft: import("../draft.js").Draft}} props */
function When({ draft }) {
  return html`<fieldset class="when">
    <legend>${words().when}</legend>
    <div class="segments">
      ${/** @type {const} */ (["now", "depart", "arrive"]).map((kind) => html`<label class="segment">
        <input type="radio" name="kind" value=${kind} checked=${draft.kind === kind} onChange=${() => chooseKind(kind)} />
        <span>${words()[kind]}</span></label>`)}
    </div>
    ${draft.kind !== "now" && html`<${WhenFields} draft=${draft} />`}
  </fieldset>`;
}

/** @param {import("../contract.js").Example} example */
async function tryExample({ from, to }) {
  const [start, end] = await Promise.all([placeNamed(from), placeNamed(to)]);
  drafts.set({ from: start, to: end });
  const question = finished();
  if (question) go(planHash(question));
}

function Examples() {
  if (!region().examples.length) return null;
  return html`<section class="examples" aria-labelledby="examples">
    <h2 id="examples">${words().examples}</h2>
    <ul>${region().examples.slice(0, 3).map((example) => html`<li>
      <button type="button" class="example" onClick=${() => tryExample(example)}>
        <span>${example.from}</span><${Icon} name="forward" size=${16} /><span>${example.to}</span>
      </button></li>`)}</ul>
  </section>`;
}

export function SearchView() {
  const draft = useStore(drafts);
  const [tried, setTried] = useState(false);
  /** @param {SubmitEvent} event */
  const submitted = async (event) => {
    event.preventDefault();
    await takeTyped();
    setTried(true);
    const question = finished();
    if (question && question.from.id !== question.to.id) return go(planHash(question));
    const missing = question || drafts.get().from ? "to" : "from";
    /** @type {HTMLElement | null} */ (document.querySelector(`input[name=${missing}]`))?.focus();
  };
  const same = draft.from && draft.to && draft.from.id === draft.to.id;
  const missing = (/** @type {unknown} */ spot) => (tried && !spot ? words().placeMissing : "");
  return html`<div class="search">
    <p class="eyebrow">${region().title[language()]}</p>
    <${Title}>${words().planTitle}<//>
    <p class="lead">${words().planLead}</p>
    <form class="card search-form" role="search" onSubmit=${submitted} novalidate=${draft.kind === "now"}>
      <div class="places">
        <${PlaceField} label=${words().from} name="from" spot=${draft.from} typed=${draft.typed.from} locate error=${missing(draft.from)}
          onSpot=${(/** @type {any} */ spot, /** @type {string} */ typed) => setEnd("from", spot, typed)} />
        <button type="button" class="icon-button swap" aria-label=${words().swap} title=${words().swap}
          onClick=${swapEnds}><${Icon} name="swap" /></button>
        <${PlaceField} label=${words().to} name="to" spot=${draft.to} typed=${draft.typed.to} error=${missing(draft.to) || (same && words().samePlace)}
          onSpot=${(/** @type {any} */ spot, /** @type {string} */ typed) => setEnd("to", spot, typed)} />
      </div>
      <${When} draft=${draft} />
      <${Options} />
      <button type="submit" class="button primary wide">${words().search}</button>
    </form>
    <${Examples} />
    <${SharedList} />
  </div>`;
}
