/** The page: a welcome while there are no photos, and the editor around the one that is looked at. */
import type { Remote } from "comlink";
import { takeHandedOver } from "../handed-over";
import { enlarges, type Job } from "../network/models";
import type { Api } from "../worker/api";
import { Activity } from "./activity";
import { ask } from "./ask";
import { canShare } from "./deliver";
import { announce, byId, percent } from "./dom";
import { takeIn } from "./intake";
import { FIRST_JOB, makeJobs } from "./jobs";
import { listenToKeys } from "./keys";
import { Leaving } from "./leaving";
import { adviceFor, showPanel } from "./panel";
import { isOpen, isUnsaved, type Photo, Photos } from "./photos";
import { Saver } from "./saver";
import { Settings } from "./settings";
import { showStrip } from "./strip";
import { Viewer } from "./viewer";

export class App {
  private readonly photos: Photos;
  private readonly viewer = new Viewer();
  private readonly showJob = makeJobs((change) => this.setJob(change));
  private readonly strength = byId<HTMLInputElement>("strength");
  private readonly saver: Saver;
  private readonly leaving = new Leaving({
    loses: () => this.photos.all.some(isUnsaved),
    close: () => this.leave(this.photos.all, "Close all photos"),
  });
  private readonly activity = new Activity();
  private active: Photo | null = null;
  private job = FIRST_JOB;

  constructor(private readonly worker: Remote<Api>) {
    this.photos = new Photos(worker, {
      changed: (photo) => this.changed(photo),
      opened: (photo, preview) => this.opened(photo, preview),
      sketched: (photo, preview) => this.sketched(photo, preview),
      finished: (photo, preview) => this.finished(photo, preview),
    });
    this.saver = new Saver(worker, new Settings(), () => this.refresh());
    takeIn((files) => this.add(files));
    this.strength.addEventListener("input", () => this.setStrength(Number(this.strength.value) / 100));
    const clicks: Record<string, () => void> = {
      back: () => this.leave(this.photos.all, "Close all photos"),
      cancel: () => this.cancel(),
      save: () => this.active && this.saver.save(this.active),
      "save-all": () => this.saver.saveAll(this.photos.all),
      share: () => this.active && this.saver.share(this.active),
      same: () => this.active && this.photos.alike(this.active),
      "note-action": () => this.followAdvice(),
      "note-remove": () => this.active && this.remove([this.active]),
    };
    for (const [id, act] of Object.entries(clicks)) byId(id).addEventListener("click", act);
    this.strength.addEventListener("dblclick", () => this.setStrength(1));
    listenToKeys({
      save: () => this.active?.status === "done" && this.saver.save(this.active),
      cancel: () => isOpen(this.active) && this.cancel(),
      step: (by) => this.step(by),
    });
    takeHandedOver((files) => this.add(files));
    byId("share").hidden = !canShare();
  }

  private add(files: readonly File[]): void {
    const added = files.map((file) => this.photos.add(file, this.job));
    if (!added.length) return;
    byId("welcome").hidden = true;
    byId("editor").hidden = false;
    this.leaving.opened();
    const replaced = this.active; // one that cannot be used, where another has been chosen
    if (replaced && adviceFor(replaced)?.act === "choose") this.photos.remove(replaced);
    this.lookAt(added[0]);
  }

  /** Shows a photo, and goes there with the keyboard. */
  private lookAt(photo: Photo): void {
    this.look(photo);
    byId("name").focus();
  }

  private look(photo: Photo): void {
    this.active = photo;
    this.showJob(photo.job);
    this.setStrength(photo.strength);
    this.refresh();
    this.viewer.clear();
    if (photo.size) this.bringBack(photo);
  }

  private step(by: number): void {
    const { all } = this.photos;
    const next = this.active && all[all.indexOf(this.active) + by];
    if (next) this.look(next);
  }

  /** Fetches the previews of a photo that was looked at before. */
  private async bringBack(photo: Photo): Promise<void> {
    const { before, after } = await this.worker.show(photo.id, photo.job);
    if (this.active !== photo || !photo.size) return;
    this.viewer.showBefore(before, photo.size);
    if (after && photo.resultSize) this.viewer.showAfter(after, photo.resultSize, false);
  }

  private opened(photo: Photo, preview: ImageBitmap): void {
    if (photo === this.active && photo.size) this.viewer.showBefore(preview, photo.size);
    else preview.close();
  }

  private sketched(photo: Photo, preview: ImageBitmap): void {
    if (photo === this.active && photo.size) this.viewer.showAfter(preview, photo.size, true);
    else preview.close();
  }

  private finished(photo: Photo, preview: ImageBitmap): void {
    if (photo === this.active && photo.resultSize) {
      this.viewer.showAfter(preview, photo.resultSize, true);
      if (enlarges(photo.job)) this.viewer.showEveryPixel(photo.detail);
    } else preview.close();
    announce(`${photo.file.name} is done.`);
  }

  private changed(photo: Photo): void {
    this.refresh();
    const advice = photo === this.active ? adviceFor(photo) : null;
    if (!advice) return;
    this.viewer.hideAfter();
    if (photo.status !== "cancelled") announce(advice.text);
  }

  private refresh(): void {
    showStrip(this.photos.all, this.active, {
      choose: (photo) => this.look(photo),
      remove: (photo) => this.leave([photo], "Remove photo"),
    });
    if (this.active) showPanel(this.active);
    this.activity.show(this.photos.all);
  }

  private setStrength(strength: number): void {
    if (this.active) this.active.strength = strength;
    this.strength.value = String(Math.round(strength * 100));
    byId("strength-value").textContent = percent(strength);
    this.viewer.setStrength(strength);
  }

  private setJob(change: Partial<Job>): void {
    this.job = { ...(this.active?.job ?? this.job), megapixels: null, ...change };
    this.showJob(this.job);
    if (!this.active) return;
    this.active.job = this.job;
    this.again(this.active);
  }

  private again(photo: Photo): void {
    this.viewer.hideAfter();
    this.photos.enqueue(photo);
  }

  private followAdvice(): void {
    const photo = this.active;
    const advice = photo && adviceFor(photo);
    if (!advice) return;
    if (advice.act === "choose") {
      byId("files").click();
      return;
    }
    if (advice.act === "smaller") photo.job = { ...photo.job, megapixels: photo.offer };
    this.again(photo);
    byId("name").focus(); // the button that had the focus is gone
  }

  private cancel(): void {
    if (!this.active) return;
    this.photos.cancel(this.active);
    byId("note-action").focus();
  }

  /** Removes photos; where results would be lost that nobody has saved, only if the visitor says so. */
  private async leave(photos: readonly Photo[], action: string): Promise<void> {
    const unsaved = photos.filter(isUnsaved);
    const what = unsaved.length === 1 ? `The result of ${unsaved[0].file.name} is` : `${unsaved.length} results are`;
    if (!unsaved.length || (await ask(`${what} not saved.`, action))) this.remove(photos);
  }

  private remove(photos: readonly Photo[]): void {
    const place = this.active ? this.photos.all.indexOf(this.active) : 0;
    for (const photo of [...photos]) this.photos.remove(photo);
    const next = this.photos.all[Math.min(place, this.photos.all.length - 1)];
    if (next) this.lookAt(next);
    else this.close();
  }

  private close(): void {
    this.active = null;
    this.viewer.clear();
    byId("editor").hidden = true;
    byId("welcome").hidden = false;
    document.querySelector<HTMLElement>("[data-pick]")?.focus();
    this.leaving.closed();
  }
}
