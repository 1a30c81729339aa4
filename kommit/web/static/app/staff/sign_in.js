// Signing in as driver or dispatcher.

import { html, useState } from "../html.js";
import { words } from "../i18n.js";
import { asProblem } from "../plan.js";
import { ProblemNote } from "../views/problem.js";
import { call, keepSession } from "./client.js";

/** @param {{role: string, title: string, onDone: () => void}} props */
export function StaffSignIn({ role, title, onDone }) {
  const [problem, setProblem] = useState(/** @type {import("../api.js").Problem | null} */ (null));
  const [wrong, setWrong] = useState(false);
  /** @param {SubmitEvent} event */
  const send = async (event) => {
    event.preventDefault();
    setProblem(null);
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    try {
      const made = await call("POST", "/v1/staff/sessions", { name: form.get("name"), secret: form.get("secret") });
      setWrong(made.role !== role);
      if (made.role !== role) return;
      keepSession(made);
      onDone();
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  const text = words().staff;
  return html`<main class="staff" id="main"><h1>${title}</h1>
    <form class="card fields" onSubmit=${send}>
      <div class="field"><label>${text.name}<input name="name" autocomplete="username" required /></label></div>
      <div class="field"><label>${text.secret}<input name="secret" type="password" autocomplete="current-password" required /></label></div>
      ${wrong && html`<p class="note note-ask" role="alert">${text.wrongRole}</p>`}
      <${ProblemNote} problem=${problem} />
      <button class="button primary wide">${text.signIn}</button>
    </form></main>`;
}
