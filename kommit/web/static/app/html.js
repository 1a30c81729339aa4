// Templates without a build step: htm reads them, Preact draws them.

import htm from "../vendor/htm-3.1.1/htm.mjs";
import { h, render } from "../vendor/preact-11.2.0/preact.mjs";

export {
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "../vendor/preact-11.2.0/hooks.mjs";
export { render };

export const html = htm.bind(h);
