// The look of services on demand: areas dashed, their own stops as rings, stops of the timetable as dots.

/** @typedef {import("./style.js").Palette} Palette */

const STOPS_ZOOM = 11.5;
const NAMES_ZOOM = 14.5;
const isStop = ["==", ["geometry-type"], "Point"];

/** @param {Palette} palette */
export const onDemandLayers = (palette) => [
  {
    id: "on-demand-areas", type: "fill", source: "on-demand", filter: ["!", isStop],
    paint: { "fill-color": ["get", "color"], "fill-opacity": 0.1 },
  },
  {
    id: "on-demand-edges", type: "line", source: "on-demand", filter: ["!", isStop],
    paint: { "line-color": ["get", "color"], "line-width": 2, "line-dasharray": [3, 2] },
  },
  {
    id: "on-demand-stops", type: "circle", source: "on-demand", filter: isStop, minzoom: STOPS_ZOOM,
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], STOPS_ZOOM, 3, 17, 7],
      "circle-color": ["case", ["get", "virtual"], palette.stop, ["get", "color"]],
      "circle-stroke-color": ["case", ["get", "virtual"], ["get", "color"], palette.stop],
      "circle-stroke-width": 2.5,
    },
  },
  {
    // Stops of the timetable have their names on the base map.
    id: "on-demand-names", type: "symbol", source: "on-demand", minzoom: NAMES_ZOOM,
    filter: ["all", isStop, ["to-boolean", ["get", "virtual"]]],
    layout: {
      "text-field": ["get", "name"], "text-font": ["sans-serif"], "text-size": 12,
      "text-anchor": "top", "text-offset": [0, 0.7], "text-max-width": 9,
    },
    paint: { "text-color": palette.ink, "text-halo-color": palette.halo, "text-halo-width": 1.6 },
  },
];

/** The vehicle that the rider waits for lies above everything. */
export const myVehicleLayers = () => [
  {
    id: "my-vehicles", type: "symbol", source: "mine",
    layout: { "icon-image": ["get", "image"], "icon-size": 1.4, "icon-allow-overlap": true, "icon-ignore-placement": true },
  },
];
