// The inspector's page: a photograph or a text in, a verdict out, all of it on the device.

import { html, render, useEffect, useState } from "../app/html.js";
import { toText } from "../app/ticket/bytes.js";
import { canCheck, inspect, ticketBytes } from "./check.js";
import * as kept from "./kept.js";
import { prepare, readCode } from "./reader.js";
import { VerdictView } from "./verdict.js";
import { german, words } from "./words.js";

/** @typedef {import("./check.js").Verdict} Verdict */

/** @type {Verdict} */
const NOTHING_SEEN = { ok: false, reason: "NoTicketInImage", ticket: null, checkIn: null, shownAt: null, pin: "", list: null };

/** @returns {Promise<{lat: number, lon: number} | {}>} About where the device is, where it may say so. */
async function place() {
  const state = await navigator.permissions?.query({ name: "geolocation" }).catch(() => null);
  if (state?.state !== "granted") return {};
  return new Promise((done) =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => done({ lat: Math.round(coords.latitude * 100) / 100, lon: Math.round(coords.longitude * 100) / 100 }),
      () => done({}),
      { maximumAge: 120_000, timeout: 2_000 },
    ),
  );
}

/** @param {Uint8Array<ArrayBuffer> | null} bytes @param {number} at  When the code was seen. */
async function judge(bytes, at) {
  const known = kept.keys();
  if (!bytes || !known) return NOTHING_SEEN;
  const verdict = await inspect(bytes, { ...known, revocations: await kept.revocations(), now: at });
  const ticket = toText(ticketOf(bytes)) || "AA";
  const look = { ticket, at: new Date(at).toISOString(), reason: verdict.reason, ...(await place()) };
  kept.addLook({ ...look, verdict: verdict.ok ? "accepted" : "refused" });
  return verdict;
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
function ticketOf(bytes) {
  try {
    return ticketBytes(bytes).slice(0, 1200);
  } catch {
    return bytes.slice(0, 1200);
  }
}

/** @param {{onDone: () => void}} props */
function SignIn({ onDone }) {
  const [wrong, setWrong] = useState(false);
  /** @param {SubmitEvent} event */
  const send = async (event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const done = await kept.signIn(String(form.get("name")), String(form.get("secret"))).catch(() => false);
    setWrong(!done);
    if (done) onDone();
  };
  return html`<details><summary>${words.signIn}</summary><form class="fields" onSubmit=${send}>
    <label>${words.name}<input name="name" autocomplete="username" required /></label>
    <label>${words.secret}<input name="secret" type="password" autocomplete="current-password" required /></label>
    ${wrong && html`<p class="ask" role="alert">${words.wrong}</p>`}
    <button class="button quiet">${words.signIn}</button></form></details>`;
}

/** @param {{onSync: () => void, onSession: () => void}} props */
function Stock({ onSync, onSession }) {
  const [keys, looks, session] = [kept.keys(), kept.looks(), kept.session()];
  return html`<footer class="stock">
    <p>${keys ? words.keys(keys.keys.length) : words.noKeys} <button class="button quiet" onClick=${onSync}>${words.refresh}</button></p>
    ${looks.length > 0 && html`<p class="waiting">${words.waiting(looks.length)}</p>`}
    ${session ? html`<p>${words.signedIn(session.name)}</p>` : html`<${SignIn} onDone=${onSession} />`}
  </footer>`;
}

function Inspector() {
  const [seen, setSeen] = useState(/** @type {{verdict: Verdict, at: number} | null} */ (null));
  const [, setTurn] = useState(0);
  const refresh = () => setTurn((turn) => turn + 1);
  const handIn = () => kept.handIn().catch(() => undefined).then(refresh);
  const sync = () => kept.sync().then(refresh).then(handIn);
  /** @param {Uint8Array<ArrayBuffer> | null} bytes @param {number} at */
  const check = async (bytes, at) => {
    setSeen({ verdict: await judge(bytes, at), at });
    void handIn();
  };
  /** @param {Event} event */
  const photographed = async (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const [image] = input.files ?? [];
    if (!image) return;
    // The moment of the photograph, not of the end of reading it: codes on phones are young.
    const at = Date.now();
    await check(await readCode(image).catch(() => null), at);
    input.value = "";
  };
  /** @param {SubmitEvent} event */
  const typed = async (event) => {
    event.preventDefault();
    const text = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("ticket")).trim();
    await check(new TextEncoder().encode(text), Date.now());
  };
  useEffect(() => {
    void sync();
    addEventListener("online", sync);
    return () => removeEventListener("online", sync);
  }, []);
  return html`<main class="staff inspector"><h1>${words.title}</h1>
    <label class="button primary wide">${words.take}<input class="visually-hidden" type="file" accept="image/*" capture="environment" onChange=${photographed} /></label>
    ${seen && html`<${VerdictView} verdict=${seen.verdict} at=${seen.at} />`}
    <details><summary>${words.or}</summary><form class="fields" onSubmit=${typed}>
      <textarea name="ticket" rows="4" aria-label=${words.or} required></textarea>
      <button class="button quiet">${words.check}</button></form></details>
    <${Stock} onSync=${sync} onSession=${handIn} /></main>`;
}

document.documentElement.lang = german ? "de" : "en";
document.title = `kommit: ${words.title}`;
const root = /** @type {HTMLElement} */ (document.getElementById("app"));
if (await canCheck()) render(html`<${Inspector} />`, root);
else render(html`<main class="staff"><p class="note">${words.unable}</p></main>`, root);
void prepare();
if ("serviceWorker" in navigator) void navigator.serviceWorker.register("sw.js").catch(() => undefined);
