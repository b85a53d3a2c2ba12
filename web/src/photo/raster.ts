/** Pictures that are read a few rows at a time, so that no photo has to be in memory as a whole. */

/** A picture of RGBA pixels. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** Returns the rows [top, bottom) in memory of their own. */
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

/** Pixels that came one strip after the other, kept by the browser, which may put them on the disk. */
export class Store implements Raster {
  private readonly strips: Blob[] = [];

  constructor(
    readonly width: number,
    readonly height: number,
  ) {}

  append(pixels: Uint8Array<ArrayBuffer>): void {
    this.strips.push(new Blob([pixels]));
  }

  async rows(top: number, bottom: number): Promise<Uint8ClampedArray> {
    const part = new Blob(this.strips).slice(top * this.width * 4, bottom * this.width * 4);
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
