/** Some rows of a photo, or of what a network makes of it: planes of float32, one a channel. */
export interface Planes {
  readonly channels: number;
  readonly rows: number;
  readonly width: number;
  readonly data: Float32Array;
}

const UNIT = Float32Array.from({ length: 256 }, (_, value) => value / 255);

/** Returns the red, green and blue of RGBA pixels (0 to 255) as three planes in [0, 1]. */
export function fromPixels(pixels: Uint8ClampedArray, width: number): Planes {
  const count = pixels.length / 4;
  const data = new Float32Array(3 * count);
  for (let i = 0, p = 0; i < count; i++, p += 4) {
    data[i] = UNIT[pixels[p]];
    data[count + i] = UNIT[pixels[p + 1]];
    data[2 * count + i] = UNIT[pixels[p + 2]];
  }
  return { channels: 3, rows: count / width, width, data };
}

/** Writes three planes over the colours of RGBA pixels, clipped to [0, 1] and rounded; alpha stays. */
export function intoPixels({ data }: Planes, pixels: Uint8ClampedArray): void {
  const count = pixels.length / 4;
  for (let i = 0, p = 0; i < count; i++, p += 4) {
    pixels[p] = data[i] * 255; // the array itself clips, and rounds half to even, as NumPy does
    pixels[p + 1] = data[count + i] * 255;
    pixels[p + 2] = data[2 * count + i] * 255;
  }
}

/** Returns the rows [first, last) of planes. */
export function cut({ channels, rows, width, data }: Planes, first: number, last: number): Planes {
  if (first === 0 && last === rows) return { channels, rows, width, data };
  const size = (last - first) * width;
  const part = new Float32Array(channels * size);
  for (let c = 0; c < channels; c++) {
    const start = (c * rows + first) * width;
    part.set(data.subarray(start, start + size), c * size);
  }
  return { channels, rows: last - first, width, data: part };
}

/** Copies planes over the rows of larger planes that begin at `top`. */
export function paste(part: Planes, into: Planes, top: number): void {
  const size = part.rows * part.width;
  for (let c = 0; c < part.channels; c++) {
    into.data.set(part.data.subarray(c * size, (c + 1) * size), (c * into.rows + top) * into.width);
  }
}

/** Returns planes of zeros. */
export function blank(channels: number, rows: number, width: number): Planes {
  return { channels, rows, width, data: new Float32Array(channels * rows * width) };
}
