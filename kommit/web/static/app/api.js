// The API client: how the page calls, and what can go wrong with a call. What riders do after they
// have paid, and on their account, is in `after_sales_api.js` and `account_api.js`.

import { keyOf, settle } from "./intent.js";
import { sessions, setSession } from "./session.js";

/** @typedef {import("./contract.js").Money} Money */
/** @typedef {{loc: (string | number)[] | string, msg: string}} FieldError */

/** Answers after which the same request may be sent again under the same key. */
const UNDECIDED = [0, 409, 425, 429, 500, 502, 503, 504];

/** An RFC 9457 problem, or the lack of any answer (`slug` "offline"). */
export class Problem extends Error {
  /** @param {{type?: string, title?: string, status?: number, detail?: string,
   *   errors?: FieldError[] | null}} body */
  constructor({ type = "", title = "", status = 0, detail = "", errors }) {
    super(detail || title);
    this.slug = type.split("/").pop() ?? "";
    this.title = title;
    this.status = status;
    this.detail = detail;
    this.errors = errors ?? [];
  }
}

/**
 * @param {Response} response
 * @returns {Promise<Problem>}
 */
async function problemOf(response) {
  const body = await response.json().catch(() => ({}));
  return new Problem({ title: response.statusText, ...body, status: response.status });
}

/**
 * @param {string} method
 * @param {string} path
 * @param {{body?: unknown, key?: string, signal?: AbortSignal}} [options]
 * @returns {Promise<Response>}
 * @throws {Problem}
 */
export async function send(method, path, { body, key, signal } = {}) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  const token = sessions.get().session?.token;
  if (token) headers["Authorization"] = `Bearer ${token}`;
  const response = await fetch(path, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    signal,
  }).catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new Problem({ type: "offline" });
  });
  if (response.ok) return response;
  const problem = await problemOf(response);
  // A wrong password is 401, too, and no reason to sign anybody out.
  if (problem.slug === "not-signed-in" && token) setSession(null);
  throw problem;
}

/**
 * @param {string} path
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export const get = async (path, signal) => (await send("GET", path, { signal })).json();

/**
 * @param {string} path
 * @param {unknown} [body]
 * @param {string} [key]
 * @returns {Promise<any>}
 */
const post = async (path, body, key) => (await send("POST", path, { body, key })).json();

/**
 * Send a POST that reserves or spends: one key for the intention, kept while it is undecided.
 *
 * @param {string} intent
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
export async function postOnce(intent, path, body) {
  try {
    const answer = await post(path, body, keyOf(intent));
    settle(intent);
    return answer;
  } catch (error) {
    if (error instanceof Problem && !UNDECIDED.includes(error.status)) settle(intent);
    throw error;
  }
}

/** @param {Record<string, string | number | undefined>} values */
export const query = (values) =>
  new URLSearchParams(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  );

/** @param {string} id */
export const orderPath = (id) => `/v1/orders/${encodeURIComponent(id)}`;

