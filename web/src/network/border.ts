/**
 * A mirrored border around what a network sees, cut off from what it gives (ppcn/runtime/photo.py in the browser).
 *
 * Enhancers take what lies around a photo for black, which shows as a coloured line along its edges.
 */
import type { Planes } from "./planes";
import type { Sink, Size, Source } from "./strips";

export const BORDER = 16; // pixels, at least as many as enhancers see

/** Returns the size of a photo with its border. */
export function bordered({ width, height }: Size): Size {
  return { width: width + 2 * BORDER, height: height + 2 * BORDER };
}

/** Returns a photo with its border, in which it is mirrored (1 0 | 0 1 ...). */
export function mirrored(photo: Source, { width, height }: Size): Source {
  const columns = places(-BORDER, width + BORDER, width);
  return async (first, last) => {
    const rows = places(first - BORDER, last - BORDER, height);
    const top = Math.min(...rows);
    const maps = await photo(top, Math.max(...rows) + 1);
    const held = rows.map((row) => row - top);
    return maps.map((planes) => pick(planes, held, columns));
  };
}

/** Returns what takes rows of a photo with its border, and hands those of the photo itself to `picture`. */
export function inner(picture: Sink, { width, height }: Size): Sink {
  const columns = range(BORDER, BORDER + width);
  return (maps, top) => {
    const first = Math.max(top - BORDER, 0);
    const last = Math.min(top - BORDER + maps[0].rows, height);
    if (first >= last) return;
    const rows = range(first + BORDER - top, last + BORDER - top);
    return picture(
      maps.map((planes) => pick(planes, rows, columns)),
      first,
    );
  };
}

/** Returns the places [first, last) mirrored into those of `size`. */
function places(first: number, last: number, size: number): number[] {
  return range(first, last).map((place) => {
    const back = ((place % (2 * size)) + 2 * size) % (2 * size);
    return Math.min(back, 2 * size - 1 - back);
  });
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first }, (_, i) => first + i);
}

function pick({ channels, rows: height, width, data }: Planes, rows: number[], columns: number[]): Planes {
  const picked = new Float32Array(channels * rows.length * columns.length);
  let i = 0;
  for (let c = 0; c < channels; c++) {
    for (const row of rows) {
      const start = (c * height + row) * width;
      for (const column of columns) picked[i++] = data[start + column];
    }
  }
  return { channels, rows: rows.length, width: columns.length, data: picked };
}
