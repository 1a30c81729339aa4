// What an inspector's device takes along: keys, the list of revoked tickets, and what was seen.

import { toBytes, toText } from "../app/ticket/bytes.js";
import { readRevocations } from "./check.js";

const KEYS = "kommit.inspector.keys";
const LIST = "kommit.inspector.list";
const LOOKS = "kommit.inspector.looks";
const DEVICE = "kommit.inspector.device";
const SESSION = "kommit.inspector.session";
const BATCH = 50;

/** @typedef {import("./check.js").Key} Key */
/** @typedef {{keys: Key[], freshness: import("./check.js").Freshness}} KeysDocument */
/** @typedef {{id: string, ticket: string, at: string, verdict: "accepted" | "refused", reason: string, device: string,
 *   lat?: number, lon?: number}} Look */
/** @typedef {{token: string, name: string, role: string}} Session */

/** @template T @param {string} place @returns {T | null} */
function kept(place) {
  try {
    return JSON.parse(localStorage.getItem(place) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} place @param {unknown} value */
const keep = (place, value) => (value === null ? localStorage.removeItem(place) : localStorage.setItem(place, JSON.stringify(value)));

/** @returns {KeysDocument | null} */
export const keys = () => kept(KEYS);

/** @returns {Promise<import("./check.js").Revocations | null>} */
export async function revocations() {
  const list = /** @type {string | null} */ (kept(LIST));
  return list === null ? null : readRevocations(toBytes(list), keys()?.keys ?? []);
}

/** @returns {Promise<boolean>} Whether keys and list were renewed; a damaged list never replaces a good one. */
export async function sync() {
  try {
    const document = await (await asked("/v1/ticket-keys")).json();
    const answer = await asked("/v1/ticket-revocations", { headers: { Accept: "application/octet-stream" }, cache: "no-cache" });
    const list = new Uint8Array(await answer.arrayBuffer());
    keep(KEYS, document);
    if (!(await readRevocations(list, document.keys))) return false;
    keep(LIST, toText(list));
    return true;
  } catch {
    return false;
  }
}

/** @param {string} path @param {RequestInit} [options] */
async function asked(path, options) {
  const answer = await fetch(path, options);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
}

/** @returns {string} A name of this device, made once. */
export function device() {
  const name = kept(DEVICE) ?? crypto.randomUUID();
  keep(DEVICE, name);
  return /** @type {string} */ (name);
}

/** @returns {Look[]} What was not handed in yet. */
export const looks = () => kept(LOOKS) ?? [];

/** @param {Omit<Look, "id" | "device">} look */
export const addLook = (look) => keep(LOOKS, [...looks(), { ...look, id: crypto.randomUUID(), device: device() }]);

/** @returns {Session | null} */
export const session = () => kept(SESSION);

/** @param {string} name @param {string} secret @returns {Promise<boolean>} */
export async function signIn(name, secret) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch("/v1/staff/sessions", { method: "POST", headers, body: JSON.stringify({ name, secret }) });
  const made = answer.ok ? await answer.json() : null;
  if (made?.role !== "inspector") return false;
  keep(SESSION, made);
  return true;
}

/** Hand in what was seen, oldest first; what the server takes is forgotten here. */
export async function handIn() {
  const token = session()?.token;
  for (let batch = looks().slice(0, BATCH); token && batch.length; batch = looks().slice(0, BATCH)) {
    const headers = { "Content-Type": "application/json", Authorization: `Bearer ${token}` };
    const answer = await fetch("/v1/inspections", { method: "POST", headers, body: JSON.stringify({ events: batch }) });
    if (answer.status === 401) keep(SESSION, null);
    if (!answer.ok) return;
    const done = new Set(batch.map(({ id }) => id));
    keep(LOOKS, looks().filter(({ id }) => !done.has(id)));
  }
}
