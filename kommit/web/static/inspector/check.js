// Whether a ticket is genuine and valid: from its bytes, the keys, the list and the time alone.
// The same rules and the same names of refusals as booking/tickets/verify.py.

import { join, toBytes, toHex } from "../app/ticket/bytes.js";
import { signedMoment, timeBytes } from "../app/ticket/moment.js";
import { isCheckIn, readCheckIn } from "./check_in.js";
import { unpack } from "./payload.js";

const text = new TextEncoder();
const TICKET = text.encode("kommit ticket\0");
const CHECK_IN = text.encode("kommit check-in\0");
const REVOCATIONS = text.encode("kommit revocations\0");
const HEAD = 12;
const SIGNATURE = 64;
const MOMENT = 4 + 64;
const LIST_HEAD = 24;
const ENTRY = 8;

/** @typedef {{key_id: string, public_key: string, not_before: string, not_after: string}} Key */
/** @typedef {{redraw_s: number, max_age_s: number, clock_skew_s: number}} Freshness */
/** @typedef {{issuedAt: number, goodUntil: number, entries: Uint8Array<ArrayBuffer>}} Revocations */
/** @typedef {import("./payload.js").Ticket} Ticket */
/** @typedef {import("./check_in.js").CheckIn} CheckIn */
/** @typedef {{ok: boolean, reason: string, ticket: Ticket | null, checkIn: CheckIn | null, shownAt: number | null, pin: string,
 *   list: Revocations | null}} Verdict  `reason` is empty where it is accepted. */

class Refusal extends Error {}

/** @param {string} reason @returns {never} */
const refuse = (reason) => {
  throw new Refusal(reason);
};

/** @returns {Promise<boolean>} Whether this browser checks the issuer's signatures at all. */
export async function canCheck() {
  const key = await crypto.subtle.importKey("raw", new Uint8Array(32).fill(1), "Ed25519", false, ["verify"]).catch((error) => error.name);
  return key !== "NotSupportedError" && typeof DecompressionStream === "function";
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes  Of the code: a ticket, or base64url text of one (wallet passes).
 * @param {{keys: Key[], freshness: Freshness, revocations: Revocations | null, now: number}} known
 * @returns {Promise<Verdict>}
 */
export async function inspect(bytes, known) {
  /** @type {Verdict} */
  const verdict = { ok: false, reason: "", ticket: null, checkIn: null, shownAt: null, pin: "", list: known.revocations };
  try {
    const data = ticketBytes(bytes);
    await (isCheckIn(data) ? judgeCheckIn : judge)(data, known, verdict);
    verdict.ok = true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    verdict.reason = error.message;
  }
  return verdict;
}

/** @param {Uint8Array<ArrayBuffer>} bytes @returns {Uint8Array<ArrayBuffer>} */
export function ticketBytes(bytes) {
  if ((bytes[0] === 0x4b && bytes[1] < 0x20) || isCheckIn(bytes)) return bytes;
  try {
    return toBytes(new TextDecoder("ascii").decode(bytes).trim());
  } catch {
    return refuse("TicketMalformed");
  }
}

/**
 * @param {Uint8Array<ArrayBuffer>} data
 * @param {{keys: Key[], freshness: Freshness, revocations: Revocations | null, now: number}} known
 * @param {Verdict} verdict  Filled in as far as it gets.
 */
async function judge(data, { keys, freshness, revocations, now }, verdict) {
  const { version, keyId, payload, signature, level1, moment } = takeApart(data);
  const key = trusted(keys, keyId, now);
  if (!(await signedBy(key, signature, join(TICKET, level1.slice(0, -SIGNATURE))))) refuse("BadSignature");
  const ticket = await unpack(payload, version).catch(() => refuse("TicketMalformed"));
  verdict.ticket = ticket;
  verdict.pin = pinOf(signature);
  if (now < ticket.validFrom) refuse("TicketNotYetValid");
  if (now > ticket.validUntil + 999) refuse("TicketExpired");
  if (revocations && (await names(revocations, ticket))) refuse("TicketRevoked");
  verdict.shownAt = await checkLive(level1, moment, ticket, freshness, now);
}

/**
 * @param {Uint8Array<ArrayBuffer>} data
 * @param {{keys: Key[], freshness: Freshness, now: number}} known
 * @param {Verdict} verdict  Filled in as far as it gets.
 */
async function judgeCheckIn(data, { keys, freshness, now }, verdict) {
  const shown = readCheckIn(data) ?? refuse("TicketMalformed");
  const key = trusted(keys, shown.keyId, now);
  if (!(await signedBy(key, shown.signature, join(CHECK_IN, shown.signed)))) refuse("BadSignature");
  verdict.checkIn = shown;
  if (now < shown.issuedAt - 1000 * freshness.clock_skew_s) refuse("TicketNotYetValid");
  if (now > shown.validUntil + 999) refuse("TicketExpired");
}

/** @param {Key[]} keys @param {string} id @param {number} now @returns {Key} */
function trusted(keys, id, now) {
  const key = keys.find((each) => each.key_id === id) ?? refuse("UnknownKey");
  if (now < Date.parse(key.not_before) || now >= Date.parse(key.not_after)) refuse("KeyNotValid");
  return key;
}

/** @param {Uint8Array<ArrayBuffer>} data */
function takeApart(data) {
  if (data.length < HEAD || data[0] !== 0x4b || ![1, 2].includes(data[1])) refuse("TicketMalformed");
  const end = HEAD + data[10] * 256 + data[11];
  const rest = data.length - end - SIGNATURE;
  if (rest !== 0 && !(rest === MOMENT && data[1] === 2)) refuse("TicketMalformed");
  return {
    version: data[1],
    keyId: toHex(data.slice(2, 10)),
    payload: data.slice(HEAD, end),
    signature: data.slice(end, end + SIGNATURE),
    level1: data.slice(0, end + SIGNATURE),
    moment: rest ? data.slice(end + SIGNATURE) : null,
  };
}

/** @param {Key} key @param {Uint8Array<ArrayBuffer>} signature @param {Uint8Array<ArrayBuffer>} signed */
async function signedBy(key, signature, signed) {
  const imported = await crypto.subtle.importKey("raw", toBytes(key.public_key), "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", imported, signature, signed);
}

/**
 * @param {Uint8Array<ArrayBuffer>} level1 @param {Uint8Array<ArrayBuffer> | null} moment @param {Ticket} ticket
 * @param {Freshness} freshness @param {number} now
 * @returns {Promise<number | null>} When its phone drew the code; null for a static ticket.
 */
async function checkLive(level1, moment, ticket, freshness, now) {
  if (!ticket.deviceKey) return moment ? refuse("BadPhoneSignature") : null;
  if (!moment) return refuse("PhoneDidNotSign");
  const at = new DataView(moment.buffer, moment.byteOffset).getUint32(0) * 1000;
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const phone = await crypto.subtle.importKey("raw", whole(ticket.deviceKey), curve, false, ["verify"]).catch(() => refuse("BadPhoneSignature"));
  const signed = await signedMoment(level1, timeBytes(at));
  const good = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, phone, moment.slice(4), signed);
  if (!good) refuse("BadPhoneSignature");
  if (now - at > 1000 * (freshness.max_age_s + freshness.clock_skew_s)) refuse("CodeTooOld");
  if (at - now > 1000 * freshness.clock_skew_s) refuse("CodeFromLater");
  return at;
}

