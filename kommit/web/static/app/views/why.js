// Why no shuttle is offered for the question: asked for when the rider wants to know.

import { api } from "../api.js";
import { dayAndClock } from "../format.js";
import { html, useEffect, useState } from "../html.js";
import { language, words } from "../i18n.js";
import { readServices, services } from "../on_demand.js";
import { asProblem, explain } from "../plan.js";
import { useStore } from "../store.js";
import { Busy, ProblemNote } from "./problem.js";

/** @typedef {import("../contract.js").Explained} Explained */
/** @typedef {import("../api.js").Problem} Problem */

/** @param {{reason: Explained}} props */
function Reason({ reason }) {
  return html`<li data-code=${reason.code}><strong>${reason.text[language()]}</strong>
    <span class="small muted">${reason.from} – ${reason.to}, <time datetime=${reason.at}>${dayAndClock(reason.at)}</time></span></li>`;
}

/** @param {{question: import("../route.js").Question}} props */
function Reasons({ question }) {
  const [reasons, setReasons] = useState(/** @type {Explained[] | null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem | null} */ (null));
  const read = () => {
    setProblem(null);
    return explain(question).then(setReasons, (error) => setProblem(asProblem(error)));
  };
  useEffect(() => void read(), []);
  if (problem) return html`<${ProblemNote} problem=${problem} onRetry=${read} />`;
  if (!reasons) return html`<${Busy} text=${words().searching} />`;
  if (!reasons.length) return html`<p class="small muted">${words().whyUnknown}</p>`;
  return html`<ul>${reasons.map((reason) => html`<${Reason} key=${`${reason.service_id} ${reason.code}`} reason=${reason} />`)}</ul>`;
}

/** @param {{question: import("../route.js").Question}} props  Nothing where there are no shuttles. */
export function WhyNoShuttle({ question }) {
  const known = useStore(services).services.length > 0;
  const [open, setOpen] = useState(false);
  useEffect(() => void readServices(), []);
  if (!known) return null;
  return html`<details class="shared-list why" onToggle=${(/** @type {any} */ event) => setOpen(event.target.open)}>
    <summary><h2>${words().whyNoShuttle}</h2></summary>
    ${open && html`<${Reasons} question=${question} />`}
  </details>`;
}