export const api = {
  /** @returns {Promise<import("./contract.js").Region>} */
  region: () => get("/v1/region"),

  /**
   * @param {string} text
   * @param {{lat: number, lon: number} | null} near
   * @param {AbortSignal} [signal]
   * @returns {Promise<{places: import("./contract.js").Place[]}>}
   */
  places: (text, near, signal) =>
    get(`/v1/places?${query({ q: text, limit: 7, lat: near?.lat, lon: near?.lon })}`, signal),

  /**
   * @param {Record<string, string | number | undefined>} question
   * @param {AbortSignal} [signal]
   * @returns {Promise<{image: string, journeys: import("./contract.js").Journey[],
   *   paging: import("./contract.js").Paging, notices: import("./contract.js").Notice[],
   *   explain?: import("./contract.js").Explained[] | null}>}
   */
  plan: (question, signal) => get(`/v1/plan?${query(question)}`, signal),

  /** @returns {Promise<{systems: import("./contract.js").SharingSystem[]}>} */
  sharingSystems: () => get("/v1/sharing/systems"),

  /**
   * @param {[number, number, number, number]} box  West, south, east, north.
   * @param {AbortSignal} [signal]
   * @returns {Promise<{features: import("./contract.js").SharedFeature[]}>}
   */
  sharedVehicles: (box, signal) => get(`/v1/sharing/vehicles?${query({ bbox: box.join(",") })}`, signal),

  /** @returns {Promise<{services: import("./contract.js").OnDemandService[]}>} */
  onDemand: () => get("/v1/on-demand"),

  /** @returns {Promise<{features: import("./contract.js").OnDemandPlace[]}>} */
  onDemandAreas: () => get("/v1/on-demand/areas"),

  /**
   * @param {{journey: string | null, passengers: import("./contract.js").Passenger[],
   *   rentals: import("./contract.js").RentalWish[]}} wanted
   * @returns {Promise<import("./contract.js").Offer>}
   */
  offer: (wanted) => post("/v1/offers", wanted),

  /**
   * @param {{email: string, password: string, name: string}} rider
   * @returns {Promise<NonNullable<import("./session.js").Session>>}
   */
  register: (rider) => post("/v1/riders", rider),

  /**
   * @param {{email: string, password: string}} rider
   * @returns {Promise<NonNullable<import("./session.js").Session>>}
   */
  signIn: (rider) => post("/v1/sessions", rider),

  signOut: () => send("DELETE", "/v1/sessions"),

  /** @returns {Promise<import("./contract.js").Wallet>} */
  wallet: () => get("/v1/wallet"),

  /** @param {Money} amount @returns {Promise<import("./contract.js").Wallet>} */
  topUp: (amount) => postOnce(`top-up ${amount.amount}`, "/v1/wallet/top-ups", { amount }),

  /**
   * @param {import("./contract.js").Offer} offer
   * @returns {Promise<import("./contract.js").Order>}
   */
  hold: (offer) => postOnce(`hold ${offer.id}`, "/v1/orders", { offer: offer.offer }),

  /**
   * @param {string} id @param {string} means
   * @param {string | null} [card]  With `stripe`: which card that is kept.
   * @returns {Promise<import("./contract.js").Order>}
   */
  pay: (id, means, card = null) =>
    postOnce(`pay ${id} ${means} ${card}`, `${orderPath(id)}/payment`, { means, payment_method: card }),

  /** @param {string} id @returns {Promise<import("./contract.js").Order>} */
  cancel: (id) => postOnce(`cancel ${id}`, `${orderPath(id)}/cancel`),

  /** @returns {Promise<{orders: import("./contract.js").Order[]}>} */
  orders: () => get("/v1/orders"),

  /** @param {string} id @returns {Promise<import("./contract.js").Order>} */
  order: (id) => get(orderPath(id)),

  /** @param {string} id @returns {Promise<import("./contract.js").Ticket>} */
  ticket: (id) => get(`${orderPath(id)}/ticket`),

  /** @param {string} id @returns {Promise<{rides: import("./contract.js").OrderRide[]}>} */
  rides: (id) => get(`${orderPath(id)}/rides`),

  /** @param {string} id @param {{leg: number, stars: number, comment: string | null}} rating */
  rate: (id, rating) => post(`${orderPath(id)}/ratings`, rating),

  /** @param {string} id @param {string} publicKey @returns {Promise<import("./contract.js").Ticket>} */
  bindTicket: (id, publicKey) => post(`${orderPath(id)}/device`, { public_key: publicKey }),

  /** @param {string} id @returns {Promise<import("./contract.js").Ticket>} */
  freeTicket: async (id) => (await send("DELETE", `${orderPath(id)}/device`)).json(),

  /** @param {string} id @param {"pdf" | "pkpass"} kind @returns {Promise<Blob>} */
  ticketFile: async (id, kind) => (await send("GET", `${orderPath(id)}/ticket.${kind}?lang=${document.documentElement.lang === "en" ? "en" : "de"}`)).blob(),

  /** @param {string} id @returns {Promise<string>} The Aztec code as SVG text. */
  ticketImage: async (id) => (await send("GET", `${orderPath(id)}/ticket.svg`)).text(),
};
