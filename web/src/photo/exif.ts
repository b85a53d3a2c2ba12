/** Repairs on EXIF in place, so that every other byte stays where it was (ppcn/images/metadata/exif.py). */
import { view } from "../bytes";

const ORIENTATION = 0x0112;
const THUMBNAIL_START = 0x0201;
const THUMBNAIL_LENGTH = 0x0202;
const EXIF_DIRECTORY = 0x8769;
const GPS_DIRECTORY = 0x8825;
const WIDTH = 0xa002;
const HEIGHT = 0xa003;
const SHORT = 3;
const LONG = 4;
const SIZES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8]; // bytes of a value of each kind
const ENTRY = 12; // bytes

interface Entry {
  readonly tag: number;
  readonly kind: number;
  readonly count: number;
  /** Where its value is, if that takes four bytes or less. */
  readonly place: number;
}

/**
 * Returns EXIF for a result of `width` by `height` pixels: the tags for the size follow where it has them, the
 * orientation says 1 if the pixels were turned upright, and the thumbnail, which would show the old picture, is gone.
 * Null if it is no EXIF.
 */
export function adapted(exif: Uint8Array, width: number, height: number, turned: boolean): Uint8Array | null {
  const bytes = exif.slice();
  const reader = Reader.of(bytes);
  if (!reader) return null;
  const main = reader.long(4);
  for (const { tag, kind, place } of reader.entries(main)) {
    if (turned && tag === ORIENTATION && kind === SHORT) reader.setShort(place, 1);
    if (tag === EXIF_DIRECTORY) setSize(reader, reader.long(place), width, height);
  }
  return bytes.subarray(0, withoutThumbnail(reader, bytes, main));
}

/** Returns EXIF, as `adapted` gives it, without where the photo was taken; every other byte stays where it was. */
export function withoutLocation(exif: Uint8Array): Uint8Array {
  const bytes = exif.slice();
  const reader = Reader.of(bytes);
  const main = reader?.long(4) ?? 0;
  for (let entry = reader?.entry(main, GPS_DIRECTORY); reader && entry; entry = reader.entry(main, GPS_DIRECTORY)) {
    const directory = reader.long(entry.place);
    if (directory !== main) blank(reader, bytes, directory);
    reader.remove(main, entry);
  }
  return bytes;
}

function blank(reader: Reader, bytes: Uint8Array, directory: number): void {
  const entries = reader.entries(directory);
  for (const { kind, count, place } of entries) {
    const size = (SIZES[kind] ?? 0) * count;
    if (size > 4) bytes.fill(0, reader.long(place), reader.long(place) + size);
  }
  bytes.fill(0, directory, directory + 2 + ENTRY * entries.length + 4);
}

function setSize(reader: Reader, directory: number, width: number, height: number): void {
  for (const { tag, kind, place } of reader.entries(directory)) {
    const size = tag === WIDTH ? width : tag === HEIGHT ? height : 0;
    if (size && kind === LONG) reader.setLong(place, size);
    if (size && kind === SHORT && size < 1 << 16) reader.setShort(place, size);
  }
}

/** Blanks the thumbnail and the link to it; returns where the EXIF now ends. */
function withoutThumbnail(reader: Reader, bytes: Uint8Array, main: number): number {
  const link = reader.link(main);
  const second = link ? reader.long(link) : 0;
  if (!second) return bytes.length;
  const values = new Map(reader.entries(second).map(({ tag, place }) => [tag, reader.long(place)]));
  const start = values.get(THUMBNAIL_START) ?? 0;
  const stop = Math.min(start + (values.get(THUMBNAIL_LENGTH) ?? 0), bytes.length);
  reader.setLong(link, 0);
  if (start < 8 || start >= stop) return bytes.length;
  bytes.fill(0, start, stop);
  return stop === bytes.length ? start : bytes.length;
}

/** Numbers and directories of a TIFF structure; what lies outside of it reads as nothing. */
class Reader {
  private constructor(
    private readonly data: DataView,
    private readonly little: boolean,
  ) {}

  static of(bytes: Uint8Array): Reader | null {
    const data = view(bytes);
    const header = bytes.length >= 8 ? data.getUint32(0) : 0;
    return header === 0x49492a00 || header === 0x4d4d002a ? new Reader(data, header === 0x49492a00) : null;
  }

  long(place: number): number {
    return place + 4 <= this.data.byteLength ? this.data.getUint32(place, this.little) : 0;
  }

  setLong(place: number, value: number): void {
    this.data.setUint32(place, value, this.little);
  }

  setShort(place: number, value: number): void {
    this.data.setUint16(place, value, this.little);
  }

  /** Returns where a directory keeps the offset of the next one; 0 if nowhere. */
  link(directory: number): number {
    if (directory < 8 || directory > this.data.byteLength - 2) return 0;
    const link = directory + 2 + ENTRY * this.data.getUint16(directory, this.little);
    return link + 4 <= this.data.byteLength ? link : 0;
  }

  entry(directory: number, tag: number): Entry | undefined {
    return this.entries(directory).find((entry) => entry.tag === tag);
  }

  /** Takes an entry out of a directory: those behind it, and the link to the next directory, move up. */
  remove(directory: number, { place }: Entry): void {
    const start = place - 8;
    const count = this.data.getUint16(directory, this.little);
    const end = Math.min(directory + 2 + ENTRY * count + 4, this.data.byteLength);
    const bytes = new Uint8Array(this.data.buffer, this.data.byteOffset, this.data.byteLength);
    bytes.copyWithin(start, start + ENTRY, end);
    bytes.fill(0, Math.max(end - ENTRY, start), end);
    this.setShort(directory, Math.max(count - 1, 0));
  }

  /** Returns the entries of a directory that lie inside the data. */
  entries(directory: number): Entry[] {
    if (directory < 8 || directory > this.data.byteLength - 2) return [];
    const count = this.data.getUint16(directory, this.little);
    const end = Math.min(directory + 2 + ENTRY * count, this.data.byteLength - ENTRY + 1);
    const entries: Entry[] = [];
    for (let entry = directory + 2; entry < end; entry += ENTRY) {
      const tag = this.data.getUint16(entry, this.little);
      const kind = this.data.getUint16(entry + 2, this.little);
      entries.push({ tag, kind, count: this.data.getUint32(entry + 4, this.little), place: entry + 8 });
    }
    return entries;
  }
}
