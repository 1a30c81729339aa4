// The region's wall clock: what a date and a time field say, as an instant, and back.

const MINUTE_MS = 60_000;

/**
 * @param {number} instant  Unix milliseconds.
 * @param {string} zone
 * @returns {string} `YYYY-MM-DDTHH:MM` on the clocks of `zone`.
 */
export function wallClock(instant, zone) {
  // Swedish writes dates as ISO 8601 does.
  const text = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "short",
  }).format(instant);
  return text.replace(" ", "T");
}

/**
 * @param {number} instant
 * @param {string} zone
 * @returns {number} Minutes that the clocks of `zone` are ahead of UTC.
 */
function offsetMinutes(instant, zone) {
  const minute = Math.floor(instant / MINUTE_MS) * MINUTE_MS;
  return (Date.parse(`${wallClock(minute, zone)}:00Z`) - minute) / MINUTE_MS;
}

/**
 * @param {string} wall  `YYYY-MM-DDTHH:MM`.
 * @param {string} zone
 * @returns {string} RFC 3339 with the offset that holds in `zone` then.
 */
export function toRfc3339(wall, zone) {
  const asUtc = Date.parse(`${wall}:00Z`);
  const guess = asUtc - offsetMinutes(asUtc, zone) * MINUTE_MS;
  const offset = offsetMinutes(guess, zone); // the first guess may lie across a clock change
  const digits = (/** @type {number} */ number) => String(Math.floor(number)).padStart(2, "0");
  const sign = offset < 0 ? "-" : "+";
  return `${wall}:00${sign}${digits(Math.abs(offset) / 60)}:${digits(Math.abs(offset) % 60)}`;
}