/**
 * A point of P-256 with both coordinates: y² = x³ - 3x + b, and not every browser takes it without y.
 *
 * @param {Uint8Array} compressed @returns {Uint8Array<ArrayBuffer>}
 */
export function whole(compressed) {
  const p = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
  const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
  const x = BigInt(`0x${toHex(compressed.slice(1))}`);
  let y = power((((x * x - 3n) * x + b) % p + p) % p, (p + 1n) / 4n, p);
  if (y % 2n !== BigInt(compressed[0] % 2)) y = p - y;
  const bytes = y.toString(16).padStart(64, "0").match(/../g) ?? [];
  return join(new Uint8Array([4]), compressed.slice(1), Uint8Array.from(bytes, (each) => parseInt(each, 16)));
}

/** @param {bigint} base @param {bigint} exponent @param {bigint} modulus */
function power(base, exponent, modulus) {
  let result = 1n;
  for (; exponent > 0n; exponent >>= 1n, base = (base * base) % modulus) {
    if (exponent & 1n) result = (result * base) % modulus;
  }
  return result;
}

/** @param {Uint8Array} signature  The digits that are printed beside a static code. */
const pinOf = (signature) => (BigInt(`0x${toHex(signature.slice(0, 8))}`) % 1000000n).toString().padStart(6, "0");

// --- the list of revoked tickets

/**
 * @param {Uint8Array<ArrayBuffer>} data @param {Key[]} keys
 * @returns {Promise<Revocations | null>} Null where it is no list of this issuer.
 */
export async function readRevocations(data, keys) {
  if (data.length < LIST_HEAD + SIGNATURE || toHex(data.slice(0, 4)) !== "4b524c01") return null;
  const view = new DataView(data.buffer, data.byteOffset);
  const end = LIST_HEAD + view.getUint32(20) * ENTRY;
  const key = keys.find((each) => each.key_id === toHex(data.slice(4, 12)));
  const issuedAt = view.getUint32(12) * 1000;
  const isTrusted = key && issuedAt >= Date.parse(key.not_before) && issuedAt < Date.parse(key.not_after);
  if (data.length !== end + SIGNATURE || !key || !isTrusted) return null;
  if (!(await signedBy(key, data.slice(end), join(REVOCATIONS, data.slice(0, end))))) return null;
  return { issuedAt, goodUntil: view.getUint32(16) * 1000, entries: data.slice(LIST_HEAD, end) };
}

/** @param {Revocations} list @param {Ticket} ticket */
async function names(list, ticket) {
  const version = new Uint8Array(4);
  new DataView(version.buffer).setUint32(0, ticket.version);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", join(ticket.orderBytes, version)));
  const wanted = toHex(digest.slice(0, ENTRY));
  let [low, high] = [0, list.entries.length / ENTRY];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (toHex(list.entries.slice(middle * ENTRY, (middle + 1) * ENTRY)) < wanted) low = middle + 1;
    else high = middle;
  }
  return toHex(list.entries.slice(low * ENTRY, (low + 1) * ENTRY)) === wanted;
}

