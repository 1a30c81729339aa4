// The page's two languages: what is said in them stands in `words/`.

import { createStore } from "./store.js";
import { de } from "./words/de.js";
import { en } from "./words/en.js";

/** @typedef {"de" | "en"} Language */
/** @typedef {typeof de} Words */

const PLACE = "kommit.language";

/** @type {Record<Language, Words>} */
const WORDS = { de, en };

/** @returns {Language} */
function preferred() {
  const kept = localStorage.getItem(PLACE);
  if (kept === "de" || kept === "en") return kept;
  return navigator.languages.some((tag) => tag.toLowerCase().startsWith("de")) ? "de" : "en";
}

/** @type {import("./store.js").Store<{language: Language}>} */
export const languages = createStore({ language: preferred() });

/** @returns {Language} */
export const language = () => languages.get().language;

/** @returns {string} How dates, amounts and numbers are written: as in Europe in both languages. */
export const locale = () => (language() === "de" ? "de-DE" : "en-GB");

/** @returns {Words} What the page says, in the rider's language. */
export const words = () => WORDS[language()];

/** @param {Language} chosen */
export function speak(chosen) {
  localStorage.setItem(PLACE, chosen);
  languages.set({ language: chosen });
}
