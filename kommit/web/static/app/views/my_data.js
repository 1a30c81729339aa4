// The rider's own data: to take along, and to have removed.

import { account } from "../account_api.js";
import { announce } from "../announce.js";
import { save } from "../download.js";
import { html, useState } from "../html.js";
import { words } from "../i18n.js";
import { asProblem } from "../plan.js";
import { setSession } from "../session.js";
import { forgetTickets } from "../tickets.js";
import { ProblemNote } from "./problem.js";

export function MyData() {
  const { sale, password } = words();
  const [problem, setProblem] = useState(/** @type {import("../api.js").Problem | null} */ (null));
  /** @param {() => Promise<unknown>} work */
  const run = async (work) => {
    setProblem(null);
    await work().catch((error) => setProblem(asProblem(error)));
  };
  /** @param {SubmitEvent} event */
  const remove = (event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    void run(async () => {
      await account.remove(String(form.get("password")));
      forgetTickets();
      setSession(null);
      announce(sale.removed);
    });
  };
  return html`<section class="card" aria-labelledby="my-data"><h2 id="my-data">${sale.myData}</h2>
    <button type="button" class="button quiet" onClick=${() => run(async () => save(await account.data(), "kommit.json"))}>${sale.exportData}</button>
    <details><summary>${sale.removeAccount}</summary><form class="fields" onSubmit=${remove}>
      <p>${sale.removeHint}</p>
      <div class="field"><label>${password}<input name="password" type="password" required autocomplete="current-password" /></label></div>
      <button class="button danger">${sale.removeSurely}</button></form></details>
    <${ProblemNote} problem=${problem} /></section>`;
}
