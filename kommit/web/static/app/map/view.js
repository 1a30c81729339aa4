// The map beside or above the page. It loads after the page: everything works without it.

import { html, useEffect, useMemo, useRef, useState } from "../html.js";
import { language, words } from "../i18n.js";
import { Icon } from "../icons.js";
import { areas, readServices, services, showAreas } from "../on_demand.js";
import { region } from "../region.js";
import { look, sharing, showOnMap, systems } from "../sharing.js";
import { useStore } from "../store.js";
import { PickedShared } from "../views/shared.js";
import { boundsOf, features } from "./features.js";
import { useAreas, useMyVehicles } from "./on_demand.js";
import { spotAt } from "./pick.js";
import { boxOf, drawMarkersFor, pickAt, useShared } from "./shared.js";
import { useSpotlight } from "./spot.js";
import { NO_FEATURES, style } from "./style.js";

/** @typedef {import("../../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs").Map} Map */
/** @typedef {import("../contract.js").Journey} Journey */
/** @typedef {import("../route.js").Spot} Spot */

const HOME_ZOOM = 13.2;
const CLOSEST_FIT = 15.5;
/** Where shared vehicles are listed if no map says where the rider looks. */
const AROUND_DEG = 0.1;
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
  const map = new Map({
    container,
    style: style(scheme(), bbox, { chosen: shown, shared: NO_FEATURES, onDemand: NO_FEATURES, mine: NO_FEATURES }),
    center,
    zoom: HOME_ZOOM,
    minZoom: 8,
    maxZoom: 18,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    locale: { "Map.Title": words().map },
  });
  drawMarkersFor(map);
  return map;
}

/** @param {[number, number]} center @returns {[number, number, number, number]} */
const around = ([lon, lat]) => [lon - AROUND_DEG, lat - AROUND_DEG, lon + AROUND_DEG, lat + AROUND_DEG];

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

/** Shared vehicles on the map, or not. */
function SharedSwitch() {
  const { shown } = useStore(sharing);
  return html`<button type="button" class="icon-button map-switch" aria-pressed=${String(shown)}
    aria-label=${words().showShared} title=${words().showShared} onClick=${() => showOnMap(!shown)}><${Icon} name="BICYCLE" /></button>`;
}

/** Stops and areas of shuttles on the map, or not; nothing where there are none. */
function ShuttleSwitch() {
  const { shown } = useStore(areas);
  const known = useStore(services).services.length > 0;
  useEffect(() => void readServices(), []);
  if (!known) return null;
  return html`<button type="button" class="icon-button map-switch map-switch-second" aria-pressed=${String(shown)}
    aria-label=${words().showShuttles} title=${words().showShuttles} onClick=${() => showAreas(!shown)}><${Icon} name="ON_DEMAND" /></button>`;
}

function Notices() {
  const { attribution, illustrative_streets } = region();
  const renters = useStore(systems).systems.flatMap((system) => system.attribution);
  return html`<div class="map-notices">
    ${illustrative_streets && html`<p class="map-note">${words().illustrative}</p>`}
    <details class="map-note"><summary>${words().sources}</summary>
      <ul>${[...attribution, ...new Set(renters)].map((source) => html`<li>${source}</li>`)}</ul></details>
  </div>`;
}

/**
 * @param {{from: Spot | null, to: Spot | null, journey: Journey | null, fit: boolean,
 *   onTap: ((spot: Spot | null) => void) | null, children?: unknown}} props
 */
export function MapView({ from, to, journey, fit, onTap, children }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const tap = useRef(onTap);
  tap.current = onTap;
  const [map, setMap] = useState(/** @type {Map | null} */ (null));
  const [failed, setFailed] = useState(false);
  const [seen, setSeen] = useState("");
  const shared = useShared(map);
  const onDemand = useAreas(map);
  const mine = useMyVehicles(map);
  const pinned = useSpotlight(map);
  const shown = useMemo(() => features(from, to, journey), [from, to, journey]);

  useEffect(() => {
    /** @type {Map | null} */
    let made = null;
    const start = async () => {
      if (!box.current) return;
      made = await makeMap(box.current, shown);
      made.on("click", (event) => {
        const hit = pickAt(event.target, event);
        tap.current?.(hit ? null : spotAt(event.target, event, words().pickedPoint));
      });
      made.on("moveend", ({ target }) => setSeen(boxOf(target).join(",")));
      made.once("load", ({ target }) => {
        setMap(target);
        setSeen(boxOf(target).join(","));
      });
    };
    start().catch(() => {
      setFailed(true);
      look(around(region().center)); // the list serves without a map
    });
    return () => made?.remove();
  }, []);
  useEffect(() => {
    if (map) show(map, shown, fit);
  }, [map, shown, fit]);
  useEffect(() => {
    const repaint = () => map?.setStyle(style(scheme(), region().bbox, { chosen: shown, shared, onDemand, mine }));
    darkness.addEventListener("change", repaint);
    return () => darkness.removeEventListener("change", repaint);
  }, [map, shown, shared, onDemand, mine]);
  useEffect(() => map?.getCanvas().setAttribute("aria-label", words().map), [map, language()]);

  return html`<section class=${pinned ? "map map-pinned" : "map"} aria-label=${words().map} data-ready=${map ? "true" : undefined} data-seen=${seen || undefined}>
    <div class="map-canvas" ref=${box}></div>
    ${failed && html`<p class="map-failed">${words().mapFailed}</p>`}
    ${map && html`<${Zoom} map=${map} /><${SharedSwitch} /><${ShuttleSwitch} />`}
    <${Notices} />
    ${children ?? html`<${PickedShared} ends=${Boolean(onTap)} />`}
  </section>`;
}
