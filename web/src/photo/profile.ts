/** In which colours a file is stored: by its ICC profile, or by numbers (ITU-T H.273). */
import { startsWith, text, view } from "../bytes";
import { heifColours } from "./heif";
import { jpegSegments } from "./jpeg";
import { first, pngChunks, webpChunks } from "./parts";
import type { Kind } from "./sniff";

export const DISPLAY_P3 = "Display P3";
const SRGB = "sRGB";
const OTHER = "its own"; // whose name is of no use to people
const ICC_MARK = "ICC_PROFILE\0";
const ICC_START = ICC_MARK.length + 2; // which of how many segments follows the mark

/** How much of X the red of a colour space has in its profile, that is, adapted to D50. */
const REDS: readonly [number, string][] = [
  [0.436, SRGB],
  [0.515, DISPLAY_P3],
  [0.6097, "Adobe RGB"],
  [0.6734, "Rec. 2020"],
  [0.7977, "ProPhoto RGB"],
];
const NUMBERS: Record<number, string> = { 9: "Rec. 2020", 12: DISPLAY_P3 };

/** Returns the name of a photo's colour space; sRGB where the file does not say, or is grey. */
export async function coloursOf(bytes: Uint8Array, kind: Kind): Promise<string> {
  const stored = (await READERS[kind]?.(bytes)) ?? null;
  if (typeof stored === "number") return NUMBERS[stored] ?? SRGB;
  return stored ? spaceOf(stored) : SRGB;
}

/** Tells whether a photo has colours that sRGB lacks. */
export function isWide(space: string): boolean {
  return space !== SRGB;
}

type Stored = Uint8Array | number | null;

const READERS: Partial<Record<Kind, (bytes: Uint8Array) => Stored | Promise<Stored>>> = {
  jpeg: (bytes) => {
    const marked = first(jpegSegments(bytes), (part) => part.kind === "\xe2" && startsWith(part.content, ICC_MARK));
    return marked?.subarray(ICC_START) ?? null; // what is looked for lies in its first segment
  },
  png: pngColours,
  webp: (bytes) => first(webpChunks(bytes), (part) => part.kind === "ICCP"),
  heic: heifColours,
  avif: heifColours,
};

function pngColours(bytes: Uint8Array): Stored | Promise<Stored> {
  const numbers = first(pngChunks(bytes), (part) => part.kind === "cICP");
  if (numbers) return numbers[0];
  const chunk = first(pngChunks(bytes), (part) => part.kind === "iCCP");
  return chunk && inflated(chunk.subarray(chunk.indexOf(0) + 2)); // behind a name and the number of the method
}

/** Returns what zlib has compressed; null if it is damaged. */
async function inflated(bytes: Uint8Array): Promise<Uint8Array | null> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer().then(
    (content) => new Uint8Array(content),
    () => null,
  );
}

function spaceOf(profile: Uint8Array): string {
  const red = redOf(profile);
  if (red === null) return SRGB;
  return REDS.find(([x]) => Math.abs(x - red) < 0.01)?.[1] ?? OTHER;
}

/** Returns the X of an ICC profile's red; null if it has none. */
function redOf(profile: Uint8Array): number | null {
  const data = view(profile);
  const table = 128;
  const entry = text(profile, table, Math.min(profile.length, 1024)).indexOf("rXYZ");
  if (entry < 0 || table + entry + 8 > profile.length) return null;
  const place = data.getUint32(table + entry + 4) + 8;
  return place + 4 <= profile.length ? data.getInt32(place) / 65536 : null; // 16 bits before the point, 16 behind it
}
