// Keeps the page itself on the device, so that a ticket opens without a network.
// Network first: a new version is never hidden by an old copy. API and tiles are left alone.

const CACHE = "kommit-page";
const LEFT_ALONE = ["/v1/", "/tiles/"];

addEventListener("install", () => self.skipWaiting());
addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

/** @param {Request} request */
async function freshOrKept(request) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw error;
  }
}

addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  const ours = origin === location.origin && event.request.method === "GET";
  if (!ours || LEFT_ALONE.some((path) => pathname.startsWith(path))) return;
  event.respondWith(freshOrKept(event.request));
});
