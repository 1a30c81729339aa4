// What the server tells of an order, live: one stream for each order, shared by all who look at it.

import { sessions } from "./session.js";

/** @typedef {import("./contract.js").Order} Order */
/** @typedef {import("./contract.js").OrderRide} OrderRide */

/**
 * @typedef {object} Listener
 * @property {(order: Order) => void} [order] The order has changed, or the stream has just begun.
 * @property {(rides: OrderRide[]) => void} [rides] Its rides on demand have.
 * @property {() => void} [lost] No stream comes through at this moment: ask.
 */

const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 60000;

/** Streams that somebody listens to, by order. @type {Map<string, Stream>} */
const streams = new Map();

/** One order's stream, opened again for as long as anybody listens. */
class Stream {
  /** @param {string} id */
  constructor(id) {
    this.id = id;
    /** @type {Set<Listener>} */
    this.listeners = new Set();
    /** @type {EventSource | null} */
    this.source = null;
    /** @type {Order | null} */
    this.order = null;
    /** @type {OrderRide[] | null} */
    this.rides = null;
    this.pause = FIRST_RETRY_MS;
    this.timer = 0;
    this.open();
  }

  open() {
    const token = sessions.get().session?.token;
    if (!token || typeof EventSource === "undefined") return this.again();
    const address = `/v1/orders/${encodeURIComponent(this.id)}/events?token=${encodeURIComponent(token)}`;
    this.source = new EventSource(address);
    this.source.addEventListener("order", (event) => {
      const order = /** @type {Order} */ (this.read(event));
      this.order = order;
      for (const listener of this.listeners) listener.order?.(order);
    });
    this.source.addEventListener("rides", (event) => {
      const { rides } = /** @type {{rides: OrderRide[]}} */ (this.read(event));
      this.rides = rides;
      for (const listener of this.listeners) listener.rides?.(rides);
    });
    this.source.addEventListener("error", () => this.again());
  }

  /** @param {Event} event */
  read(event) {
    this.pause = FIRST_RETRY_MS;
    return JSON.parse(/** @type {MessageEvent} */ (event).data);
  }

  again() {
    this.source?.close();
    this.timer = setTimeout(() => this.open(), this.pause);
    this.pause = Math.min(2 * this.pause, LONGEST_RETRY_MS);
    for (const listener of this.listeners) listener.lost?.();
  }

  close() {
    this.source?.close();
    clearTimeout(this.timer);
  }
}

/**
 * Listen to an order until the function that is returned is called. Who comes later is told at once
 * what was told before.
 *
 * @param {string} id
 * @param {Listener} listener
 * @returns {() => void}
 */
export function listen(id, listener) {
  const stream = streams.get(id) ?? new Stream(id);
  streams.set(id, stream);
  stream.listeners.add(listener);
  if (stream.order) listener.order?.(stream.order);
  if (stream.rides) listener.rides?.(stream.rides);
  return () => {
    stream.listeners.delete(listener);
    if (stream.listeners.size > 0) return;
    stream.close();
    streams.delete(id);
  };
}
