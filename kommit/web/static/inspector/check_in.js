// What somebody shows while checked in: a document of a few minutes, laid out as docs/ticket-format.md says.

import { toHex } from "../app/ticket/bytes.js";

const FRONT = 50;
const SIGNATURE = 64;
const SCALE = 100_000;
const FIRST_CLASS = 1;
const BICYCLE = 2;

/** @typedef {{keyId: string, trip: string, since: number, issuedAt: number, validUntil: number, lat: number, lon: number,
 *   place: string, adults: number, children: number, first: boolean, bicycle: boolean,
 *   signed: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>}} CheckIn  Times in ms. */

/** @param {Uint8Array} bytes @returns {boolean} Whether these are such a document's bytes. */
export const isCheckIn = (bytes) => bytes[0] === 0x43 && bytes[1] === 1;

/** @param {Uint8Array<ArrayBuffer>} data @returns {CheckIn | null} Null where its size is wrong. */
export function readCheckIn(data) {
  const end = FRONT + data[FRONT - 1];
  if (data.length < FRONT || data.length !== end + SIGNATURE) return null;
  const view = new DataView(data.buffer, data.byteOffset);
  const [since, issuedAt, validUntil] = [26, 30, 34].map((at) => view.getUint32(at) * 1000);
  const flags = data[48];
  return {
    keyId: toHex(data.slice(2, 10)),
    trip: toHex(data.slice(10, 26)),
    since,
    issuedAt,
    validUntil,
    lat: view.getInt32(38) / SCALE,
    lon: view.getInt32(42) / SCALE,
    place: new TextDecoder().decode(data.slice(FRONT, end)),
    adults: data[46],
    children: data[47],
    first: Boolean(flags & FIRST_CLASS),
    bicycle: Boolean(flags & BICYCLE),
    signed: data.slice(0, end),
    signature: data.slice(end),
  };
}
