// The map beside or above the page. It loads after the page: everything works without it.

import { html, useEffect, useMemo, useRef, useState } from "../html.js";
import { language, words } from "../i18n.js";
import { Icon } from "../icons.js";
import { region } from "../region.js";
import { boundsOf, features } from "./features.js";
import { spotAt } from "./pick.js";
import { style } from "./style.js";

/** @typedef {import("../../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs").Map} Map */
/** @typedef {import("../contract.js").Journey} Journey */
/** @typedef {import("../route.js").Spot} Spot */

const HOME_ZOOM = 13.2;
const CLOSEST_FIT = 15.5;
/** Pixels around what is fitted: buttons stand at the right, notices at the bottom. */
const ROOM = { top: 48, right: 72, bottom: 64, left: 72 };

const darkness = matchMedia("(prefers-color-scheme: dark)");
const scheme = () => (darkness.matches ? "dark" : "light");

/**
 * @param {HTMLElement} container
 * @param {import("./style.js").Features} shown
 * @returns {Promise<Map>}
 */
async function makeMap(container, shown) {
  const { Map } = await import("../../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs");
  const { center, bbox } = region();
  return new Map({
    container,
    style: style(scheme(), bbox, shown),
    center,
    zoom: HOME_ZOOM,
    minZoom: 8,
    maxZoom: 18,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    locale: { "Map.Title": words().map },
  });
}

/** @param {Map} map @param {import("./style.js").Features} shown @param {boolean} fit */
function show(map, shown, fit) {
  const source = map.getSource("chosen");
  /** @type {any} */ (source)?.setData(shown);
  const bounds = boundsOf(shown);
  if (fit && bounds) map.fitBounds(bounds, { padding: ROOM, maxZoom: CLOSEST_FIT, duration: 500 });
}

/** @param {{map: Map}} props */
function Zoom({ map }) {
  return html`<div class="map-zoom">
    <button type="button" class="icon-button" aria-label=${words().zoomIn} onClick=${() => map.zoomIn()}><${Icon} name="plus" /></button>
    <button type="button" class="icon-button" aria-label=${words().zoomOut} onClick=${() => map.zoomOut()}><${Icon} name="minus" /></button>
  </div>`;
}

function Notices() {
  const { attribution, illustrative_streets } = region();
  return html`<div class="map-notices">
    ${illustrative_streets && html`<p class="map-note">${words().illustrative}</p>`}
    <details class="map-note"><summary>${words().sources}</summary>
      <ul>${attribution.map((source) => html`<li>${source}</li>`)}</ul></details>
  </div>`;
}

/**
 * @param {{from: Spot | null, to: Spot | null, journey: Journey | null, fit: boolean,
 *   onTap: ((spot: Spot) => void) | null, children?: unknown}} props
 */
export function MapView({ from, to, journey, fit, onTap, children }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const tap = useRef(onTap);
  tap.current = onTap;
  const [map, setMap] = useState(/** @type {Map | null} */ (null));
  const [failed, setFailed] = useState(false);
  const shown = useMemo(() => features(from, to, journey), [from, to, journey]);

  useEffect(() => {
    /** @type {Map | null} */
    let made = null;
    const start = async () => {
      if (!box.current) return;
      made = await makeMap(box.current, shown);
      made.on("click", (event) => tap.current?.(spotAt(event.target, event, words().pickedPoint)));
      made.once("load", () => setMap(made));
    };
    start().catch(() => setFailed(true));
    return () => made?.remove();
  }, []);
  useEffect(() => {
    if (map) show(map, shown, fit);
  }, [map, shown, fit]);
  useEffect(() => {
    const repaint = () => map?.setStyle(style(scheme(), region().bbox, shown));
    darkness.addEventListener("change", repaint);
    return () => darkness.removeEventListener("change", repaint);
  }, [map, shown]);
  useEffect(() => map?.getCanvas().setAttribute("aria-label", words().map), [map, language()]);

  return html`<section class="map" aria-label=${words().map} data-ready=${map ? "true" : undefined}>
    <div class="map-canvas" ref=${box}></div>
    ${failed && html`<p class="map-failed">${words().mapFailed}</p>`}
    ${map && html`<${Zoom} map=${map} />`}
    <${Notices} />
    ${children}
  </section>`;
}
