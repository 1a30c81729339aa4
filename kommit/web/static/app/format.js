// Times, amounts and lengths in the rider's language and the region's time zone.

import { locale } from "./i18n.js";
import { region } from "./region.js";

/** @param {Intl.DateTimeFormatOptions} options */
const inZone = (options) =>
  new Intl.DateTimeFormat(locale(), { timeZone: region().time_zone, ...options });

/** @param {string} instant @returns {string} `08:05` */
export const clock = (instant) =>
  inZone({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(Date.parse(instant));

/** @param {string} instant @returns {string} `Mo., 23. Nov.` */
export const day = (instant) =>
  inZone({ weekday: "short", day: "numeric", month: "short" }).format(Date.parse(instant));

/** @param {string} instant @returns {string} `Montag, 23. November 2026` */
export const longDay = (instant) => inZone({ dateStyle: "full" }).format(Date.parse(instant));

/** @param {string} instant @returns {string} */
export const dayAndClock = (instant) => `${day(instant)}, ${clock(instant)}`;

/** @param {string} a @param {string} b @returns {boolean} */
export const sameDay = (a, b) => longDay(a) === longDay(b);

/** @param {number} seconds @returns {string} `52 min`, `1 h 05` */
export function duration(seconds) {
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")}`;
}

/** @param {import("./contract.js").Money} money @returns {string} */
export function money({ amount, currency }) {
  const formatter = new Intl.NumberFormat(locale(), { style: "currency", currency });
  const digits = formatter.resolvedOptions().maximumFractionDigits ?? 2;
  return formatter.format(amount / 10 ** digits);
}

/** @param {import("./contract.js").Money} money @returns {string} `10 €`, for whole amounts. */
export function roundMoney({ amount, currency }) {
  const options = { style: /** @type {const} */ ("currency"), currency, trailingZeroDisplay: /** @type {const} */ ("stripIfInteger") };
  const formatter = new Intl.NumberFormat(locale(), options);
  return formatter.format(amount / 10 ** (formatter.resolvedOptions().maximumFractionDigits ?? 2));
}

/** @param {number} metres @returns {string} `350 m`, `1,2 km` */
export function distance(metres) {
  if (metres < 1000) return `${Math.round(metres / 10) * 10} m`;
  const km = new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 }).format(metres / 1000);
  return `${km} km`;
}

/** @param {number} grams @returns {string} `0,43 kg CO₂`, `19 g CO₂` */
export function co2(grams) {
  if (grams < 100) return `${Math.round(grams)} g CO₂`;
  const kg = new Intl.NumberFormat(locale(), { maximumSignificantDigits: 2 }).format(grams / 1000);
  return `${kg} kg CO₂`;
}

/** @param {number} wh @returns {string} `29 Wh`, `1,2 kWh` */
export function energy(wh) {
  if (wh < 1000) return `${Math.round(wh)} Wh`;
  return `${new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 }).format(wh / 1000)} kWh`;
}

/** @param {number} milliseconds @returns {string} `4:07` */
export function countdown(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** @param {number} share @returns {string} `7 %` */
export const percent = (share) =>
  new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 1 }).format(share);

/** @param {string} iso  `2026-11-30`, a day and no moment. @returns {string} `30. Nov. 2026` */
export const date = (iso) =>
  new Intl.DateTimeFormat(locale(), { timeZone: "UTC", dateStyle: "medium" }).format(Date.parse(`${iso}T12:00Z`));

/** @param {string} when  A moment, or `2026-11`. @returns {string} `November 2026` */
export const month = (when) =>
  inZone({ month: "long", year: "numeric" }).format(Date.parse(when.length === 7 ? `${when}-15T12:00Z` : when));
