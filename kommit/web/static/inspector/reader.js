// Finds the Aztec code in a photograph, here on the device: zxing-cpp as WebAssembly, vendored.

import { prepareZXingModule, readBarcodes } from "../vendor/zxing-wasm-3.1.6/reader/index.js";

const WASM = new URL("../vendor/zxing-wasm-3.1.6/reader/zxing_reader.wasm", import.meta.url).href;
const OPTIONS = { formats: /** @type {any} */ (["Aztec"]), tryHarder: true };

/** Load the reader before it is needed, so that it is there when the network is not. */
export const prepare = () => prepareZXingModule({ overrides: { locateFile: () => WASM }, fireImmediately: true });

/**
 * @param {Blob} image  PNG or JPEG, as a camera makes it.
 * @returns {Promise<Uint8Array<ArrayBuffer> | null>} What the code holds; null where none is seen.
 */
export async function readCode(image) {
  await prepare();
  const found = await readBarcodes(image, OPTIONS);
  const codes = found.filter(({ isValid }) => isValid).map(({ bytes }) => /** @type {Uint8Array<ArrayBuffer>} */ (bytes));
  return codes.find((bytes) => bytes[0] === 0x4b) ?? codes[0] ?? null;
}
