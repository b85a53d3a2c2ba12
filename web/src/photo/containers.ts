/** Taking EXIF out of the files that cameras make, and putting it into those that browsers make. */
import { fromText, join, number, startsWith, view } from "../bytes";
import { heifExif } from "./heif";
import { jpegSegments } from "./jpeg";
import { first, type Part, pngChunks, webpChunks } from "./parts";
import type { Kind } from "./sniff";

const EXIF_MARK = "Exif\0\0";
const LARGEST_SEGMENT = 65533;

/** Returns the EXIF of a file, from its TIFF header on; null if it has none. */
export function exifOf(bytes: Uint8Array, kind: Kind): Uint8Array | null {
  const exif = READERS[kind]?.(bytes) ?? null;
  return exif && startsWith(exif, EXIF_MARK) ? exif.subarray(EXIF_MARK.length) : exif;
}

const READERS: Partial<Record<Kind, (bytes: Uint8Array) => Uint8Array | null>> = {
  jpeg: (bytes) => first(jpegSegments(bytes), (part) => part.kind === "\xe1" && startsWith(part.content, EXIF_MARK)),
  png: (bytes) => first(pngChunks(bytes), (part) => part.kind === "eXIf"),
  webp: (bytes) => first(webpChunks(bytes), (part) => part.kind === "EXIF"),
  heic: heifExif,
  avif: heifExif,
};

/** Returns a file of the given MIME type with EXIF in it. A JPEG segment ends at 64 KiB: larger EXIF is left out. */
export function withExif(bytes: Uint8Array, type: string, exif: Uint8Array): Uint8Array {
  return WRITERS[type]?.(bytes, exif) ?? bytes;
}

const WRITERS: Record<string, (bytes: Uint8Array, exif: Uint8Array) => Uint8Array> = {
  "image/jpeg": (bytes, exif) => {
    const content = join(fromText(EXIF_MARK), exif);
    if (content.length > LARGEST_SEGMENT) return bytes;
    const segment = join(fromText("\xff\xe1"), number(content.length + 2, 2), content);
    return join(bytes.subarray(0, 2), segment, bytes.subarray(2));
  },
  "image/png": (bytes, exif) => {
    const named = join(fromText("eXIf"), exif);
    const chunk = join(number(exif.length, 4), named, number(crc32(named), 4));
    const header = 8 + 25; // signature and IHDR
    return join(bytes.subarray(0, header), chunk, bytes.subarray(header));
  },
  "image/webp": webpWithExif,
};

const EXTENDED = "VP8X";
const HAS_ALPHA = 0x10;
const HAS_EXIF = 0x08;

function webpWithExif(bytes: Uint8Array, exif: Uint8Array): Uint8Array {
  const parts = [...webpChunks(bytes)];
  const extended = parts.find((part) => part.kind === EXTENDED)?.content;
  const header = extended ? extended.slice() : extendedHeader(parts[0]);
  header[0] |= HAS_EXIF;
  const chunks = [
    { kind: EXTENDED, content: header },
    ...parts.filter((part) => part.kind !== EXTENDED),
    { kind: "EXIF", content: exif },
  ];
  const body = join(
    fromText("WEBP"),
    ...chunks.flatMap(({ kind, content }) => [
      fromText(kind),
      number(content.length, 4, true),
      content,
      new Uint8Array(content.length % 2),
    ]),
  );
  return join(fromText("RIFF"), number(body.length, 4, true), body);
}

/** Returns the extended header of a WebP file that has none: flags, and width and height less 1, 24 bits each. */
function extendedHeader({ kind, content }: Part): Uint8Array {
  const lossless = kind === "VP8L";
  const bits = lossless ? view(content).getUint32(1, true) : view(content).getUint32(6, true);
  const width = (bits & 0x3fff) - (lossless ? 0 : 1);
  const height = ((bits >>> (lossless ? 14 : 16)) & 0x3fff) - (lossless ? 0 : 1);
  const alpha = lossless && (bits >>> 28) & 1 ? HAS_ALPHA : 0;
  return join(number(alpha, 4, true), number(width, 3, true), number(height, 3, true));
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
