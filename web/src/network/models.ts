/** The networks that this build ships: those in src/ppcn/weights, by way of web/networks.py. */
export type Task = "enhance" | "upscale" | "restore";

const FILES: Record<string, string> = import.meta.glob("../../../build/networks/*.ppcn", {
  query: "?url",
  import: "default",
  eager: true,
});
const DEFAULTS: Record<Task, string> = {
  enhance: "enhancer.open",
  upscale: "upscaler.open",
  restore: "upscaler.restore",
};

/** Other networks that the page's address asks for: "?enhance=student.open". The page hands this to its worker. */
const asked = new URLSearchParams("document" in globalThis ? location.search : self.name);

/** Returns where the file of a task's network is; throws an Error where the address asks for one that is not shipped. */
export function modelUrl(task: Task): string {
  const name = asked.get(task) ?? DEFAULTS[task];
  const url = FILES[`../../../build/networks/${name}.ppcn`];
  if (!url) throw new Error(`This build has no network ${name}.`);
  return url;
}

export const MODES = ["enhance", "upscale", "both"] as const;
export type Mode = (typeof MODES)[number];
export type Factor = 2 | 4;

/** What is to be done with a photo. */
export interface Job {
  readonly mode: Mode;
  /** How many times wider it becomes, where it is enlarged. */
  readonly factor: Factor;
  /** Whether noise and blocks of an old or poor photo are removed, where it is enlarged. */
  readonly old: boolean;
  /** What the photo is reduced to before, in megapixels; null: nothing. */
  readonly megapixels: number | null;
}

export function enlarges({ mode }: Job): boolean {
  return mode !== "enhance";
}

/** Returns how many times wider a job makes a photo. */
export function scaleOf(job: Job): number {
  return enlarges(job) ? job.factor : 1;
}

/** Returns the tasks of a job, which follow one another. */
export function tasksOf(job: Job): Task[] {
  const enlarging: Task[] = enlarges(job) ? [job.old ? "restore" : "upscale"] : [];
  return job.mode === "upscale" ? enlarging : ["enhance", ...enlarging];
}

/** Tells jobs apart by what they make of a photo. */
export function keyOf(job: Job): string {
  return [...tasksOf(job), scaleOf(job), job.megapixels].join();
}
