// Writes PNGs of few colours, a byte a pixel: a third of what RGBA would take. What is
// stored is compressed in JavaScript: zlib, which is quick, differs from processor to
// processor.
import { crc32, deflateSync } from "node:zlib";
import { zlibSync } from "fflate";

const COLOURS = 256;
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

const channels = (colour) => [
  colour >>> 24,
  (colour >> 16) & 255,
  (colour >> 8) & 255,
];

/** Which colour of a palette is nearest; the first of several. */
function nearest(palette, colour) {
  const [red, green, blue] = channels(colour);
  let [best, least] = [0, Infinity];
  for (let i = 0; i < palette.length; i++) {
    const other = palette[i];
    const a = (other >>> 24) - red;
    const b = ((other >> 16) & 255) - green;
    const c = ((other >> 8) & 255) - blue;
    const distance = a * a + b * b + c * c;
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}

/**
 * The PNG of opaque pixels, RGBA row by row. Of more colours than a palette takes,
 * the rare ones (of smoothed edges) become the nearest frequent one.
 * It is the same file on every machine, unless `quick`.
 */
export function encodePng({ width, height, pixels }, quick) {
  const view = new DataView(
    pixels.buffer,
    pixels.byteOffset,
    pixels.byteLength,
  );
  // The same bytes as numbers of this machine: quicker, and compared only.
  const raw = new Uint32Array(view.buffer, view.byteOffset, width * height);
  // A number for each colour; most of a picture is runs of one.
  const numbers = new Map();
  const [colours, counts] = [[], []];
  const flat = new Uint32Array(width * height);
  let [last, number] = [-1, 0];
  for (let i = 0; i < flat.length; i++) {
    if (raw[i] !== last) {
      last = raw[i];
      number = numbers.get(last) ?? numbers.size;
      if (number === numbers.size) {
        numbers.set(last, number);
        colours.push(view.getUint32(4 * i));
        counts.push(0);
      }
    }
    flat[i] = number;
    counts[number] += 1;
  }
  const order = colours
    .map((_, i) => i)
    .sort((a, b) => counts[b] - counts[a] || colours[a] - colours[b]);
  const palette = order.slice(0, COLOURS).map((i) => colours[i]);
  const index = new Uint8Array(colours.length);
  order.forEach((one, i) => {
    index[one] = i < COLOURS ? i : nearest(palette, colours[one]);
  });
  // Each row begins with a byte that says: not filtered.
  const rows = new Uint8Array(height * (width + 1));
  for (let y = 0, i = 0, at = 0; y < height; y++) {
    at += 1;
    for (let x = 0; x < width; x++) rows[at++] = index[flat[i++]];
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8); // bits a pixel, and that they count colours of a palette
  return Buffer.concat([
    Buffer.from(SIGNATURE),
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from(palette.flatMap(channels))),
    chunk("IDAT", (quick ? deflateSync : zlibSync)(rows, { level: 6 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
