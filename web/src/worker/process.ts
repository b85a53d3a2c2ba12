/** Running networks, one after the other, over a photo. */
import type { Network } from "../network/kernel";
import { isGrey, LUMA, MEAN } from "../photo/grey";
import { Halving } from "../photo/halving";
import { type Size, times } from "../photo/limits";
import { bitmapRaster, isTransparent, keepingRows, type Raster, Store } from "../photo/raster";

const OPAQUE = 255;
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
  /** Which network is at work, and the share of all that is done; after every strip. What it throws stops the run. */
  tick(network: number, share: number): Promise<void>;
}

/**
 * Returns what the networks make of a bitmap reduced to `size`, `scale` times as wide; alpha is the photo's own, and
 * grey stays grey. What a network enlarges twice as much is reduced.
 */
export async function process(
  bitmap: ImageBitmap,
  { width, height }: Size,
  networks: readonly Network[],
  scale: number,
  listener: Listener,
): Promise<Result> {
  let source: Raster = keepingRows(bitmapRaster(bitmap, width, height));
  let result = new Store(width, height);
  let transparent = false;
  const grey = await isGrey(source);
  for (const [number, network] of networks.entries()) {
    const larger = times(source, Math.min(network.scale, scale));
    result = new Store(larger.width, larger.height);
    const halving = network.scale > scale ? new Halving(source.width * network.scale) : null;
    const alpha = bitmapRaster(bitmap, larger.width, larger.height);
    const weights = grey ? (network.scale > 1 ? MEAN : LUMA) : null;
    let top = 0;
    const take = async (pixels: Uint8ClampedArray<ArrayBuffer>) => {
      const bottom = top + pixels.length / (4 * larger.width);
      if (bottom === top) return;
      if (transparent) setAlpha(pixels, await alpha.rows(top, bottom));
      result.append(pixels);
      if (number === networks.length - 1) listener.made(pixels);
      top = bottom;
    };
    for (const { reads, read, made, compute } of network.kernel.strips(network, source, keptBytes(), weights)) {
      if (reads.bottom > reads.top) {
        const pixels = await source.rows(reads.top, reads.bottom);
        transparent ||= isTransparent(pixels);
        read.set(pixels);
      }
      made.fill(OPAQUE);
      const done = compute();
      const pixels = new Uint8ClampedArray(made); // out of the kernel's memory, which is shared
      await take(halving ? halving.push(pixels) : pixels);
      await listener.tick(number, (number + done) / networks.length);
    }
    if (halving) await take(halving.finish());
    source = result;
  }
  return { raster: result, transparent };
}

function setAlpha(pixels: Uint8ClampedArray, from: Uint8ClampedArray): void {
  for (let alpha = 3; alpha < pixels.length; alpha += 4) pixels[alpha] = from[alpha];
}

function keptBytes(): number {
  const memory = (navigator as { deviceMemory?: number }).deviceMemory ?? DEFAULT_MEMORY;
  return memory * SHARE_KEPT * 2 ** 30;
}
