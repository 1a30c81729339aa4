// Says things to screen readers: one polite live region for the whole page.

/** @param {string} text */
export function announce(text) {
  const voice = document.getElementById("voice");
  if (!voice) return;
  voice.textContent = "";
  // The same words twice in a row are read only if the region was empty in between.
  setTimeout(() => (voice.textContent = text), 50);
}
