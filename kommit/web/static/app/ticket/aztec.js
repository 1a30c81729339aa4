// Draws bytes as an Aztec code (ISO/IEC 24778), full-size, all of them by one binary shift.
//
// A ticket on a phone is drawn anew every few seconds and without a network, so the phone does it.

/** Words of the code by their bits: the field's polynomial, and up to how many layers they go. */
const FIELDS = [
  { bits: 6, polynomial: 0x43, layers: 2 },
  { bits: 8, polynomial: 0x12d, layers: 8 },
  { bits: 10, polynomial: 0x409, layers: 22 },
  { bits: 12, polynomial: 0x1069, layers: 32 },
];
const MODE_FIELD = { bits: 4, polynomial: 0x13 };
const BINARY_SHIFT = 31;
const MOST_BYTES = 2078;
/** Share of the code that corrects errors, and words besides, as the standard advises. */
const CORRECTION = 0.23;
const CORRECTION_WORDS = 3;

/** @typedef {number[]} Bits  Each 0 or 1. */

/**
 * @param {Uint8Array} data
 * @returns {boolean[][]} Rows of modules without a margin; true is black.
 * @throws {RangeError} Where no code holds that much.
 */
export function aztec(data) {
  const message = messageBits(data);
  const { layers, words, bits } = fitted(message);
  const size = 14 + 4 * layers;
  const lines = axis(size);
  const side = lines[size - 1] + 1;
  const black = Array.from({ length: side }, () => new Array(side).fill(false));
  drawGrid(black, size);
  drawModeMessage(black, layers, words.length);
  drawData(black, lines, layers, codedBits(words, layers, bits));
  drawEye(black);
  return black;
}

/**
 * @param {boolean[][]} black @param {number} [margin]
 * @returns {string} An SVG path of all black modules, one run after the other.
 */
export function pathOf(black, margin = 2) {
  let path = "";
  black.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (!row[x] || row[x - 1]) continue;
      let end = x;
      while (row[end]) end++;
      path += `M${x + margin} ${y + margin}h${end - x}v1H${x + margin}z`;
    }
  });
  return path;
}

/** @param {number} value @param {number} count @returns {Bits} */
const bitsOf = (value, count) => Array.from({ length: count }, (_, at) => (value >> (count - 1 - at)) & 1);

/** @param {Uint8Array} data @returns {Bits} */
function messageBits(data) {
  if (data.length < 1 || data.length > MOST_BYTES) throw new RangeError(`no code holds ${data.length} bytes`);
  const length = data.length <= 31 ? bitsOf(data.length, 5) : [...bitsOf(0, 5), ...bitsOf(data.length - 31, 11)];
  return [...bitsOf(BINARY_SHIFT, 5), ...length, ...Array.from(data).flatMap((byte) => bitsOf(byte, 8))];
}

/**
 * Words that are never all 0 or all 1: such would be taken for lost ones.
 *
 * @param {Bits} message @param {number} bits  Of a word.
 * @returns {number[]}
 */
function stuffed(message, bits) {
  const words = [];
  const full = (1 << bits) - 2;
  for (let at = 0; at < message.length; at += bits) {
    let word = 0;
    for (let i = 0; i < bits; i++) word = (word << 1) | (message[at + i] ?? 1);
    if ((word & full) === full) {
      words.push(word & full);
      at--;
    } else if ((word & full) === 0) {
      words.push(word | 1);
      at--;
    } else words.push(word);
  }
  return words;
}

/** @param {number} layers */
const capacity = (layers) => (112 + 16 * layers) * layers;

/** @param {Bits} message  @returns {{layers: number, words: number[], bits: number}} The smallest code for it. */
function fitted(message) {
  for (let layers = 1; layers <= 32; layers++) {
    const { bits } = /** @type {typeof FIELDS[0]} */ (FIELDS.find((field) => layers <= field.layers));
    const words = stuffed(message, bits);
    const room = Math.floor(capacity(layers) / bits);
    if (words.length + Math.ceil(room * CORRECTION) + CORRECTION_WORDS <= room) return { layers, words, bits };
  }
  throw new RangeError("no code holds that much");
}

/**
 * @param {number[]} words @param {number} count  Of check words.
 * @param {{bits: number, polynomial: number}} field
 * @returns {number[]} Check words of a Reed-Solomon code whose generator begins with the first power.
 */
