/** Everything that takes time happens here, so that the page never freezes. */
import { expose, transfer } from "comlink";
import { Engine } from "../network/engine";
import type { Network } from "../network/kernel";
import { type Job, keyOf, modelUrl, scaleOf, tasksOf } from "../network/models";
import { fetchKept } from "../offline";
import { blend } from "../photo/blend";
import { contentOf, decode, kindOf } from "../photo/decode";
import { mostDetailed } from "../photo/detail";
import { encode, typeFor, withExifOf } from "../photo/encode";
import { libraryUrl as libheifUrl } from "../photo/heic";
import { canWrite, fitted, offer, type Size, times } from "../photo/limits";
import { losses } from "../photo/losses";
import { resultName } from "../photo/names";
import { PreviewCanvas, previewOf, previewOfRows, reduced } from "../photo/preview";
import { bitmapRaster } from "../photo/raster";
import type { Kind } from "../photo/sniff";
import { SAMPLE_URLS } from "../samples";
import type { Api, Outcome, Progress, Wanted } from "./api";
import { Bitmaps } from "./bitmaps";
import { breathe } from "./breathe";
import { process, type Result } from "./process";
import { zip } from "./zip";

interface Photo {
  readonly file: File;
  readonly kind: Kind;
  abort: AbortController;
  /** Of jobs, by their keys. */
  readonly results: Map<string, Result>;
}

const ARCHIVE = "photos.zip";
const CANCELLED = "cancelled";
const SKETCH = 0.6; // megapixels
const WITHOUT_SKETCH = 2.5; // smaller photos take less than a second
const PAUSE = 100; // ms between two messages of progress: what the page draws takes time from the kernel
const OUT_OF_MEMORY = /memory|allocat|canvas of/i;

const engine = new Engine();
const photos = new Map<number, Photo>();
const bitmaps = new Bitmaps();

const api: Api = {
  useThreads(threads) {
    engine.threads = threads;
  },

  async warmUp() {
    const enhancer = await engine.network("enhance");
    enhancer.kernel.warmUp(enhancer);
    await engine.network("upscale");
    for (const url of [modelUrl("restore"), libheifUrl, ...SAMPLE_URLS]) await fetchKept(url);
  },

  async open(id, file) {
    const bytes = await contentOf(file);
    const kind = kindOf(bytes, file.name);
    const lost = await losses(bytes, kind);
    photos.set(id, { file, kind, abort: new AbortController(), results: new Map() });
    return withBitmap(id, async (bitmap) => {
      const shown = await previewOf(bitmap);
      const { width, height } = bitmap;
      return transfer({ width, height, preview: shown, losses: lost, detail: mostDetailed(shown) }, [shown]);
    });
  },

  async show(id, job) {
    const { results } = find(id);
    const before = await withBitmap(id, previewOf);
    const result = results.get(keyOf(job));
    const after = result ? await previewOfRows(result.raster) : null;
    return transfer({ before, after }, after ? [before, after] : [before]);
  },

  async run(id, job, progress) {
    const photo = find(id);
    photo.abort = new AbortController(); // before anything takes time, so that no cancellation is missed
    const { signal } = photo.abort;
    try {
      return await withBitmap(id, async (bitmap) => {
        const size = fitted(bitmap, job.megapixels ?? Number.POSITIVE_INFINITY);
        return run({ photo, bitmap, size, job, progress, signal });
      });
    } catch (error) {
      if (error === CANCELLED) return { status: "cancelled" };
      throw error;
    }
  },

  cancel(id) {
    photos.get(id)?.abort.abort(CANCELLED);
  },

  save,

  async archive(wanted, progress) {
    const unwritten: number[] = [];
    async function* files() {
      for (const [begun, one] of wanted.entries()) {
        progress(begun + 1);
        const file = await save(one).catch((error) => console.error(error));
        if (file) yield file;
        else unwritten.push(one.id);
      }
    }
    return { file: await zip(files(), ARCHIVE), unwritten };
  },

  close(id) {
    photos.get(id)?.abort.abort(CANCELLED);
    photos.delete(id);
    bitmaps.drop(id);
  },
};

