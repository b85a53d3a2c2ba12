/**
 * Running a staged network over a photo of any size, strip by strip (ppcn/runtime/strips.py in the browser).
 *
 * Strips follow from the photo's size alone, and statistics are gathered in float64. Where the maps between two stages
 * fit into `keepBytes` they are kept; for larger photos the next sweep computes them again.
 */
import { blank, cut, type Planes, paste } from "./planes";
import { Accumulator, type Statistic } from "./statistics";

const STRIP_ROWS = 128;
const STRIP_PIXELS = 2 ** 18; // wider photos have lower strips, so that one takes no more memory
const LEAST_ROWS = 16;

/** One local step, ready to run; `channels` is the number of channels of each map that it makes. */
export interface Stage {
  readonly halo: number;
  readonly scale: number;
  readonly statistic: Statistic;
  readonly channels: readonly number[];
  run(maps: Planes[], known: Float32Array[]): Promise<Planes[]>;
}

/** Gives the rows [first, last) of a photo, or of the maps that were kept of it. */
export type Source = (first: number, last: number) => Planes[] | Promise<Planes[]>;
/** Takes maps whose first row is the row `top` of the whole. */
export type Sink = (maps: Planes[], top: number) => void | Promise<void>;

export interface Options {
  /** How much memory the maps between two stages may take. */
  readonly keepBytes: number;
  /** Called after every strip with the share that is done, up to 1; what it throws stops the run. */
  readonly tick: (share: number) => void | Promise<void>;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}
type Chain = readonly { stage: Stage; known: Float32Array[] }[]; // stages in a row, with the statistic that each needs

/** Runs a network on a photo, planes in [0, 1], and hands its picture, not clipped, to `picture` strip by strip. */
export async function run(stages: readonly Stage[], photo: Source, size: Size, picture: Sink, options: Options) {
  const keep = keptBytes(stages, size) <= options.keepBytes;
  let source = photo;
  let chain: Chain = [];
  let known: Float32Array[] = [];
  for (const [number, stage] of stages.entries()) {
    chain = [...chain, { stage, known }];
    const last = number === stages.length - 1;
    const kept = keep && !last && isKept(stage) ? keeper(stage, size) : null;
    const tick = (share: number) => options.tick((number + share) / stages.length);
    const gathered = await sweep(chain, source, size, last ? picture : kept?.sink, tick);
    known = gathered.known(stage.statistic);
    if (kept) {
      source = kept.source;
      chain = [];
    }
  }
}

/** Returns how much memory kept maps take at the most: those that a stage reads and those that it makes, together. */
export function keptBytes(stages: readonly Stage[], { width, height }: Size): number {
  const made = stages.slice(0, -1).map((stage) => (isKept(stage) ? stage.channels.reduce((sum, n) => sum + n, 0) : 0));
  const counts = made.map((count, i) => count + (made[i - 1] ?? 0));
  return Math.max(0, ...counts) * width * height * Float32Array.BYTES_PER_ELEMENT;
}

/** Tells whether a stage's maps are worth their memory: without a halo they are cheap to repeat. */
function isKept({ halo }: Stage): boolean {
  return halo > 0;
}

function keeper(stage: Stage, { width, height }: Size): { sink: Sink; source: Source } {
  const whole = stage.channels.map((channels) => blank(channels, height, width));
  return {
    sink: (maps, top) => {
      for (const [i, part] of maps.entries()) paste(part, whole[i], top);
    },
    source: (first, last) => whole.map((planes) => cut(planes, first, last)),
  };
}

async function sweep(
  chain: Chain,
  source: Source,
  { width, height }: Size,
  sink: Sink | undefined,
  tick: Options["tick"],
) {
  const { stage } = chain[chain.length - 1];
  const gathered = new Accumulator(stage.channels[0]);
  const rows = Math.min(Math.max(Math.floor(STRIP_PIXELS / width), LEAST_ROWS), STRIP_ROWS);
  for (let top = 0; top < height; top += rows) {
    const bottom = Math.min(top + rows, height);
    const maps = await strip(chain, source, height, top, bottom);
    if (stage.statistic) gathered.add(maps[0]);
    await sink?.(maps, top * stage.scale);
    await tick(bottom / height);
  }
  return gathered;
}

/**
 * Runs a chain on the source's rows [top, bottom) and as many beside them as its stages see; returns just those rows.
 *
 * Where the rows end inside the photo, zero padding spoils the outermost: never more than the halo, which is cut off.
 */
async function strip(chain: Chain, source: Source, height: number, top: number, bottom: number): Promise<Planes[]> {
  const halo = chain.reduce((sum, { stage }) => sum + stage.halo, 0);
  const first = Math.max(top - halo, 0);
  let maps = await source(first, Math.min(bottom + halo, height));
  for (const { stage, known } of chain) maps = await stage.run(maps, known);
  const { scale } = chain[chain.length - 1].stage;
  return maps.map((planes) => cut(planes, (top - first) * scale, (bottom - first) * scale));
}
