// A place to type in, with suggestions: the WAI-ARIA combobox with a listbox popup.

import { announce } from "../announce.js";
import { html, useEffect, useId, useRef, useState } from "../html.js";
import { words } from "../i18n.js";
import { Icon } from "../icons.js";
import { findPlaces, positionSpot, spotOf } from "../places.js";

/** @typedef {import("../route.js").Spot} Spot */
/** @typedef {import("../contract.js").Place} Place */

const DEBOUNCE_MS = 180;

/**
 * Suggestions for what is typed; null while the list is closed.
 *
 * @param {string} text
 * @param {boolean} open
 * @returns {Place[] | null}
 */
function useSuggestions(text, open) {
  const [places, setPlaces] = useState(/** @type {Place[] | null} */ (null));
  useEffect(() => {
    if (!open || text.trim().length < 2) return setPlaces(null);
    const asking = new AbortController();
    const timer = setTimeout(async () => {
      const found = await findPlaces(text, asking.signal);
      if (asking.signal.aborted) return;
      setPlaces(found);
      announce(words().suggestions(found.length));
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [text, open]);
  return open ? places : null;
}

/** @param {Place} place @returns {string} */
function kindText({ kind, name, locality }) {
  const text = /** @type {Record<string, string>} */ (words().kinds)[kind] ?? "";
  return locality && !name.includes(locality) ? `${text}, ${locality}` : text;
}

/** @param {{place: Place, id: string, active: boolean, onPick: () => void}} props */
function Suggestion({ place, id, active, onPick }) {
  return html`<li id=${id} role="option" aria-selected=${active ? "true" : "false"} class="suggestion"
      onMouseDown=${(/** @type {Event} */ event) => event.preventDefault()} onClick=${onPick}>
    <${Icon} name=${place.modes[0] ?? place.kind} />
    <span class="suggestion-name">${place.name}</span>
    <span class="suggestion-kind">${kindText(place)}</span>
  </li>`;
}

/** @param {{onSpot: (spot: Spot) => void, onFail: () => void}} props */
function PositionButton({ onSpot, onFail }) {
  const ask = () => positionSpot(words().myPosition).then(onSpot, onFail);
  return html`<button type="button" class="icon-button" onClick=${ask} aria-label=${words().myPosition} title=${words().myPosition}>
    <${Icon} name="locate" />
  </button>`;
}

/**
 * @param {{label: string, name: string, spot: Spot | null, typed: string, error?: string, locate?: boolean,
 *   onSpot: (spot: Spot | null, typed: string) => void}} props
 */
export function PlaceField({ label, name, spot, typed, error, locate = false, onSpot }) {
  const id = useId();
  const text = spot?.name ?? typed;
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const [trouble, setTrouble] = useState("");
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const places = useSuggestions(text, open);
  useEffect(() => setActive(-1), [places]);

  /** @param {Spot} chosen */
  const choose = (chosen) => {
    setOpen(false);
    setTrouble("");
    onSpot(chosen, "");
  };
  /** @param {InputEvent} event */
  const changed = (event) => {
    setOpen(true);
    onSpot(null, /** @type {HTMLInputElement} */ (event.target).value);
  };
  const clear = () => {
    onSpot(null, "");
    input.current?.focus();
  };
  const last = (places?.length ?? 0) - 1;
  /** @type {Record<string, () => void>} */
  const keys = {
    ArrowDown: () => (open ? setActive(active >= last ? 0 : active + 1) : setOpen(true)),
    ArrowUp: () => setActive(active <= 0 ? last : active - 1),
    Escape: () => (places ? setOpen(false) : clear()),
    Enter: () => places?.[Math.max(active, 0)] && choose(spotOf(places[Math.max(active, 0)])),
  };
  /** @param {KeyboardEvent} event */
  const pressed = (event) => {
    const act = keys[event.key];
    if (!act || (event.key === "Enter" && !places?.length)) return;
    event.preventDefault();
    act();
  };
  const expanded = Boolean(places);
  const shown = error || trouble;
  return html`<div class="place-field">
    <label for=${`${id}-in`}>${label}</label>
    <div class="place-box">
      <input ref=${input} id=${`${id}-in`} name=${name} type="text" role="combobox" autocomplete="off" autocapitalize="off"
        spellcheck="false" enterkeyhint="search" placeholder=${words().placeHint} value=${text}
        aria-expanded=${String(expanded)} aria-controls=${expanded ? `${id}-list` : undefined} aria-autocomplete="list"
        aria-activedescendant=${expanded && active >= 0 ? `${id}-${active}` : undefined}
        aria-invalid=${shown ? "true" : undefined} aria-describedby=${shown ? `${id}-error` : undefined}
        onInput=${changed} onKeyDown=${pressed} onBlur=${() => setOpen(false)} />
      ${text && html`<button type="button" class="icon-button" onClick=${clear} aria-label=${`${label}: ${words().clear}`}>
        <${Icon} name="close" size=${16} /></button>`}
      ${locate && !text && html`<${PositionButton} onSpot=${choose} onFail=${() => setTrouble(words().positionFailed)} />`}
    </div>
    ${places && html`<ul id=${`${id}-list`} role="listbox" aria-label=${label} class="suggestions">
      ${places.map((place, index) => html`<${Suggestion} key=${place.id} place=${place} id=${`${id}-${index}`}
        active=${index === active} onPick=${() => choose(spotOf(place))} />`)}
    </ul>`}
    ${places?.length === 0 && html`<p class="suggestions-none">${words().noSuggestion}</p>`}
    ${shown && html`<p class="field-error" id=${`${id}-error`}>${shown}</p>`}
  </div>`;
}
