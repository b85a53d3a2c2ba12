import type { Mode } from "../network/models";

/** What a photo is, once it could be read. */
export interface Opened {
  readonly width: number;
  readonly height: number;
  readonly preview: ImageBitmap;
}

/** How far a photo is: the runtime is on its way, or its network is at work. */
export interface Progress {
  readonly step: "load" | "work";
  readonly share: number;
}

/** What became of a photo; `offer` is the largest size, in megapixels, that this browser can manage. */
export type Outcome =
  | { readonly status: "done"; readonly width: number; readonly height: number; readonly preview: ImageBitmap }
  | { readonly status: "cancelled" }
  | { readonly status: "too large"; readonly offer: number | null };

/** The worker's side of the page. Photos are known by number. Methods throw PhotoErrors, whose messages are for users. */
export interface Api {
  /** Fetches runtime and networks before they are needed. */
  warmUp(): Promise<void>;
  open(id: number, file: File): Promise<Opened>;
  /** Returns the previews of a photo and of its result, if it has one. */
  show(id: number): Promise<{ before: ImageBitmap; after: ImageBitmap | null }>;
  /** Runs a photo's networks; `megapixels` asks for a reduced result. */
  run(id: number, mode: Mode, megapixels: number | null, progress: (now: Progress) => void): Promise<Outcome>;
  cancel(id: number): void;
  /** Returns the file of a result. */
  save(id: number, strength: number): Promise<File>;
  close(id: number): void;
}
