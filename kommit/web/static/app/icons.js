// Drawn by hand on a 24-unit grid; they inherit the text colour and say nothing to screen readers.

import { html } from "./html.js";

/** @type {Record<string, string>} */
const PATHS = {
  WALK: "M13 4.5a1.5 1.5 0 1 0 0-.01M10 21l2-6-2.5-2.5 1-5L7 9.5V13M10.500 7.500 14 8l2 3 3 1M12 15l3 2 1 4",
  BUS: "M6 4h12a2 2 0 0 1 2 2v11H4V6a2 2 0 0 1 2-2zM4 12h16M7 17v3M17 17v3M7.500 14.500h.01M16.500 14.500h.01",
  RAIL: "M7 3h10a2 2 0 0 1 2 2v10a3 3 0 0 1-3 3H8a3 3 0 0 1-3-3V5a2 2 0 0 1 2-2zM5 11h14M8.500 14.500h.01M15.500 14.500h.01M8 18l-2.500 3M16 18l2.500 3",
  TRAM: "M8 6h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2zM6 12h12M12 6V3M9 3h6M9 15h.01M15 15h.01M8 18l-2 3M16 18l2 3",
  FERRY: "M4 15l8-3 8 3-2 5H6zM12 12V5M7 13V8h10v5M3 21c2-1.500 4-1.500 6 0 2-1.500 4-1.500 6 0 2-1.500 4-1.500 6 0",
  CABLE_CAR: "M3 6l18-3M12 4.500V9M6 9h12v8a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2zM6 14h12",
  ON_DEMAND: "M5 17v2M19 17v2M3.500 17h17v-4l-2-1.500-1.800-4.500a2 2 0 0 0-1.800-1H9.100a2 2 0 0 0-1.800 1L5.500 11.500l-2 1.500zM5.500 11.500h13M7.500 14.300h.01M16.500 14.300h.01M10 6V3.500h4V6",
  swap: "M8 4v15M8 4 4.500 7.500M8 4l3.500 3.500M16 20V5M16 20l-3.500-3.500M16 20l3.500-3.500",
  locate: "M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM12 2v3M12 19v3M2 12h3M19 12h3M12 11.990v.02",
  pin: "M12 21s7-6.300 7-11.500A7 7 0 0 0 5 9.500C5 14.700 12 21 12 21zM12 9.490v.02",
  stop: "M6 3v18M6 4h11v8H6zM10 8h3",
  back: "M15 5l-7 7 7 7",
  forward: "M9 5l7 7-7 7",
  close: "M6 6l12 12M18 6 6 18",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  ticket: "M4 7h16v3.500a1.500 1.500 0 0 0 0 3V17H4v-3.500a1.500 1.500 0 0 0 0-3zM14 7v2M14 11v2M14 15v2",
  person: "M12 4.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7zM5 20c.5-4 3.500-5.500 7-5.500s6.500 1.500 7 5.500",
  phone: "M5 4h4l1.500 4.500L8 10a11 11 0 0 0 6 6l1.500-2.500L20 15v4a1.500 1.500 0 0 1-1.500 1.500C10.500 20.500 3.500 13.500 3.500 5.500A1.500 1.500 0 0 1 5 4z",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.500l3 2",
  alert: "M12 4 2.800 20h18.400zM12 10v4.500M12 17.200v.02",
  check: "M5 12.500 10 17.500 19.500 7",
  leaf: "M5 19c0-9 5-14 15-14 0 10-5 14-11 14-2 0-3-1-3-3 0-4 4-6 8-7",
  device: "M8 3h8a1.500 1.500 0 0 1 1.500 1.500v15A1.500 1.500 0 0 1 16 21H8a1.500 1.500 0 0 1-1.500-1.500v-15A1.500 1.500 0 0 1 8 3zM11 18h2",
};

/** @type {Record<string, string>} */
const ALIKE = { COACH: "BUS", SUBWAY: "TRAM", OTHER: "BUS", station: "RAIL", coordinate: "pin", street: "pin" };

/**
 * @param {{name: string, size?: number}} props
 */
export function Icon({ name, size = 20 }) {
  return html`<svg class="icon" width=${size} height=${size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d=${PATHS[ALIKE[name] ?? name] ?? PATHS.pin} />
  </svg>`;
}
