// A ticket that is valid on this phone alone: a key that never leaves it, and a code drawn anew every
// few seconds, with the moment signed into it. It needs no network. See docs/ticket-format.md.

import { api } from "./api.js";
import { aztec, pathOf } from "./ticket/aztec.js";
import { toBytes, toText } from "./ticket/bytes.js";
import { show } from "./ticket/moment.js";

const BASE = "kommit";
const KEYS = "keys";
const PHONE = "phone";
const MARGIN = 2;

/** @typedef {import("./contract.js").Ticket} Ticket */

/** @returns {Promise<IDBDatabase>} */
const opened = () =>
  new Promise((done, fail) => {
    const asked = indexedDB.open(BASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(KEYS);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });

/**
 * @template T
 * @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest<T>} work
 * @returns {Promise<T>}
 */
async function inStore(mode, work) {
  const base = await opened();
  try {
    return await new Promise((done, fail) => {
      const asked = work(base.transaction(KEYS, mode).objectStore(KEYS));
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => fail(asked.error);
    });
  } finally {
    base.close();
  }
}

/** @returns {Promise<CryptoKeyPair | undefined>} This device's key, if it has one. */
const keptKey = () => inStore("readonly", (store) => store.get(PHONE));

/**
 * This device's key, made once. Its private half cannot be read, also not by this page. Of two that are
 * made at once, here or in another tab, the first that is kept is the key of both.
 *
 * @returns {Promise<CryptoKeyPair>}
 */
async function deviceKey() {
  const kept = await keptKey();
  if (kept) return kept;
  const made = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  await inStore("readwrite", (store) => store.add(made, PHONE)).catch(() => {});
  const key = await keptKey();
  if (!key) throw new Error("this browser keeps no keys"); // a ticket bound to one that is lost is lost
  return key;
}

/** @param {CryptoKeyPair} pair @returns {Promise<Uint8Array<ArrayBuffer>>} 65 bytes. */
const publicKey = async ({ publicKey: key }) => new Uint8Array(await crypto.subtle.exportKey("raw", key));

/** @param {Uint8Array} raw @returns {string} As tickets carry it: 33 bytes, compressed. */
const compressed = (raw) => toText(Uint8Array.of(2 + (raw[64] & 1), ...raw.slice(1, 33)));

/** Whether a ticket that is on paper moves to this device by itself: phones are shown, desks are printed from. */
export const isPhone = () => matchMedia("(pointer: coarse)").matches;

/** @param {Ticket} ticket @returns {Promise<boolean>} Whether this device is the one on which it is valid. */
export async function isHere(ticket) {
  const pair = ticket.device_key ? await keptKey().catch(() => undefined) : undefined;
  return pair !== undefined && compressed(await publicKey(pair)) === ticket.device_key;
}

/** @param {string} order @returns {Promise<Ticket>} The ticket, valid on this device alone from now on. */
export const moveHere = async (order) => api.bindTicket(order, toText(await publicKey(await deviceKey())));

/**
 * How the clock of this device differs from the server's: a code must be young by everybody's clock.
 *
 * @param {Ticket} ticket @returns {number} Milliseconds to add.
 */
export const clockOffset = (ticket) => Date.parse(ticket.answered_at) - Date.now();

/**
 * Draw the code now and anew, until it is stopped.
 *
 * @param {Ticket} ticket @param {number} offset  Of the clock, in ms.
 * @param {(code: {path: string, size: number}) => void} draw
 * @returns {() => void} Stops it.
 */
export function keepDrawing(ticket, offset, draw) {
  let stopped = false;
  const level1 = toBytes(ticket.ticket);
  const redraw = async () => {
    const pair = await keptKey();
    if (!pair || stopped || document.hidden) return;
    const black = aztec(await show(level1, pair.privateKey, Date.now() + offset));
    if (!stopped) draw({ path: pathOf(black, MARGIN), size: black.length + 2 * MARGIN });
  };
  const timer = setInterval(() => void redraw(), 1000 * ticket.redraw_s);
  const seen = () => void redraw();
  document.addEventListener("visibilitychange", seen);
  void redraw();
  return () => {
    stopped = true;
    clearInterval(timer);
    document.removeEventListener("visibilitychange", seen);
  };
}
