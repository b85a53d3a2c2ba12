/** The markers of JPEG files (ITU-T T.81, annex B). */
import { text, view } from "../bytes";
import type { Part } from "./parts";

const MARK = 0xff; // begins every marker, and fills the space before one
const END = 0xd9;
const SCAN = 0xda;

/** Returns where a JPEG picture ends, whatever lies behind it: phones put films there. Null for one that was cut. */
export function jpegEnd(bytes: Uint8Array): number | null {
  let scanned = false;
  for (let place = bytes.indexOf(MARK, 2); place >= 0 && place + 1 < bytes.length; place = bytes.indexOf(MARK, place)) {
    const marker = bytes[place + 1];
    if (marker === END) return scanned ? place + 2 : null;
    scanned ||= marker === SCAN;
    if (marker === MARK) place += 1;
    else place += standsAlone(marker) ? 2 : 2 + lengthAt(bytes, place + 2);
  }
  return null;
}

/** Tells whether nothing belongs to a marker: a byte 0xff of a scan (0), a restart, or a reserved one. */
function standsAlone(marker: number): boolean {
  return marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/** Yields the segments before the first scan, each by its marker. */
export function* jpegSegments(bytes: Uint8Array): Generator<Part> {
  for (let place = 2; place + 4 <= bytes.length && bytes[place] === MARK && bytes[place + 1] !== SCAN; ) {
    const end = place + 2 + lengthAt(bytes, place + 2);
    yield { kind: text(bytes, place + 1, place + 2), content: bytes.subarray(place + 4, end) };
    place = end;
  }
}

function lengthAt(bytes: Uint8Array, place: number): number {
  return place + 2 <= bytes.length ? Math.max(view(bytes).getUint16(place), 2) : 2;
}
