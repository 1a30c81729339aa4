// Colours of routes: the operator's own, kept readable.

/** @typedef {{background: string, text: string}} Badge */

const MIN_CONTRAST = 4.5; // WCAG 2.2, 1.4.3

/** @type {Record<string, string>} */
const MODE_COLOR = {
  BUS: "#1d5c8f", COACH: "#1d5c8f", RAIL: "#a3123f", TRAM: "#8a2b7c", SUBWAY: "#23408e",
  FERRY: "#0b6e8a", CABLE_CAR: "#5b5f17",
  BICYCLE: "#1c7038", CARGO_BICYCLE: "#9a3412", SCOOTER: "#5b3fb0", CAR: "#2f5f7a",
  ON_DEMAND: "#7a4a00", OTHER: "#4a545c",
};

/** @param {string} mode @returns {string} Of a mode that has no line's own colour. */
export const modeColor = (mode) => MODE_COLOR[mode] ?? "#4a545c";

export const WALK_COLOR = "#5a6670";

/** @param {string} color @returns {number} Relative luminance, 0 to 1 (WCAG 2.2). */
function luminance(color) {
  const channels = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = channels.map((value) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {string} a @param {string} b @returns {number} */
export function contrast(a, b) {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

/** @param {string | null | undefined} text @returns {string | null} `#rrggbb` */
function hex(text) {
  const digits = (text ?? "").replace(/^#/, "").toLowerCase();
  return /^[0-9a-f]{6}$/.test(digits) ? `#${digits}` : null;
}

/**
 * @param {import("./contract.js").Route | null | undefined} route
 * @param {string} mode
 * @returns {Badge}
 */
export function badge(route, mode) {
  const background = hex(route?.color) ?? modeColor(mode);
  const wanted = hex(route?.text_color);
  if (wanted && contrast(background, wanted) >= MIN_CONTRAST) return { background, text: wanted };
  const white = contrast(background, "#ffffff") >= contrast(background, "#101418");
  return { background, text: white ? "#ffffff" : "#101418" };
}

/** @param {import("./contract.js").Leg} leg @returns {string} */
export const legColor = (leg) =>
  leg.mode === "WALK" ? WALK_COLOR : badge(leg.route, leg.mode).background;
