/** What a file is, by its first bytes; names are never trusted (ppcn/images/sniff.py). */
import { startsWith, text } from "../bytes";

export type Kind = "jpeg" | "png" | "webp" | "avif" | "heic" | "gif";

const MAGIC: readonly [string, Kind][] = [
  ["\xff\xd8\xff", "jpeg"],
  ["\x89PNG\r\n\x1a\n", "png"],
  ["GIF87a", "gif"],
  ["GIF89a", "gif"],
];
const BRANDS: readonly [RegExp, Kind][] = [
  [/avi[fs]/, "avif"],
  [/hei[cxms]|hev[cx]|mif1/, "heic"],
];
/** Things that people hand over by mistake, and how to call them. */
const OTHERS: readonly [string, string][] = [
  ["II*\0", "a TIFF picture or a camera's raw file"],
  ["MM\0*", "a TIFF picture or a camera's raw file"],
  ["BM", "a BMP picture"],
  ["%PDF", "a PDF document"],
  ["8BPS", "a Photoshop document"],
  ["\xff\x0a", "a JPEG XL picture"],
  ["\0\0\0\x0cJXL ", "a JPEG XL picture"],
  ["\0\0\0\x0cjP  ", "a JPEG 2000 picture"],
  ["PK\x03\x04", "a ZIP archive"],
  ["FUJIFILMCCD-RAW", "a camera's raw file"],
  ["IIU\0", "a camera's raw file"],
  ["IIRO", "a camera's raw file"],
];

/** Returns the format that a file's first bytes announce, if the page can read it. */
export function sniff(bytes: Uint8Array): Kind | null {
  const known = MAGIC.find(([magic]) => startsWith(bytes, magic));
  if (known) return known[1];
  if (startsWith(bytes, "RIFF") && text(bytes, 8, 12) === "WEBP") return "webp";
  const brands = text(bytes, 4, 8) === "ftyp" ? text(bytes, 8, Math.min(bytes[3] + 256 * bytes[2], 256)) : "";
  return BRANDS.find(([brand]) => brand.test(brands))?.[1] ?? null;
}

/** Returns plain words for a file that is no photo that the page can read. */
export function describe(bytes: Uint8Array): string {
  const known = OTHERS.find(([magic]) => startsWith(bytes, magic));
  if (known) return known[1];
  if (text(bytes, 4, 8) === "ftyp") return "a film";
  if (/^\s*<(svg |\?xml)/i.test(text(bytes, 0, 64))) return "a drawing (SVG) or another XML file";
  return bytes.subarray(0, 4096).every((byte) => byte >= 9) ? "a text file" : "of a kind that is not known here";
}

/** Tells whether a file has its end: browsers show the upper part of one that was cut short, and say nothing. */
export function isWhole(bytes: Uint8Array, kind: Kind): boolean {
  if (kind === "jpeg") return lastIndex(bytes, [0xff, 0xd9]) > lastIndex(bytes, [0xff, 0xda]);
  if (kind === "png") return lastIndex(bytes, [0x49, 0x45, 0x4e, 0x44]) > 0; // IEND
  return true; // the other formats state lengths, which decoders check
}

function lastIndex(bytes: Uint8Array, [first, ...rest]: number[]): number {
  let place = bytes.lastIndexOf(first);
  while (place > 0 && !rest.every((byte, i) => bytes[place + 1 + i] === byte)) {
    place = bytes.lastIndexOf(first, place - 1);
  }
  return place;
}
