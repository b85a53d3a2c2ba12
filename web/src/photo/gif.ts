/** The blocks of GIF files (GIF89a). */
const EXTENSION = 0x21;
const PICTURE = 0x2c;
const END = 0x3b;
const HEADER = 13; // with the size of the screen

/** Tells whether a GIF file has its end, block after block. */
export function isWholeGif(bytes: Uint8Array): boolean {
  let place = HEADER + coloursAfter(bytes[10]);
  while (place < bytes.length && bytes[place] !== END) {
    if (bytes[place] === EXTENSION) place = behindData(bytes, place + 2);
    else if (bytes[place] === PICTURE) place = behindData(bytes, place + 11 + coloursAfter(bytes[place + 9]));
    else return false;
  }
  return bytes[place] === END;
}

/** Returns how many bytes of colours follow, as flags say. */
function coloursAfter(flags = 0): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

/** Returns the place behind pieces of data, each with its length before it, up to one of length 0. */
function behindData(bytes: Uint8Array, start: number): number {
  let place = start;
  while (place < bytes.length && bytes[place]) place += 1 + bytes[place];
  return place + 1;
}
