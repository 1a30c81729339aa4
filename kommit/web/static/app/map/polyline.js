// Encoded polylines of precision 6, as the API sends them.

const PRECISION = 1e6;

/**
 * @param {string} encoded
 * @returns {[number, number][]} `[lon, lat]`, the order of GeoJSON.
 */
export function decode(encoded) {
  /** @type {[number, number][]} */
  const points = [];
  let at = 0;
  const next = () => {
    let [shift, value, byte] = [0, 0, 0];
    do {
      byte = encoded.charCodeAt(at++) - 63;
      value += (byte & 31) * 2 ** shift; // no shift operator: 32 bits are too few for its sign
      shift += 5;
    } while (byte >= 32 && at < encoded.length);
    return value % 2 ? -(value + 1) / 2 : value / 2;
  };
  let [lat, lon] = [0, 0];
  while (at < encoded.length) {
    lat += next();
    lon += next();
    points.push([lon / PRECISION, lat / PRECISION]);
  }
  return points;
}
