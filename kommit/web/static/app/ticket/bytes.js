// Bytes as base64url text and back, and rows of bytes put together.

/** @param {Uint8Array} bytes */
export const toText = (bytes) =>
  btoa(Array.from(bytes, (each) => String.fromCharCode(each)).join("")).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

/** @param {Uint8Array} bytes */
export const toHex = (bytes) => Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");

/**
 * @param {string} text  Padding may be left out.
 * @returns {Uint8Array<ArrayBuffer>}
 * @throws {DOMException} Where it is not base64url.
 */
export function toBytes(text) {
  const plain = text.replace(/=+$/, "");
  if (!/^[A-Za-z0-9_-]*$/.test(plain)) throw new DOMException("not base64url", "InvalidCharacterError");
  return Uint8Array.from(atob(plain.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

/**
 * @param {...Uint8Array} parts
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function join(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
