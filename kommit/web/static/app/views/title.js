// A view's heading: names the document and takes the focus when the view changes.

import { html, useEffect, useRef } from "../html.js";
import { words } from "../i18n.js";

let shown = false;

/** @param {{children: unknown, class?: string}} props */
export function Title({ children, class: name = "" }) {
  const heading = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  useEffect(() => {
    document.title = `${heading.current?.textContent} · ${words().title}`;
  });
  useEffect(() => {
    // The first view of a visit leaves the focus where the browser put it.
    if (shown) heading.current?.focus({ preventScroll: true });
    shown = true;
    scrollTo(0, 0);
    document.querySelector(".panel")?.scrollTo(0, 0);
  }, []);
  return html`<h1 ref=${heading} tabindex="-1" class=${name}>${children}</h1>`;
}

/** @param {{href: string, text?: string}} props */
export function BackLink({ href, text }) {
  return html`<a class="back-link" href=${href}>
    <svg class="icon" width="20" height="20" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M15 5l-7 7 7 7" /></svg>
    <span>${text ?? words().back}</span></a>`;
}
