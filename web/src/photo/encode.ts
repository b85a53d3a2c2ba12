/** From a raster to a file of the photo's own kind, with its EXIF. */
import { exifOf, withExif } from "./containers";
import { adapted, withoutLocation } from "./exif";
import { turnsUpright } from "./orientation";
import { context2d, type Raster } from "./raster";
import type { Kind } from "./sniff";

const ROWS = 256;
const WRITTEN: readonly Kind[] = ["jpeg", "png", "webp"]; // by browsers

/** Returns the type of a photo's result: its own, but JPEG, or PNG with alpha, for what browsers do not write. */
export function typeFor(kind: Kind, transparent: boolean): string {
  return `image/${WRITTEN.includes(kind) ? kind : transparent ? "png" : "jpeg"}`;
}

/**
 * Returns a raster as an encoded picture of some quality from 0 to 1; PNG where the browser cannot write the type that
 * was asked for. JPEG, which has no alpha, gets a white ground.
 */
export async function encode(raster: Raster, type: string, quality: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(raster.width, raster.height);
  const context = context2d(canvas);
  for (let top = 0; top < raster.height; top += ROWS) {
    const pixels = await raster.rows(top, Math.min(top + ROWS, raster.height));
    context.putImageData(new ImageData(pixels as Uint8ClampedArray<ArrayBuffer>, raster.width), 0, top);
  }
  if (type === "image/jpeg") {
    context.globalCompositeOperation = "destination-over";
    context.fillStyle = "#fff";
    context.fillRect(0, 0, raster.width, raster.height);
  }
  return canvas.convertToBlob({ type, quality });
}

/** Returns an encoded picture with the EXIF of the file that it was made from; without `location` the place is left out. */
export async function withExifOf(
  source: Uint8Array,
  kind: Kind,
  picture: Blob,
  { width, height }: Raster,
  location: boolean,
): Promise<Blob> {
  const stored = exifOf(source, kind);
  const whole = stored && adapted(stored, width, height, await turnsUpright(kind));
  const exif = whole && !location ? withoutLocation(whole) : whole;
  if (!exif) return picture;
  const bytes = withExif(new Uint8Array(await picture.arrayBuffer()), picture.type, exif);
  return new Blob([bytes as Uint8Array<ArrayBuffer>], { type: picture.type });
}
