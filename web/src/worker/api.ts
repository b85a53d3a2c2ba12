import type { ProxyMarked, Remote } from "comlink";
import type { Job, Task } from "../network/models";
import type { Threads } from "../network/threads";
import type { Point } from "../photo/detail";

/** What a photo is, once it could be read. */
export interface Opened {
  readonly width: number;
  readonly height: number;
  readonly preview: ImageBitmap;
  /** What results lose of it, in a sentence; empty if nothing. */
  readonly losses: string;
  /** The middle of its most detailed part, in shares of width and height. */
  readonly detail: Point;
}

/** How far a photo is: its networks are on their way, a first look at the result, or a network at work. */
export type Progress =
  | { readonly step: "load" }
  | { readonly step: "sketch"; readonly preview: ImageBitmap }
  | { readonly step: "work"; readonly task: Task; readonly share: number };

/** What became of a photo; `offer` is the largest size, in megapixels, that this browser can manage. */
export type Outcome =
  | { readonly status: "done"; readonly width: number; readonly height: number; readonly preview: ImageBitmap }
  | { readonly status: "cancelled" }
  | { readonly status: "too large"; readonly offer: number | null };

/** How results are saved. */
export interface Saving {
  /** A MIME type; empty: the photo's own. */
  readonly type: string;
  /** From 0 to 1, where there is a choice. */
  readonly quality: number;
  /** Whether they keep where the photo was taken. */
  readonly location: boolean;
}

/** The result of a job that is wanted as a file, with so much of what the networks changed. */
export interface Wanted {
  readonly id: number;
  readonly job: Job;
  readonly strength: number;
  readonly saving: Saving;
}

/** Several results in one file, and the photos of which none could be written. */
export interface Archive {
  readonly file: File;
  readonly unwritten: readonly number[];
}

/** The worker's side of the page. Photos are known by number. Methods throw PhotoErrors, whose messages are for users. */
export interface Api {
  /** Takes the threads for networks, before anything else is asked for. */
  useThreads(threads: Remote<Threads & ProxyMarked>): void;
  /** Fetches all that the page may need, before it is needed: from then on it works without a network. */
  warmUp(): Promise<void>;
  open(id: number, file: File): Promise<Opened>;
  /** Returns the previews of a photo and of a job's result, if it has that. */
  show(id: number, job: Job): Promise<{ before: ImageBitmap; after: ImageBitmap | null }>;
  /** Does a job, unless it has its result. */
  run(id: number, job: Job, progress: (now: Progress) => void): Promise<Outcome>;
  cancel(id: number): void;
  /** Returns the file of a result. */
  save(wanted: Wanted): Promise<File>;
  /** Returns a ZIP file of results; `progress` is called with the number of those that have been begun. */
  archive(wanted: readonly Wanted[], progress: (begun: number) => void): Promise<Archive>;
  close(id: number): void;
}
