import { previewReduction, previewSize } from "./limits";
import { bitmapRaster, context2d, type Raster } from "./raster";

const ROWS = 128; // a multiple of every reduction, so that strips meet at whole pixels

/** Returns a picture to be shown: as it is, or large ones reduced. */
export async function preview(raster: Raster): Promise<ImageBitmap> {
  const reduction = previewReduction(raster);
  const { width, height } = previewSize(raster);
  const canvas = new OffscreenCanvas(width, height);
  const context = context2d(canvas);
  for (let top = 0; top < raster.height; top += ROWS) {
    const bottom = Math.min(top + ROWS, raster.height);
    const pixels = (await raster.rows(top, bottom)) as Uint8ClampedArray<ArrayBuffer>;
    const strip = new ImageData(pixels, raster.width);
    if (reduction === 1) {
      context.putImageData(strip, 0, top);
    } else {
      const bitmap = await createImageBitmap(strip);
      context.drawImage(bitmap, 0, top / reduction, width, (bottom - top) / reduction);
      bitmap.close();
    }
  }
  return canvas.transferToImageBitmap();
}

/** Returns a decoded photo to be shown; the browser reduces it, however large it is. */
export function previewOf(bitmap: ImageBitmap): Promise<ImageBitmap> {
  const { width, height } = previewSize(bitmap);
  return preview(bitmapRaster(bitmap, width, height));
}
