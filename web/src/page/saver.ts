/** Handing results over: one as a download or to the share sheet, several as one ZIP file. */
import { proxy, type Remote } from "comlink";
import type { Api, Wanted } from "../worker/api";
import { download, share } from "./deliver";
import { byId, tell } from "./dom";
import { type Photo, resultOf } from "./photos";
import type { Settings } from "./settings";

const AGAIN = "The photo is ready: press Share once more.";
const BUTTONS = ["save", "share", "save-all"];
const KNOWN = "PhotoError"; // whose message is for the visitor

export class Saver {
  private made: { result: string; file: Promise<File> } | null = null; // the latest, in case it is wanted again

  /** `settings` says how results are saved, `refresh` shows again what buttons may be pressed. */
  constructor(
    private readonly worker: Remote<Api>,
    private readonly settings: Settings,
    private readonly refresh: () => void,
  ) {}

  save(photo: Photo): Promise<void> {
    return this.busy(async () => {
      const file = await this.make(photo);
      if (!file) return;
      download(file);
      photo.saved = resultOf(photo);
      tell(`${file.name} is saved.`);
    });
  }

  /** Saves the results that there are; browsers stop a page that starts many downloads, so several go into one file. */
  saveAll(photos: readonly Photo[]): Promise<void> {
    const done = photos.filter(({ status }) => status === "done");
    if (done.length === 1) return this.save(done[0]);
    return this.busy(async () => {
      const results = new Map(done.map((photo) => [photo, resultOf(photo)]));
      const tellHowFar = (begun: number) => tell(`Writing ${begun} of ${done.length}.`);
      const { file, unwritten } = await this.worker.archive(
        done.map((photo) => this.wanted(photo)),
        proxy(tellHowFar),
      );
      for (const photo of done) {
        if (unwritten.includes(photo.id)) fail(photo);
        else photo.saved = results.get(photo) ?? "";
      }
      const written = done.length - unwritten.length;
      if (written) download(file);
      const missing = unwritten.length ? ` ${unwritten.length} could not be written: open them to see why.` : "";
      tell(`${written} of ${photos.length} photos are saved in ${file.name}.${missing}`);
    });
  }

  share(photo: Photo): Promise<void> {
    return this.busy(async () => {
      const file = await this.make(photo);
      if (!file) return;
      if (await share(file)) photo.saved = resultOf(photo);
      else tell(AGAIN);
    });
  }

  /** Returns the file of a photo's result; null, with a message, if it cannot be written. */
  private async make(photo: Photo): Promise<File | null> {
    const wanted = this.wanted(photo);
    const result = [resultOf(photo), ...Object.values(wanted.saving)].join();
    if (this.made?.result !== result) this.made = { result, file: this.worker.save(wanted) };
    try {
      return await this.made.file;
    } catch (error) {
      console.error(error);
      this.made = null;
      const { name, message } = error as Error;
      fail(photo, name === KNOWN ? message : undefined);
      return null;
    }
  }

  private wanted({ id, job, strength }: Photo): Wanted {
    return { id, job, strength, saving: this.settings.now() };
  }

  /** Works with the buttons disabled, so that nothing is begun twice. */
  private async busy(work: () => Promise<void>): Promise<void> {
    const pressed = document.activeElement as HTMLElement | null;
    for (const id of BUTTONS) byId<HTMLButtonElement>(id).disabled = true;
    try {
      await work();
    } catch (error) {
      console.error(error);
      tell("The photos could not be written: save them one by one.");
    } finally {
      this.refresh();
      pressed?.focus(); // what is disabled has lost it
    }
  }
}

function fail(photo: Photo, message?: string): void {
  const reason = "the browser's memory does not suffice. Close other tabs, or choose a smaller photo.";
  photo.status = "failed";
  photo.retry = false;
  photo.message = message ?? `${photo.file.name} could not be written: ${reason}`;
}
