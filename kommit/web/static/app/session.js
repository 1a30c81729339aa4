// Who is signed in on this device. The token outlives a reload, nothing else does.

import { createStore } from "./store.js";

/** @typedef {{token: string, rider: import("./contract.js").Rider} | null} Session */

const PLACE = "kommit.session";

/** @returns {Session} */
function remembered() {
  try {
    return JSON.parse(localStorage.getItem(PLACE) ?? "null");
  } catch {
    return null; // private mode, or somebody else's bytes
  }
}

/** @type {import("./store.js").Store<{session: Session}>} */
export const sessions = createStore({ session: remembered() });

/** @param {Session} session */
export function setSession(session) {
  if (session) localStorage.setItem(PLACE, JSON.stringify(session));
  else localStorage.removeItem(PLACE);
  sessions.set({ session });
}
