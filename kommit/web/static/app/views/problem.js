// What went wrong, in plain words, and what to do about it.

import { html } from "../html.js";
import { words } from "../i18n.js";
import { Icon } from "../icons.js";

/**
 * @param {import("../api.js").Problem} problem
 * @returns {string} Our own words where we know the problem, else the server's.
 */
export function problemText(problem) {
  /** @type {Record<string, string>} */
  const known = words().problems;
  return known[problem.slug] ?? (problem.detail || problem.title || known.unexpected);
}

/**
 * @param {{problem: import("../api.js").Problem | null, onRetry?: () => void, retry?: string}} props
 */
export function ProblemNote({ problem, onRetry, retry }) {
  if (!problem) return null;
  const fields = problem.slug in words().problems && problem.slug !== "validation" ? [] : problem.errors;
  return html`<div class="note note-bad" role="alert">
    <${Icon} name="alert" />
    <div>
      <p class="note-title">${words().problemTitle}</p>
      <p>${problemText(problem)}</p>
      ${fields.map((field) => html`<p class="small">${[field.loc].flat().join(" › ")}: ${field.msg}</p>`)}
      ${onRetry &&
      html`<button type="button" class="button quiet" onClick=${onRetry}>${retry ?? words().retry}</button>`}
    </div>
  </div>`;
}

/** @param {{text?: string}} props */
export function Busy({ text }) {
  return html`<p class="busy" role="status"><span class="spinner" aria-hidden="true"></span>${text ?? words().loading}</p>`;
}
