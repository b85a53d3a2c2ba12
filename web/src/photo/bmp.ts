/** The header of BMP files. */
import { view } from "../bytes";

const OLD_HEADER = 12; // bytes: of OS/2, with narrower numbers
const PLAIN: readonly number[] = [0, 3, 6]; // kinds of compression that are none

/** Tells whether a BMP file has all the pixels that its header promises. */
export function isWholeBmp(bytes: Uint8Array): boolean {
  if (bytes.length < 38) return true; // too little to say; the decoder will
  const data = view(bytes);
  const start = data.getUint32(10, true);
  if (data.getUint32(14, true) === OLD_HEADER) {
    return (
      start + pixelBytes(data.getUint16(18, true), data.getUint16(20, true), data.getUint16(24, true)) <= bytes.length
    );
  }
  const plain = PLAIN.includes(data.getUint32(30, true));
  const promised = data.getUint32(34, true); // where it is compressed
  const [width, height, bits] = [data.getInt32(18, true), data.getInt32(22, true), data.getUint16(28, true)];
  return start + (plain ? pixelBytes(width, Math.abs(height), bits) : promised) <= bytes.length;
}

/** Returns how many bytes pixels take: each row fills a multiple of four. */
function pixelBytes(width: number, height: number, bits: number): number {
  return 4 * Math.ceil((width * bits) / 32) * height;
}
