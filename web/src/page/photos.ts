/** The visitor's photos, and the one queue in which they are worked on. */
import { proxy, type Remote } from "comlink";
import { type Job, keyOf } from "../network/models";
import type { Point } from "../photo/detail";
import type { Api, Opened, Outcome, Progress } from "../worker/api";

export interface Photo {
  readonly id: number;
  readonly file: File;
  status: "waiting" | "working" | "done" | "cancelled" | "too large" | "failed";
  job: Job;
  /** How much of what the networks change is shown and saved, from 0 to 1. */
  strength: number;
  progress: Progress | null;
  size: { width: number; height: number } | null;
  /** The middle of its most detailed part, in shares of width and height. */
  detail: Point;
  resultSize: { width: number; height: number } | null;
  /** What went wrong, in a sentence. */
  message: string;
  /** Whether the same may go well the next time. */
  retry: boolean;
  /** A size in megapixels that would work. */
  offer: number | null;
  /** What results lose of it, in a sentence; empty if nothing. */
  losses: string;
  /** Which result was saved or shared last, as `resultOf` tells them apart. */
  saved: string;
  readonly thumbnail: HTMLCanvasElement;
}

export interface Watcher {
  changed(photo: Photo): void;
  opened(photo: Photo, preview: ImageBitmap): void;
  sketched(photo: Photo, preview: ImageBitmap): void;
  finished(photo: Photo, preview: ImageBitmap): void;
}

/** Tells a photo's results apart: another job or strength makes another file. */
export function resultOf({ id, strength, job }: Photo): string {
  return [id, strength, keyOf(job)].join();
}

/** Tells whether there is still something to do for a photo. */
export function isOpen(photo: Photo | null): photo is Photo {
  return photo?.status === "waiting" || photo?.status === "working";
}

/** Tells whether a photo has a result that nobody has saved yet. */
export function isUnsaved(photo: Photo): boolean {
  return photo.status === "done" && photo.saved !== resultOf(photo);
}

const THUMBNAIL = 112; // pixels
const UNEXPECTED = "Something went wrong here. Try again; if it stays so, reload the page.";
// Errors come from the worker as copies, which are known by name only.
const PHOTO = "PhotoError";
const PLAIN = [PHOTO, "ConnectionError"];

export class Photos {
  readonly all: Photo[] = [];
  private readonly queue: Photo[] = [];
  private busy = false;
  private count = 0;

  constructor(
    private readonly worker: Remote<Api>,
    private readonly watcher: Watcher,
  ) {}

  add(file: File, job: Job): Photo {
    const photo: Photo = {
      id: ++this.count,
      file,
      status: "waiting",
      job,
      strength: 1,
      progress: null,
      size: null,
      detail: { x: 0.5, y: 0.5 },
      resultSize: null,
      message: "",
      retry: false,
      offer: null,
      losses: "",
      saved: "",
      thumbnail: document.createElement("canvas"),
    };
    this.all.push(photo);
    this.enqueue(photo);
    return photo;
  }

  /** Has a photo worked on (again), as its job says. */
  enqueue(photo: Photo): void {
    this.leave(photo);
    this.update(photo, { status: "waiting", progress: null, message: "", resultSize: null });
    this.queue.push(photo);
    this.work();
  }

  /** Does the same to all photos as to one: its job and strength. */
  alike({ job: chosen, strength }: Photo): void {
    const job = { ...chosen, megapixels: null };
    for (const photo of this.all) {
      photo.strength = strength;
      if (keyOf({ ...photo.job, megapixels: null }) === keyOf(job)) continue;
      photo.job = job;
      this.enqueue(photo);
    }
  }

  cancel(photo: Photo): void {
    this.leave(photo);
    this.update(photo, { status: "cancelled" });
  }

  remove(photo: Photo): void {
    this.leave(photo);
    photo.status = "cancelled";
    this.all.splice(this.all.indexOf(photo), 1);
    this.worker.close(photo.id);
  }

  private leave(photo: Photo): void {
    const place = this.queue.indexOf(photo);
    if (place >= 0) this.queue.splice(place, 1);
    if (photo.status === "working") this.worker.cancel(photo.id);
  }

  private async work(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    for (let photo = this.queue.shift(); photo; photo = this.queue.shift()) await this.treat(photo);
    this.busy = false;
  }

  private async treat(photo: Photo): Promise<void> {
    this.update(photo, { status: "working", progress: null });
    try {
      if (!photo.size) this.open(photo, await this.worker.open(photo.id, photo.file));
      if (photo.status !== "working") return; // cancelled meanwhile
      const progress = proxy((now: Progress) => this.hear(photo, now));
      const start = performance.now();
      this.finish(photo, await this.worker.run(photo.id, photo.job, progress));
      performance.measure(photo.file.name, { start }); // for benchmarks/web.py and the browser's own tools
    } catch (error) {
      const { name, message } = error as Error;
      const plain = PLAIN.includes(name);
      if (!plain) console.error(error);
      this.update(photo, { status: "failed", message: plain ? message : UNEXPECTED, retry: name !== PHOTO });
    } finally {
      if (!this.all.includes(photo)) this.worker.close(photo.id); // it was removed while it was being read
    }
  }

  private hear(photo: Photo, now: Progress): void {
    if (now.step !== "sketch") this.update(photo, { progress: now });
    else if (photo.status === "working") this.watcher.sketched(photo, now.preview);
    else now.preview.close(); // it was cancelled meanwhile
  }

  private open(photo: Photo, { width, height, preview, losses, detail }: Opened): void {
    drawThumbnail(photo.thumbnail, preview);
    photo.size = { width, height };
    photo.detail = detail;
    photo.losses = losses;
    this.watcher.opened(photo, preview);
  }

  private finish(photo: Photo, outcome: Outcome): void {
    if (photo.status !== "working") return; // cancelled, or sent to the queue again
    photo.status = outcome.status;
    if (outcome.status === "too large") photo.offer = outcome.offer;
    if (outcome.status === "done") {
      photo.resultSize = { width: outcome.width, height: outcome.height };
      drawThumbnail(photo.thumbnail, outcome.preview);
      this.watcher.finished(photo, outcome.preview);
    }
    this.watcher.changed(photo);
  }

  private update(photo: Photo, change: Partial<Photo>): void {
    Object.assign(photo, change);
    this.watcher.changed(photo);
  }
}

/** Draws the middle of a picture as a square. */
function drawThumbnail(canvas: HTMLCanvasElement, picture: ImageBitmap): void {
  const side = Math.min(picture.width, picture.height);
  const [left, top] = [(picture.width - side) / 2, (picture.height - side) / 2];
  canvas.width = canvas.height = THUMBNAIL;
  canvas.getContext("2d")?.drawImage(picture, left, top, side, side, 0, 0, THUMBNAIL, THUMBNAIL);
}
