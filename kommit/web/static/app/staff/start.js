// How a staff page begins: with what the region is, or with what keeps it from being read.

import { html, render } from "../html.js";
import { language } from "../i18n.js";
import { asProblem } from "../plan.js";
import { readRegion } from "../region.js";
import { ProblemNote } from "../views/problem.js";

/** @param {() => any} App */
export async function start(App) {
  const root = /** @type {HTMLElement} */ (document.getElementById("app"));
  document.documentElement.lang = language();
  try {
    await readRegion();
    render(html`<${App} />`, root);
  } catch (error) {
    render(html`<main class="staff"><${ProblemNote} problem=${asProblem(error)} onRetry=${() => location.reload()} /></main>`, root);
  }
}
