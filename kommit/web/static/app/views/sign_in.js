// Sign in, or make an account: one form, two ways.

import { api } from "../api.js";
import { html, useId, useState } from "../html.js";
import { words } from "../i18n.js";
import { asProblem } from "../plan.js";
import { setSession } from "../session.js";
import { ProblemNote } from "./problem.js";

const MIN_PASSWORD = 10;

/**
 * @param {{label: string, name: string, type: string, autocomplete: string, hint?: string,
 *   minlength?: number}} props
 */
function Field({ label, name, type, autocomplete, hint, minlength }) {
  const id = useId();
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <input id=${id} name=${name} type=${type} autocomplete=${autocomplete} required minlength=${minlength}
      aria-describedby=${hint ? `${id}-hint` : undefined} />
    ${hint && html`<p class="small muted" id=${`${id}-hint`}>${hint}</p>`}
  </div>`;
}

/** @param {{fresh: boolean, onChange: (fresh: boolean) => void}} props */
function Which({ fresh, onChange }) {
  return html`<fieldset class="segments"><legend class="visually-hidden">${words().account}</legend>
    ${[true, false].map((value) => html`<label class="segment">
      <input type="radio" name="which" checked=${fresh === value} onChange=${() => onChange(value)} />
      <span>${value ? words().noAccount : words().haveAccount}</span></label>`)}
  </fieldset>`;
}

/** @param {{title: string}} props */
export function SignIn({ title }) {
  const [fresh, setFresh] = useState(true);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {import("../api.js").Problem | null} */ (null));
  /** @param {SubmitEvent} event */
  const submitted = async (event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(null);
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const value = (/** @type {string} */ name) => String(form.get(name) ?? "").trim();
    const who = { email: value("email"), password: String(form.get("password")) };
    try {
      const { rider, token } = await (fresh ? api.register({ ...who, name: value("name") }) : api.signIn(who));
      setSession({ rider, token });
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return html`<section class="card" aria-labelledby="sign-in">
    <h2 id="sign-in">${title}</h2>
    <${Which} fresh=${fresh} onChange=${setFresh} />
    <form class="fields" onSubmit=${submitted}>
      ${fresh && html`<${Field} label=${words().name} name="name" type="text" autocomplete="name" />`}
      <${Field} label=${words().email} name="email" type="email" autocomplete="email" />
      <${Field} label=${words().password} name="password" type="password" autocomplete=${fresh ? "new-password" : "current-password"}
        hint=${fresh ? words().passwordHint : undefined} minlength=${fresh ? MIN_PASSWORD : undefined} />
      <${ProblemNote} problem=${problem} />
      <button type="submit" class="button primary wide" aria-disabled=${busy ? "true" : undefined}>${fresh ? words().create : words().signIn}</button>
    </form>
  </section>`;
}
