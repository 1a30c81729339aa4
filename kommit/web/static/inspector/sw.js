// Keeps the inspector's page on the device: after one visit it works without a network.
// Network first: a new version is never hidden by an old copy. The API is left alone.

const CACHE = "kommit-inspector";
const FILES = [
  "./",
  "main.js",
  "check.js",
  "check_in.js",
  "kept.js",
  "payload.js",
  "reader.js",
  "verdict.js",
  "words.js",
  "inspector.css",
  "../icon.svg",
  "../css/tokens.css",
  "../css/base.css",
  "../css/layout.css",
  "../css/booking.css",
  "../css/staff.css",
  "../app/html.js",
  "../app/ticket/bytes.js",
  "../app/ticket/moment.js",
  "../vendor/preact-11.2.0/preact.mjs",
  "../vendor/preact-11.2.0/hooks.mjs",
  "../vendor/htm-3.1.1/htm.mjs",
  "../vendor/zxing-wasm-3.1.6/share.js",
  "../vendor/zxing-wasm-3.1.6/reader/index.js",
  "../vendor/zxing-wasm-3.1.6/reader/zxing_reader.wasm",
];

addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});
addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

/** @param {Request} request */
async function freshOrKept(request) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}

addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (origin !== location.origin || event.request.method !== "GET" || pathname.startsWith("/v1/")) return;
  event.respondWith(freshOrKept(event.request));
});
