/** What a result loses of its photo, since browsers decode to 8 bits in sRGB and write no films. */
import { find } from "../bytes";
import { heifDepth } from "./heif";
import { jpegEnd } from "./jpeg";
import { coloursOf, isWide } from "./profile";
import type { Kind } from "./sniff";

const DEPTH = 24; // where the header of a PNG says how many bits a channel has

/** Returns a sentence for the visitor; empty if nothing is lost that could be seen or heard. */
export async function losses(bytes: Uint8Array, kind: Kind): Promise<string> {
  const depth = depthOf(bytes, kind);
  const colours = await coloursOf(bytes, kind);
  const reduced = [...(depth > 8 ? [`${depth} bits`] : []), ...(isWide(colours) ? [`${colours} colours`] : [])];
  const lost = [...reduced, ...(hasFilm(bytes, kind) ? ["film"] : [])];
  if (!lost.length) return "";
  const list = lost.length > 1 ? `${lost.slice(0, -1).join(", ")} and ${lost.at(-1)}` : lost[0];
  return `Results are saved ${reduced.length ? "in 8-bit sRGB, " : ""}without this photo's ${list}.`;
}

function depthOf(bytes: Uint8Array, kind: Kind): number {
  if (kind === "png") return bytes[DEPTH];
  return kind === "heic" || kind === "avif" ? heifDepth(bytes) : 8;
}

/** Tells whether a film lies behind a JPEG picture, as in motion photos. */
function hasFilm(bytes: Uint8Array, kind: Kind): boolean {
  return kind === "jpeg" && find(bytes, "ftyp", jpegEnd(bytes) ?? bytes.length) >= 0;
}
