/** Running networks, one after the other, over a photo. */
import type { Network } from "../network/kernel";
import { isGrey, LUMA, MEAN } from "../photo/grey";
import { type Size, times } from "../photo/limits";
import { bitmapRaster, isTransparent, type Raster, Store } from "../photo/raster";

const DEFAULT_MEMORY = 2; // GiB: what is assumed of browsers that do not tell
const SHARE_KEPT = 1 / 16; // of the memory, for the maps between two stages

export interface Result {
  readonly raster: Raster;
  readonly transparent: boolean;
}

/**
 * Returns what the networks make of a bitmap reduced to `size`; alpha is the photo's own, and grey stays grey.
 *
 * `tick` is called after every strip with the share that is done; what it throws stops the run.
 */
export async function process(
  bitmap: ImageBitmap,
  { width, height }: Size,
  networks: readonly Network[],
  tick: (share: number) => Promise<void>,
): Promise<Result> {
  let raster = bitmapRaster(bitmap, width, height);
  let transparent = false;
  const grey = await isGrey(raster);
  for (const [number, network] of networks.entries()) {
    const larger = times(raster, network.scale);
    const result = new Store(larger.width, larger.height);
    const alpha = bitmapRaster(bitmap, larger.width, larger.height);
    const weights = grey ? (network.scale > 1 ? MEAN : LUMA) : null;
    for (const { reads, makes, read, made, compute } of network.kernel.strips(network, raster, keptBytes(), weights)) {
      if (reads.bottom > reads.top) {
        const pixels = await raster.rows(reads.top, reads.bottom);
        transparent ||= isTransparent(pixels);
        read.set(pixels);
      }
      if (transparent && makes.bottom > makes.top) made.set(await alpha.rows(makes.top, makes.bottom));
      else made.fill(255);
      const done = compute();
      if (makes.bottom > makes.top) result.append(made.slice()); // out of the kernel's memory, which is shared
      await tick((number + done) / networks.length);
    }
    raster = result;
  }
  return { raster, transparent };
}

function keptBytes(): number {
  const memory = (navigator as { deviceMemory?: number }).deviceMemory ?? DEFAULT_MEMORY;
  return memory * SHARE_KEPT * 2 ** 30;
}
