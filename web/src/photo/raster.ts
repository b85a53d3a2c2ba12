/** Pictures that are read a few rows at a time, so that no photo has to be in memory as a whole. */

const MOST_KEPT = 1 << 26; // bytes of a picture whose rows are kept
const MOST_PENDING = 1 << 24;

/** A picture of RGBA pixels. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** Returns the rows [top, bottom), which nobody may change. */
  rows(top: number, bottom: number): Uint8ClampedArray | Promise<Uint8ClampedArray>;
}

/** Returns a decoded photo, enlarged or reduced to the given size by the browser, as a raster. */
export function bitmapRaster(bitmap: ImageBitmap, width = bitmap.width, height = bitmap.height): Raster {
  let canvas = new OffscreenCanvas(1, 1);
  return {
    width,
    height,
    rows(top, bottom) {
      const rows = bottom - top;
      if (canvas.width !== width || canvas.height < rows) canvas = new OffscreenCanvas(width, rows);
      const context = context2d(canvas);
      context.imageSmoothingQuality = "high";
      context.clearRect(0, 0, width, rows);
      context.drawImage(bitmap, 0, -top, width, height);
      return context.getImageData(0, 0, width, rows).data;
    },
  };
}

/** Returns a picture that is read from the top down more than once: rows of one that is not too large are kept. */
export function keepingRows(raster: Raster): Raster {
  const { width, height } = raster;
  const row = 4 * width;
  if (row * height > MOST_KEPT) return raster;
  const pixels = new Uint8ClampedArray(row * height);
  let known = 0; // rows
  return {
    width,
    height,
    async rows(top, bottom) {
      if (bottom > known) {
        pixels.set(await raster.rows(known, bottom), row * known);
        known = bottom;
      }
      return pixels.subarray(row * top, row * bottom);
    },
  };
}

/** Pixels that came one strip after the other, most of them kept by the browser, which may put them on the disk. */
export class Store implements Raster {
  private strips: BlobPart[] = [];
  private pending = 0; // bytes that the browser has not got yet: it takes its time for them

  constructor(
    readonly width: number,
    readonly height: number,
  ) {}

  append(pixels: Uint8ClampedArray<ArrayBuffer>): void {
    this.strips.push(pixels);
    this.pending += pixels.length;
    if (this.pending > MOST_PENDING) this.settle();
  }

  /** Hands all strips to the browser. */
  settle(): void {
    this.strips = [new Blob(this.strips)];
    this.pending = 0;
  }

  async rows(top: number, bottom: number): Promise<Uint8ClampedArray> {
    if (this.pending) this.settle();
    const part = (this.strips[0] as Blob).slice(top * this.width * 4, bottom * this.width * 4);
    return new Uint8ClampedArray(await part.arrayBuffer());
  }
}

/** Tells whether one can see through any of some RGBA pixels. */
export function isTransparent(pixels: Uint8ClampedArray): boolean {
  for (let alpha = 3; alpha < pixels.length; alpha += 4) if (pixels[alpha] < 255) return true;
  return false;
}

export function context2d(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new RangeError(`A canvas of ${canvas.width}x${canvas.height} pixels cannot be had.`);
  return context;
}