async function save({ id, job, strength, saving }: Wanted): Promise<File> {
  const { file, kind, results } = find(id);
  const result = results.get(keyOf(job));
  if (!result) throw new Error("There is no result to save.");
  const { raster, transparent } = result;
  const picture = await withBitmap(id, (bitmap) => {
    const before = bitmapRaster(bitmap, raster.width, raster.height);
    return encode(blend(before, raster, strength), saving.type || typeFor(kind, transparent), saving.quality);
  });
  const complete = await withExifOf(await contentOf(file), kind, picture, raster, saving.location);
  const { type } = complete;
  return new File([complete], resultName(file.name, job.mode, type), { type, lastModified: file.lastModified });
}

interface Order {
  readonly photo: Photo;
  readonly bitmap: ImageBitmap;
  readonly size: Size;
  readonly job: Job;
  readonly progress: (now: Progress) => void;
  readonly signal: AbortSignal;
}

/** Runs a photo's networks. Throws CANCELLED. */
async function run(order: Order): Promise<Outcome> {
  try {
    return await runNetworks(order);
  } catch (error) {
    if (error === CANCELLED) throw error;
    await engine.restart();
    if (error instanceof Error && OUT_OF_MEMORY.test(error.message)) return tooLarge(half(order.size), 1);
    throw error;
  }
}

async function runNetworks(order: Order): Promise<Outcome> {
  const { photo, bitmap, size, job, progress, signal } = order;
  const known = photo.results.get(keyOf(job));
  if (known) return done(known.raster, await previewOfRows(known.raster));
  progress({ step: "load" });
  const tasks = tasksOf(job);
  const networks = await Promise.all(tasks.map((task) => engine.network(task)));
  signal.throwIfAborted();
  const scale = scaleOf(job);
  if (!canWrite(times(size, scale))) return tooLarge(size, scale);
  if (tasks[0] === "enhance" && size.width * size.height > WITHOUT_SKETCH * 1e6) await sketch(order, networks[0]);
  const shown = new PreviewCanvas(times(size, scale));
  let told = performance.now();
  const result = await process(bitmap, size, networks, scale, {
    made: (pixels) => shown.paint(pixels),
    tick: async (network, share) => {
      if (performance.now() - told > PAUSE) {
        progress({ step: "work", task: tasks[network], share });
        told = performance.now();
      }
      await goOn(signal);
    },
  });
  photo.results.set(keyOf(job), result);
  breathe().then(() => result.raster.settle()); // once the answer is on its way
  return done(result.raster, shown.finish());
}

/** Shows a small copy of the photo, enhanced; the result is nearly the same. */
async function sketch({ bitmap, size, progress, signal }: Order, network: Network): Promise<void> {
  const small = fitted(size, SKETCH);
  const copy = await reduced(bitmap, small);
  const shown = new PreviewCanvas(small);
  await process(copy, small, [network], 1, {
    made: (pixels) => shown.paint(pixels),
    tick: () => goOn(signal),
  }).finally(() => copy.close());
  const picture = shown.finish();
  progress(transfer({ step: "sketch", preview: picture }, [picture]));
}

/** Lets a cancellation come, and throws it. */
async function goOn(signal: AbortSignal): Promise<void> {
  await breathe();
  signal.throwIfAborted();
}

function done({ width, height }: Size, picture: ImageBitmap): Outcome {
  return transfer({ status: "done", width, height, preview: picture }, [picture]);
}

function tooLarge(size: Size, scale: number): Outcome {
  return { status: "too large", offer: offer(size, scale) };
}

function find(id: number): Photo {
  const photo = photos.get(id);
  if (!photo) throw new Error(`There is no photo ${id}.`);
  return photo;
}

function withBitmap<T>(id: number, work: (bitmap: ImageBitmap) => T | Promise<T>): Promise<T> {
  const { file, kind } = find(id);
  return bitmaps.use(id, () => decode(file, kind), work);
}

function half({ width, height }: Size): Size {
  return { width: Math.floor(width * Math.SQRT1_2), height: Math.floor(height * Math.SQRT1_2) };
}

expose(api);
