/** Grey photos: networks see them in all three channels, and what they make of one is grey again, as in the library. */
import type { Weights } from "../network/kernel";
import type { Raster } from "./raster";

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
