// What a ticket says: layouts 1 and 2 of docs/ticket-format.md. Read only after the signature was right.

import { toHex } from "../app/ticket/bytes.js";

/** Preset dictionaries of the layouts; the same as in booking/tickets/packing.py (a test compares). */
const DICTIONARY_1 =
  "Landkreis Gemeinde Stadtbahn Straßenbahn Sportplatz Sportzentrum Gewerbegebiet " +
  "Industriegebiet Krankenhaus Klinikum Universität Hochschule Gymnasium Grundschule " +
  "Schulzentrum Kindergarten Friedhof Siedlung Abzweig Abzw. Am An der den dem Alte Neue " +
  "Nord Süd Ost West Mitte allee brücke berg feld hof tor dorf mühle heide weg ring platz " +
  "Markt Marktplatz Rathaus Kirche St. Schule straße Straße Str. " +
  "regional express nacht bus taxi rufbus shuttle bahn de:0 vrn- mo-fr- sa- so- H- R- 1-1- " +
  "ZOB, Bahnhof, Busbahnhof, Hauptbahnhof, Hbf";
const DICTIONARY_2 =
  "carsharing scooter station fahrrad lastenrad deutschlandticket kommit-abo kommit-shuttle " + DICTIONARY_1;
export const DICTIONARIES = [DICTIONARY_1, DICTIONARY_2];

const MODES = ["OTHER", "TRAM", "SUBWAY", "RAIL", "BUS", "FERRY", "CABLE_CAR", "COACH", "ON_DEMAND", "BICYCLE", "CARGO_BICYCLE", "SCOOTER", "CAR"];
const CATEGORIES = ["adult", "child"];
const KINDS = ["ride", "on-demand", "rental"];
const FIRST_CLASS = 1;
const BICYCLE = 2;
const MOST_PLAIN_BYTES = 8192;

/** @typedef {{id: number, category: string, subscriptions: string[], first: boolean, bicycle: boolean}} Passenger */
/** @typedef {{position: number, mode: string, kind: string, passengers: number[], line: string, agency: string,
 *   origin: string, destination: string, departure: number, arrival: number}} Leg  Times in ms. */
/** @typedef {{order: string, orderBytes: Uint8Array<ArrayBuffer>, version: number, deviceKey: Uint8Array<ArrayBuffer> | null,
 *   issuer: string, validFrom: number, validUntil: number, passengers: Passenger[], legs: Leg[]}} Ticket */

class Reader {
  /** @param {Uint8Array<ArrayBuffer>} data */
  constructor(data) {
    this.data = data;
    this.at = 0;
    /** @type {string[]} */
    this.texts = [];
  }

  /** @param {number} size */
  take(size) {
    if (this.at + size > this.data.length) throw new RangeError("cut short");
    this.at += size;
    return this.data.slice(this.at - size, this.at);
  }

