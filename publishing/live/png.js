// Writes PNGs of few colours, a byte a pixel: a third of what RGBA would take. The
// compression is in JavaScript too, since zlib's differs from processor to processor.
import { crc32 } from "node:zlib";
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

function distance(one, other) {
  const [a, b] = [one, other].map(channels);
  return a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0);
}

/**
 * The PNG of opaque pixels, RGBA row by row. Of more colours than a palette takes,
 * the rare ones (of smoothed edges) become the nearest frequent one.
 */
export function encodePng({ width, height, pixels }) {
  const view = new DataView(
    pixels.buffer,
    pixels.byteOffset,
    pixels.byteLength,
  );
  // Runs of one colour, which most of a picture is.
  const runs = [];
  for (let at = 0; at < view.byteLength; at += 4) {
    const colour = view.getUint32(at);
    if (colour === runs.at(-1)?.colour) runs.at(-1).length += 1;
    else runs.push({ colour, length: 1 });
  }
  const counts = new Map();
  for (const { colour, length } of runs)
    counts.set(colour, (counts.get(colour) ?? 0) + length);
  const colours = [...counts.keys()].sort(
    (a, b) => counts.get(b) - counts.get(a) || a - b,
  );
  const palette = colours.slice(0, COLOURS);
  const nearest = (colour) =>
    palette.reduce(
      (best, one, i) =>
        distance(colour, one) < distance(colour, palette[best]) ? i : best,
      0,
    );
  const index = new Map(
    colours.map((colour, i) => [colour, i < COLOURS ? i : nearest(colour)]),
  );
  const flat = new Uint8Array(width * height);
  let at = 0;
  for (const { colour, length } of runs)
    flat.fill(index.get(colour), at, (at += length));
  // Each row begins with a byte that says: not filtered.
  const rows = new Uint8Array(height * (width + 1));
  for (let y = 0; y < height; y++)
    rows.set(flat.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8); // bits a pixel, and that they count colours of a palette
  return Buffer.concat([
    Buffer.from(SIGNATURE),
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from(palette.flatMap(channels))),
    chunk("IDAT", zlibSync(rows, { level: 6 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
