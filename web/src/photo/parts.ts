/** The parts of PNG and WebP files, and finding one of them. */
import { text, view } from "../bytes";

/** A segment, chunk or box of a file. */
export interface Part {
  readonly kind: string;
  readonly content: Uint8Array;
}

/** Returns the content of the first part that is wanted; null if there is none. */
export function first(parts: Iterable<Part>, wanted: (part: Part) => boolean): Uint8Array | null {
  for (const part of parts) if (wanted(part)) return part.content;
  return null;
}

export function* pngChunks(bytes: Uint8Array): Generator<Part> {
  const data = view(bytes);
  for (let place = 8; place + 12 <= bytes.length; ) {
    const length = data.getUint32(place);
    yield { kind: text(bytes, place + 4, place + 8), content: bytes.subarray(place + 8, place + 8 + length) };
    place += 12 + length;
  }
}

export function* webpChunks(bytes: Uint8Array): Generator<Part> {
  const data = view(bytes);
  for (let place = 12; place + 8 <= bytes.length; ) {
    const length = data.getUint32(place + 4, true);
    yield { kind: text(bytes, place, place + 4), content: bytes.subarray(place + 8, place + 8 + length) };
    place += 8 + length + (length % 2);
  }
}
