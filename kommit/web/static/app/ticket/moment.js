// Level 2 of a ticket: the phone signs this ticket at this moment. See docs/ticket-format.md.

import { join } from "./bytes.js";

const CONTEXT = new TextEncoder().encode("kommit moment\0");
const SIGNING = { name: "ECDSA", hash: "SHA-256" };

/** @param {number} ms  Milliseconds since 1970, in UTC. */
export function timeBytes(ms) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, Math.floor(ms / 1000));
  return bytes;
}

/**
 * @param {Uint8Array<ArrayBuffer>} level1 @param {Uint8Array} time
 * @returns {Promise<Uint8Array<ArrayBuffer>>} What the phone signs.
 */
export async function signedMoment(level1, time) {
  return join(CONTEXT, new Uint8Array(await crypto.subtle.digest("SHA-256", level1)), time);
}

/**
 * @param {Uint8Array<ArrayBuffer>} level1 @param {CryptoKey} key @param {number} ms
 * @returns {Promise<Uint8Array<ArrayBuffer>>} The ticket as the phone shows it.
 */
export async function show(level1, key, ms) {
  const time = timeBytes(ms);
  const signature = await crypto.subtle.sign(SIGNING, key, await signedMoment(level1, time));
  return join(level1, time, new Uint8Array(signature));
}
