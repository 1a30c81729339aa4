// Counts down to a moment.

import { useEffect, useState } from "./html.js";

/**
 * @param {string | null | undefined} until
 * @returns {number} Milliseconds left, never below 0; redrawn once a second.
 */
export function useTimeLeft(until) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!until) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [until]);
  return until ? Math.max(0, Date.parse(until) - now) : 0;
}
