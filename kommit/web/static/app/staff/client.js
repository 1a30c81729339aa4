// The API for staff: a session of their own, and events that wait until there is a network again.

import { Problem } from "../api.js";

const SESSION = "kommit.staff";
const QUEUE = "kommit.staff.queue";

/** @typedef {{token: string, role: string, name: string, service_id: string, vehicle_id: string | null}} StaffSession */
/** @typedef {{key: string, body: Record<string, unknown>}} Waiting */

/** @returns {StaffSession | null} */
export function session() {
  try {
    return JSON.parse(localStorage.getItem(SESSION) ?? "null");
  } catch {
    return null;
  }
}

/** @param {StaffSession | null} value */
export function keepSession(value) {
  if (value) localStorage.setItem(SESSION, JSON.stringify(value));
  else localStorage.removeItem(SESSION);
}

/** @returns {Waiting[]} Events that were not sent yet, oldest first. */
export function waiting() {
  try {
    return JSON.parse(localStorage.getItem(QUEUE) ?? "[]");
  } catch {
    return [];
  }
}

/** @param {Waiting[]} events */
const keepWaiting = (events) => localStorage.setItem(QUEUE, JSON.stringify(events));

/**
 * @param {string} method @param {string} path
 * @param {unknown} [body] @param {string} [key]
 * @returns {Promise<any>}
 * @throws {Problem}
 */
export async function call(method, path, body, key) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  const token = session()?.token;
  if (token) headers["Authorization"] = `Bearer ${token}`;
  const answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) }).catch(() => {
    throw new Problem({ type: "offline" });
  });
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  if (answer.status === 401) keepSession(null);
  throw new Problem({ title: answer.statusText, ...(await answer.json().catch(() => ({}))), status: answer.status });
}

/** @param {Record<string, unknown>} body  Put an event behind those that wait. */
export function enqueue(body) {
  keepWaiting([...waiting(), { key: crypto.randomUUID(), body }]);
}

/**
 * Send what waits, in order; what the server refuses for good is dropped and told.
 *
 * @returns {Promise<any>} The duty after the last event, or null where nothing waited.
 * @throws {Problem}
 */
export async function flush() {
  let duty = null;
  for (let [event] = waiting(); event; [event] = waiting()) {
    try {
      duty = await call("POST", "/v1/driver/events", event.body, event.key);
    } catch (error) {
      const gone = error instanceof Problem && (error.status === 0 || error.status >= 500 || error.status === 429);
      if (!gone) keepWaiting(waiting().slice(1));
      throw error;
    }
    keepWaiting(waiting().slice(1));
  }
  return duty;
}
