/** Running networks, one after the other, over a photo. */
import { bordered, inner, mirrored } from "../network/border";
import { fromPixels, intoPixels, type Planes } from "../network/planes";
import { run, type Stage } from "../network/strips";
import { greyed, isGrey, LUMA, MEAN } from "../photo/grey";
import { type Size, times } from "../photo/limits";
import { bitmapRaster, isTransparent, type Raster, Store } from "../photo/raster";

const DEFAULT_MEMORY = 2; // GiB: what is assumed of browsers that do not tell
const SHARE_KEPT = 1 / 8; // of the memory, for the maps between two stages

export type Network = readonly Stage[];

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
  for (const [number, stages] of networks.entries()) {
    const larger = times(raster, scaleOf(stages));
    const result = new Store(larger.width, larger.height);
    const alpha = bitmapRaster(bitmap, larger.width, larger.height);
    const picture = async ([planes]: Planes[], top: number) => {
      const pixels = await alpha.rows(top, top + planes.rows);
      transparent ||= isTransparent(pixels);
      intoPixels(grey ? greyed(planes, scaleOf(stages) > 1 ? MEAN : LUMA) : planes, pixels);
      result.append(pixels);
    };
    const options = { keepBytes: keepBytes(), tick: (share: number) => tick((number + share) / networks.length) };
    if (scaleOf(stages) > 1) await run(stages, source(raster), raster, picture, options);
    else await run(stages, mirrored(source(raster), raster), bordered(raster), inner(picture, raster), options);
    raster = result;
  }
  return { raster, transparent };
}

/** Returns how many times as wide a network makes a photo. */
export function scaleOf(network: Network): number {
  return network[network.length - 1].scale;
}

function source(raster: Raster) {
  return async (first: number, last: number) => [fromPixels(await raster.rows(first, last), raster.width)];
}

function keepBytes(): number {
  const memory = (navigator as { deviceMemory?: number }).deviceMemory ?? DEFAULT_MEMORY;
  return memory * SHARE_KEPT * 2 ** 30;
}
