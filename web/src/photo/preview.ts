/** Pictures as they are shown: as they are, or large ones reduced. */
import { join } from "../bytes";
import { previewReduction, previewSize, type Size } from "./limits";
import { context2d, type Raster } from "./raster";

type Pixels = Uint8ClampedArray<ArrayBuffer>;

const ROWS = 128;

/** A preview that is painted from the top down, while a picture is made. */
export class PreviewCanvas {
  private readonly reduction: number;
  private readonly context: OffscreenCanvasRenderingContext2D;
  private waiting: Pixels = new Uint8ClampedArray(); // rows that are too few to make one of the preview
  private bottom = 0; // of what is painted, in rows of the picture

  constructor(private readonly size: Size) {
    const { width, height } = previewSize(size);
    this.reduction = previewReduction(size);
    this.context = context2d(new OffscreenCanvas(width, height));
  }

  /** Paints the next rows, RGBA. */
  paint(pixels: Pixels): void {
    if (this.reduction === 1) {
      this.context.putImageData(new ImageData(pixels, this.size.width), 0, this.bottom);
      this.bottom += pixels.length / (4 * this.size.width);
      return;
    }
    const rows: Pixels = new Uint8ClampedArray(join(this.waiting, pixels).buffer);
    const whole = rows.length - (rows.length % (4 * this.size.width * this.reduction));
    this.reduce(rows.subarray(0, whole));
    this.waiting = rows.slice(whole);
  }

  /** Returns the preview; nothing can be painted afterwards. */
  finish(): ImageBitmap {
    this.reduce(this.waiting);
    return this.context.canvas.transferToImageBitmap();
  }

  private reduce(pixels: Pixels): void {
    const rows = pixels.length / (4 * this.size.width);
    if (!rows) return;
    const strip = new OffscreenCanvas(this.size.width, rows);
    context2d(strip).putImageData(new ImageData(pixels, this.size.width), 0, 0);
    this.context.drawImage(strip, 0, this.bottom / this.reduction, this.context.canvas.width, rows / this.reduction);
    this.bottom += rows;
  }
}

/** Returns the preview of a picture. */
export async function previewOfRows(raster: Raster): Promise<ImageBitmap> {
  const shown = new PreviewCanvas(raster);
  for (let top = 0; top < raster.height; top += ROWS) {
    shown.paint((await raster.rows(top, Math.min(top + ROWS, raster.height))) as Pixels);
  }
  return shown.finish();
}

/** Returns the preview of a decoded photo; the browser reduces it, however large it is. */
export function previewOf(bitmap: ImageBitmap): Promise<ImageBitmap> {
  return reduced(bitmap, previewSize(bitmap));
}

/** Returns a copy of a bitmap, made smaller by the browser. */
export function reduced(bitmap: ImageBitmap, { width, height }: Size): Promise<ImageBitmap> {
  if (bitmap.width === width && bitmap.height === height) return createImageBitmap(bitmap);
  return createImageBitmap(bitmap, { resizeWidth: width, resizeHeight: height, resizeQuality: "high" });
}
