// One small observable value; views that use it are drawn again when it changes.

import { useEffect, useState } from "./html.js";

/**
 * @template T
 * @typedef {{get: () => T, set: (change: Partial<T>) => void,
 *   subscribe: (listener: () => void) => () => void}} Store
 */

/**
 * @template {object} T
 * @param {T} initial
 * @returns {Store<T>}
 */
export function createStore(initial) {
  let value = initial;
  /** @type {Set<() => void>} */
  const listeners = new Set();
  return {
    get: () => value,
    set(change) {
      value = { ...value, ...change };
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/**
 * @template T
 * @param {Store<T>} store
 * @returns {T}
 */
export function useStore(store) {
  const [value, setValue] = useState(store.get());
  useEffect(() => {
    const update = () => setValue(store.get());
    update(); // the value may have changed between drawing and subscribing
    return store.subscribe(update);
  }, [store]);
  return value;
}