  number() {
    let value = 0;
    for (let i = 0; i < 6; i++) {
      const [byte] = this.take(1);
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw new RangeError("a number is too large");
  }

  text() {
    const number = this.number();
    if (number % 2) {
      const known = this.texts[(number - 1) / 2];
      if (known === undefined) throw new RangeError("no such text");
      return known;
    }
    const text = new TextDecoder("utf-8", { fatal: true }).decode(this.take(number / 2));
    this.texts.push(text);
    return text;
  }

  /** @template T @param {() => T} read @returns {T[]} */
  list(read) {
    return Array.from({ length: Math.min(this.number(), MOST_PLAIN_BYTES) }, read);
  }

  /** @template {string} T @param {readonly T[]} words @returns {T} */
  word(words) {
    const word = words[this.number()];
    if (word === undefined) throw new RangeError("no such word");
    return word;
  }
}

/**
 * Inflate with a preset dictionary, which browsers have no word for: it goes in front as a stored block.
 *
 * @param {Uint8Array<ArrayBuffer>} packed @param {number} layout
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function inflate(packed, layout) {
  const dictionary = new TextEncoder().encode(DICTIONARIES[layout - 1]);
  const head = new Uint8Array([0, dictionary.length & 255, dictionary.length >> 8, ~dictionary.length & 255, (~dictionary.length >> 8) & 255]);
  const stream = new Blob([head, dictionary, packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const whole = new Uint8Array(await new Response(stream).arrayBuffer());
  if (whole.length > dictionary.length + MOST_PLAIN_BYTES) throw new RangeError("too large");
  return whole.slice(dictionary.length);
}

/** @param {Uint8Array} bytes */
function uuid(bytes) {
  const hex = toHex(bytes);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/**
 * @param {Uint8Array<ArrayBuffer>} payload @param {number} layout
 * @returns {Promise<Ticket>}
 * @throws {Error} Where it is not readable.
 */
export async function unpack(payload, layout) {
  const reader = new Reader(await inflate(payload, layout));
  const ticket = layout === 1 ? readLayout1(reader) : readLayout2(reader);
  if (reader.at !== reader.data.length) throw new RangeError("bytes follow the ticket's end");
  return ticket;
}

/** @param {Reader} reader @returns {Ticket} */
function readLayout2(reader) {
  const orderBytes = reader.take(16);
  const version = reader.number();
  const size = reader.number();
  const deviceKey = size ? reader.take(size) : null;
  const issuer = reader.text();
  const validFrom = reader.number() * 1000;
  const validUntil = validFrom + reader.number() * 1000;
  const passengers = reader.list(() => readPassenger(reader));
  const legs = reader.list(() => readLeg2(reader, validFrom));
  return { order: uuid(orderBytes), orderBytes, version, deviceKey, issuer, validFrom, validUntil, passengers, legs };
}

/** @param {Reader} reader @returns {Passenger} */
function readPassenger(reader) {
  const id = reader.number();
  const category = reader.word(CATEGORIES);
  const flags = reader.number();
  const subscriptions = reader.list(() => reader.text());
  return { id, category, subscriptions, first: Boolean(flags & FIRST_CLASS), bicycle: Boolean(flags & BICYCLE) };
}

/** @param {Reader} reader @param {number} start @returns {Leg} */
function readLeg2(reader, start) {
  const position = reader.number();
  const mode = reader.word(MODES);
  const kind = reader.word(KINDS);
  const who = reader.number();
  const [line, agency] = [reader.text(), reader.text()];
  const ids = kind === "rental" ? 5 : 1;
  for (let i = 0; i < ids; i++) reader.text();
  const [origin, destination] = [reader.text(), reader.text()];
  if (kind === "ride") for (let i = 0; i < 3; i++) reader.number();
  const departure = start + reader.number() * 1000;
  const arrival = departure + reader.number() * 1000;
  const passengers = Array.from({ length: 40 }, (_, id) => id).filter((id) => Math.floor(who / 2 ** id) % 2);
  return { position, mode, kind, passengers, line, agency, origin, destination, departure, arrival };
}

/** @param {Reader} reader @returns {Ticket} */
function readLayout1(reader) {
  const orderBytes = reader.take(16);
  const issuer = reader.text();
  const validFrom = reader.number() * 1000;
  const validUntil = validFrom + reader.number() * 1000;
  /** @type {Passenger[]} */
  const passengers = [];
  reader.list(() => {
    const category = reader.word(CATEGORIES);
    const count = Math.min(reader.number(), 255);
    for (let i = 0; i < count; i++) passengers.push({ id: passengers.length, category, subscriptions: [], first: false, bicycle: false });
  });
  const everybody = passengers.map(({ id }) => id);
  let position = 0;
  const legs = reader.list(() => readLeg1(reader, validFrom, position++, everybody));
  return { order: uuid(orderBytes), orderBytes, version: 1, deviceKey: null, issuer, validFrom, validUntil, passengers, legs };
}

/** @param {Reader} reader @param {number} start @param {number} position @param {number[]} passengers @returns {Leg} */
function readLeg1(reader, start, position, passengers) {
  const mode = reader.word(MODES);
  const [line, agency] = [reader.text(), reader.text()];
  reader.text();
  const [origin, destination] = [reader.text(), reader.text()];
  for (let i = 0; i < 3; i++) reader.number();
  const departure = start + reader.number() * 1000;
  return { position, mode, kind: "ride", passengers, line, agency, origin, destination, departure, arrival: departure + reader.number() * 1000 };
}
