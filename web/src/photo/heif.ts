/** Where HEIC and AVIF files keep their EXIF, colours and depth: boxes inside boxes (ISO/IEC 14496-12, 23008-12). */
import { find, text, view } from "../bytes";
import { first, type Part } from "./parts";

/** Returns the EXIF of a HEIC or AVIF file, from its TIFF header on; null if it has none that can be found. */
export function heifExif(bytes: Uint8Array): Uint8Array | null {
  const meta = child(boxes(bytes), "meta");
  if (!meta) return null;
  const inside = [...boxes(meta.subarray(4))];
  const id = exifItem(child(inside, "iinf"));
  const place = id === null ? null : location(child(inside, "iloc"), id);
  if (!place || place.end > bytes.length || place.start + 4 > place.end) return null;
  const item = bytes.subarray(place.start, place.end);
  return item.subarray(4 + view(item).getUint32(0)); // the first number says how far before the TIFF header is
}

/** Returns the ICC profile of a HEIC or AVIF file, or its primaries by number (ITU-T H.273); null if it has neither. */
export function heifColours(bytes: Uint8Array): Uint8Array | number | null {
  const meta = metaOf(bytes);
  const profile = find(meta, "colrprof");
  if (profile >= 0) return meta.subarray(profile + 8);
  const numbers = find(meta, "colrnclx");
  return numbers >= 0 && numbers + 10 <= meta.length ? view(meta).getUint16(numbers + 8) : null;
}

/** Returns how many bits a HEIC or AVIF file has for each channel; 8 where it does not say. */
export function heifDepth(bytes: Uint8Array): number {
  const meta = metaOf(bytes);
  const place = find(meta, "pixi");
  return place >= 0 ? (meta[place + 9] ?? 8) : 8; // behind version, flags and the number of channels
}

function metaOf(bytes: Uint8Array): Uint8Array {
  return child(boxes(bytes), "meta") ?? new Uint8Array();
}

function* boxes(bytes: Uint8Array): Generator<Part> {
  const data = view(bytes);
  for (let place = 0; place + 8 <= bytes.length; ) {
    const short = data.getUint32(place);
    const long = short === 1 && place + 16 <= bytes.length;
    const size = long ? Number(data.getBigUint64(place + 8)) : short || bytes.length - place;
    if (size < 8) return;
    yield { kind: text(bytes, place + 4, place + 8), content: bytes.subarray(place + (long ? 16 : 8), place + size) };
    place += size;
  }
}

function child(parents: Iterable<Part>, kind: string): Uint8Array | null {
  return first(parents, (box) => box.kind === kind);
}

/** Returns the number of the item that is EXIF, from the box of items. */
function exifItem(iinf: Uint8Array | null): number | null {
  if (!iinf) return null;
  for (const { kind, content } of boxes(iinf.subarray(iinf[0] === 0 ? 6 : 8))) {
    const wide = content[0] === 3; // the item's number has four bytes, else two; two bytes of protection follow
    const type = wide ? 10 : 8;
    if (kind === "infe" && content[0] >= 2 && text(content, type, type + 4) === "Exif") {
      return wide ? view(content).getUint32(4) : view(content).getUint16(4);
    }
  }
  return null;
}

/** Returns where in the file the first piece of an item is, from the box of locations. */
function location(iloc: Uint8Array | null, wanted: number): { start: number; end: number } | null {
  if (!iloc) return null;
  const data = view(iloc);
  const version = iloc[0];
  let place = 4;
  const take = (size: number): number => {
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + data.getUint8(place++);
    return value;
  };
  const [sizes, more] = [take(1), take(1)];
  const [offsetSize, lengthSize, baseSize, indexSize] = [sizes >> 4, sizes & 15, more >> 4, version ? more & 15 : 0];
  for (let items = take(version < 2 ? 2 : 4); items > 0; items--) {
    const id = take(version < 2 ? 2 : 4);
    const inFile = version === 0 || (take(2) & 15) === 0;
    take(2);
    const base = take(baseSize);
    for (let extents = take(2); extents > 0; extents--) {
      take(indexSize);
      const start = base + take(offsetSize);
      const length = take(lengthSize);
      if (id === wanted) return inFile ? { start, end: start + length } : null;
    }
  }
  return null;
}
