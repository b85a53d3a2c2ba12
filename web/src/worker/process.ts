/** Running networks, one after the other, over a photo. */
import type { Network } from "../network/kernel";
import { isGrey, LUMA, MEAN } from "../photo/grey";
import { type Size, times } from "../photo/limits";
import { bitmapRaster, isTransparent, keepingRows, type Raster, Store } from "../photo/raster";

const DEFAULT_MEMORY = 2; // GiB: what is assumed of browsers that do not tell
const SHARE_KEPT = 1 / 16; // of the memory, for the maps between two stages

export interface Result {
  readonly raster: Store;
  readonly transparent: boolean;
}

/** What hears of a run. */
export interface Listener {
  /** The next rows of the result, from the top down. */
  made(pixels: Uint8ClampedArray<ArrayBuffer>): void;
  /** The share that is done, after every strip. What it throws stops the run. */
  tick(share: number): Promise<void>;
}

/** Returns what the networks make of a bitmap reduced to `size`; alpha is the photo's own, and grey stays grey. */
export async function process(
  bitmap: ImageBitmap,
  { width, height }: Size,
  networks: readonly Network[],
  listener: Listener,
): Promise<Result> {
  let source: Raster = keepingRows(bitmapRaster(bitmap, width, height));
  let result = new Store(width, height);
  let transparent = false;
  const grey = await isGrey(source);
  for (const [number, network] of networks.entries()) {
    const larger = times(source, network.scale);
    result = new Store(larger.width, larger.height);
    const alpha = bitmapRaster(bitmap, larger.width, larger.height);
    const weights = grey ? (network.scale > 1 ? MEAN : LUMA) : null;
    for (const { reads, makes, read, made, compute } of network.kernel.strips(network, source, keptBytes(), weights)) {
      if (reads.bottom > reads.top) {
        const pixels = await source.rows(reads.top, reads.bottom);
        transparent ||= isTransparent(pixels);
        read.set(pixels);
      }
      if (transparent && makes.bottom > makes.top) made.set(await alpha.rows(makes.top, makes.bottom));
      else made.fill(255);
      const done = compute();
      if (makes.bottom > makes.top) {
        const pixels = new Uint8ClampedArray(made); // out of the kernel's memory, which is shared
        result.append(pixels);
        if (number === networks.length - 1) listener.made(pixels);
      }
      await listener.tick((number + done) / networks.length);
    }
    source = result;
  }
  return { raster: result, transparent };
}

function keptBytes(): number {
  const memory = (navigator as { deviceMemory?: number }).deviceMemory ?? DEFAULT_MEMORY;
  return memory * SHARE_KEPT * 2 ** 30;
}
