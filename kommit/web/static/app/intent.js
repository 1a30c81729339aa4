// Idempotency keys: one for each thing the rider means to do, the same on every retry.
// A key lives until the server has given a final answer; a reload in between keeps it.

const PREFIX = "kommit.intent.";

/** @returns {string} A random key; randomUUID needs a secure context, getRandomValues does not. */
function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {string} intent  What is meant, such as `hold OFFER_ID`.
 * @returns {string}
 */
export function keyOf(intent) {
  const kept = sessionStorage.getItem(PREFIX + intent);
  if (kept) return kept;
  const key = randomKey();
  sessionStorage.setItem(PREFIX + intent, key);
  return key;
}

/** @param {string} intent  It was answered for good: meaning it again is a new intention. */
export function settle(intent) {
  sessionStorage.removeItem(PREFIX + intent);
}