function checkWords(words, count, { bits, polynomial }) {
  const size = 1 << bits;
  const exp = new Array(2 * size).fill(0);
  const log = new Array(size).fill(0);
  for (let i = 0, x = 1; i < size - 1; i++) {
    exp[i] = exp[i + size - 1] = x;
    log[x] = i;
    x = 2 * x >= size ? (2 * x) ^ polynomial : 2 * x;
  }
  /** @param {number} a @param {number} b */
  const times = (a, b) => (a && b ? exp[log[a] + log[b]] : 0);
  let generator = [1];
  for (let i = 1; i <= count; i++) {
    const next = [...generator, 0];
    generator.forEach((each, at) => (next[at + 1] ^= times(each, exp[i])));
    generator = next;
  }
  const rest = new Array(count).fill(0);
  for (const word of words) {
    const factor = word ^ rest[0];
    rest.shift();
    rest.push(0);
    for (let i = 0; i < count; i++) rest[i] ^= times(generator[i + 1], factor);
  }
  return rest;
}

/** @param {number[]} words @param {number} layers @param {number} bits @returns {Bits} */
function codedBits(words, layers, bits) {
  const field = /** @type {typeof FIELDS[0]} */ (FIELDS.find((each) => each.bits === bits));
  const room = capacity(layers);
  const total = Math.floor(room / bits);
  const all = [...words, ...checkWords(words, total - words.length, field)];
  return [...new Array(room % bits).fill(0), ...all.flatMap((word) => bitsOf(word, bits))];
}

/** @param {number} size @returns {number[]} Where columns lie between the lines of the grid. */
function axis(size) {
  const half = size / 2;
  const side = size + 1 + 2 * Math.floor((half - 1) / 15);
  const center = Math.floor(side / 2);
  const lines = new Array(size);
  for (let i = 0; i < half; i++) {
    const offset = i + Math.floor(i / 15);
    lines[half - i - 1] = center - offset - 1;
    lines[half + i] = center + offset + 1;
  }
  return lines;
}

/** @param {boolean[][]} black @param {number[]} lines @param {number} layers @param {Bits} bits */
function drawData(black, lines, layers, bits) {
  const last = lines.length - 1;
  let start = 0;
  for (let layer = 0; layer < layers; layer++) {
    const side = (layers - layer) * 4 + 12;
    for (let j = 0; j < side; j++) {
      for (let k = 0; k < 2; k++) {
        const [near, far] = [layer * 2 + k, last - layer * 2 - k];
        const [from, to] = [layer * 2 + j, last - layer * 2 - j];
        /** @type {[number, number][]} Column and row on the left, bottom, right and top side. */
        const places = [[near, from], [from, far], [far, to], [to, near]];
        places.forEach(([x, y], quarter) => {
          if (bits[start + 2 * (side * quarter + j) + k]) black[lines[y]][lines[x]] = true;
        });
      }
    }
    start += side * 8;
  }
}

/** @param {boolean[][]} black @param {number} layers @param {number} words */
function drawModeMessage(black, layers, words) {
  const plain = [...bitsOf(layers - 1, 5), ...bitsOf(words - 1, 11)];
  const nibbles = [0, 4, 8, 12].map((at) => parseInt(plain.slice(at, at + 4).join(""), 2));
  const bits = [...nibbles, ...checkWords(nibbles, 6, MODE_FIELD)].flatMap((each) => bitsOf(each, 4));
  const center = (black.length - 1) / 2;
  for (let i = 0; i < 10; i++) {
    const offset = center - 5 + i + Math.floor(i / 5);
    if (bits[i]) black[center - 7][offset] = true;
    if (bits[i + 10]) black[offset][center + 7] = true;
    if (bits[29 - i]) black[center + 7][offset] = true;
    if (bits[39 - i]) black[offset][center - 7] = true;
  }
}

/** @param {boolean[][]} black @param {number} size  Lines that help readers to count, every 16. */
function drawGrid(black, size) {
  const center = (black.length - 1) / 2;
  for (let i = 0, j = 0; i < size / 2 - 1; i += 15, j += 16) {
    for (let k = center & 1; k < black.length; k += 2) {
      for (const line of [center - j, center + j]) black[line][k] = black[k][line] = true;
    }
  }
}

/** @param {boolean[][]} black  The rings in the middle, and which way is up. */
function drawEye(black) {
  const center = (black.length - 1) / 2;
  for (let ring = 0; ring < 7; ring += 2) {
    for (let i = center - ring; i <= center + ring; i++) {
      for (const side of [center - ring, center + ring]) black[side][i] = black[i][side] = true;
    }
  }
  /** @type {[number, number][]} */
  const marks = [[-7, -7], [-6, -7], [-7, -6], [7, -7], [7, -6], [7, 6]];
  for (const [x, y] of marks) black[center + y][center + x] = true;
}
