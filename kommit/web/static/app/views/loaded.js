// What a part of the account shows: read once it is drawn, read again after a change.

import { useEffect, useState } from "../html.js";
import { asProblem } from "../plan.js";

/** @typedef {import("../api.js").Problem} Problem */

/**
 * @template T
 * @param {() => Promise<T>} ask
 * @returns {{told: T | null, problem: Problem | null, busy: boolean, read: () => Promise<void>,
 *   run: (work: () => Promise<unknown>) => Promise<boolean>}}
 *   `run` does something and reads again; true if it was done.
 */
export function useLoaded(ask) {
  const [told, setTold] = useState(/** @type {T | null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem | null} */ (null));
  const [busy, setBusy] = useState(false);
  const read = () => ask().then(setTold, (error) => setProblem(asProblem(error)));
  /** @param {() => Promise<unknown>} work */
  const run = async (work) => {
    if (busy) return false;
    setBusy(true);
    setProblem(null);
    try {
      await work();
      await read();
      return true;
    } catch (error) {
      setProblem(asProblem(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  useEffect(() => void read(), []);
  return { told, problem, busy, read, run };
}
