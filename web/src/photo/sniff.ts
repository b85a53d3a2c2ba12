/** What a file is, by its first bytes; names are never trusted. The tables are the library's (ppcn/images/formats). */
import { text } from "../bytes";
import { isWholeBmp } from "./bmp";
import { FORMATS, OTHERS, UNKNOWN } from "./formats";
import { isWholeGif } from "./gif";
import { jpegEnd } from "./jpeg";
import { first, pngChunks } from "./parts";

export type Kind = (typeof FORMATS)[number]["name"];

const HEAD = 4096; // bytes that suffice
const READABLE = FORMATS.filter((format) => !format.withoutBrowser);
const titles = READABLE.map((format) => format.title);

/** The formats that the page reads, in words. */
export const TITLES = `${titles.slice(0, -1).join(", ")} or ${titles.at(-1)}`;

/** Returns the format that a file's first bytes announce, if the page can read it. */
export function sniff(bytes: Uint8Array): Kind | null {
  const head = text(bytes, 0, HEAD);
  return READABLE.find(({ signature }) => matches(head, signature))?.name ?? null;
}

/** Returns plain words for a file that is no photo that the page can read. */
export function describe(bytes: Uint8Array): string {
  const head = text(bytes, 0, HEAD);
  const format = FORMATS.find(({ signature }) => matches(head, signature));
  return format?.withoutBrowser || (OTHERS.find(([signature]) => matches(head, signature))?.[1] ?? UNKNOWN);
}

/** Tells whether a file's first bytes match a regular expression from the library. */
function matches(head: string, signature: string): boolean {
  return new RegExp(`^(?:${signature})`, "s").test(head);
}

/** Tells whether a file has its end: browsers show the upper part of one that was cut short, and say nothing. */
export function isWhole(bytes: Uint8Array, kind: Kind): boolean {
  if (kind === "jpeg") return jpegEnd(bytes) !== null;
  if (kind === "png") return first(pngChunks(bytes), (chunk) => chunk.kind === "IEND") !== null;
  if (kind === "gif") return isWholeGif(bytes);
  if (kind === "bmp") return isWholeBmp(bytes);
  return true; // the other formats state lengths, which decoders check
}
