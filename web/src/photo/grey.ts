/** Grey photos: networks see them in all three channels, and what they make of one is grey again, as in the library. */
import type { Planes } from "../network/planes";
import type { Raster } from "./raster";

type Weights = readonly [red: number, green: number, blue: number];

/** How an enhanced picture becomes grey (ppcn/images/colour/spaces.py): the luma of BT.709. */
export const LUMA: Weights = [0.2126, 0.7152, 0.0722];
/** How an enlarged one does (ppcn/runtime/operations/upscale.py). */
export const MEAN: Weights = [1 / 3, 1 / 3, 1 / 3];

const ROWS = 128;
const SLACK = 2; // of 255: what decoders that store brightness and colour apart leave of grey

/** Tells whether a photo is grey throughout, however it is stored; one with colours is known by its first rows. */
export async function isGrey(photo: Raster): Promise<boolean> {
  for (let top = 0; top < photo.height; top += ROWS) {
    const pixels = await photo.rows(top, Math.min(top + ROWS, photo.height));
    for (let p = 0; p < pixels.length; p += 4) {
      const [red, green, blue] = [pixels[p], pixels[p + 1], pixels[p + 2]];
      if (Math.max(red, green, blue) - Math.min(red, green, blue) > SLACK) return false;
    }
  }
  return true;
}

/** Returns three planes that all hold the weighted sum of the given ones. */
export function greyed({ rows, width, data }: Planes, [red, green, blue]: Weights): Planes {
  const count = rows * width;
  const grey = new Float32Array(3 * count);
  for (let i = 0; i < count; i++) grey[i] = red * data[i] + green * data[count + i] + blue * data[2 * count + i];
  grey.copyWithin(count, 0, count);
  grey.copyWithin(2 * count, 0, count);
  return { channels: 3, rows, width, data: grey };
}
