/** The page: a welcome while there are no photos, and the editor around the one that is looked at. */
import type { Remote } from "comlink";
import type { Mode } from "../network/models";
import type { Api } from "../worker/api";
import { canShare, download, share } from "./deliver";
import { announce, byId, percent, tell } from "./dom";
import { takeIn } from "./intake";
import { makeModes } from "./modes";
import { adviceFor, showPanel } from "./panel";
import { type Photo, Photos } from "./photos";
import { showStrip } from "./strip";
import { Viewer } from "./viewer";

const AGAIN = "The photo is ready: press Share once more.";

export class App {
  private readonly photos: Photos;
  private readonly viewer = new Viewer();
  private readonly showMode = makeModes((mode) => this.setMode(mode));
  private readonly strength = byId<HTMLInputElement>("strength");
  private active: Photo | null = null;
  private mode: Mode = "enhance";
  private made: { key: string; file: Promise<File> } | null = null; // the latest file, in case it is wanted again

  constructor(private readonly worker: Remote<Api>) {
    this.photos = new Photos(worker, {
      changed: (photo) => this.changed(photo),
      opened: (photo, preview) => this.opened(photo, preview),
      finished: (photo, preview) => this.finished(photo, preview),
    });
    takeIn((files) => this.add(files));
    this.strength.addEventListener("input", () => this.setStrength(Number(this.strength.value) / 100));
    const clicks: Record<string, () => void> = {
      back: () => this.closeAll(),
      cancel: () => this.cancel(),
      save: () => this.active && this.save([this.active]),
      "save-all": () => this.save(this.photos.all.filter((photo) => photo.status === "done")),
      share: () => this.share(),
      "note-action": () => this.followAdvice(),
      "note-remove": () => this.active && this.remove(this.active),
    };
    for (const [id, act] of Object.entries(clicks)) byId(id).addEventListener("click", act);
    byId("share").hidden = !canShare();
  }

  private add(files: readonly File[]): void {
    const added = files.map((file) => this.photos.add(file, this.mode));
    if (!added.length) return;
    byId("welcome").hidden = true;
    byId("editor").hidden = false;
    this.lookAt(added[0]);
  }

  /** Shows a photo, and goes there with the keyboard. */
  private lookAt(photo: Photo): void {
    this.look(photo);
    byId("name").focus();
  }

  private look(photo: Photo): void {
    this.active = photo;
    this.showMode(photo.mode);
    this.setStrength(photo.strength);
    this.refresh();
    this.viewer.clear();
    if (photo.size) this.bringBack(photo);
  }

  /** Fetches the previews of a photo that was looked at before. */
  private async bringBack(photo: Photo): Promise<void> {
    const { before, after } = await this.worker.show(photo.id);
    if (this.active !== photo || !photo.size) return;
    this.viewer.showBefore(before, photo.size);
    if (after && photo.resultSize) this.viewer.showAfter(after, photo.resultSize, false);
  }

  private opened(photo: Photo, preview: ImageBitmap): void {
    if (photo === this.active && photo.size) this.viewer.showBefore(preview, photo.size);
    else preview.close();
  }

  private finished(photo: Photo, preview: ImageBitmap): void {
    if (photo === this.active && photo.resultSize) this.viewer.showAfter(preview, photo.resultSize, true);
    else preview.close();
    announce(`${photo.file.name} is done.`);
  }

  private changed(photo: Photo): void {
    this.refresh();
    const advice = photo === this.active && photo.status !== "cancelled" ? adviceFor(photo) : null;
    if (advice) announce(advice.text);
  }

  private refresh(): void {
    showStrip(this.photos.all, this.active, (photo) => this.look(photo));
    if (this.active) showPanel(this.active);
  }

  private setStrength(strength: number): void {
    if (this.active) this.active.strength = strength;
    this.strength.value = String(Math.round(strength * 100));
    byId("strength-value").textContent = percent(strength);
    this.viewer.setStrength(strength);
  }

  private setMode(mode: Mode): void {
    this.mode = mode;
    if (!this.active) return;
    this.active.mode = mode;
    this.active.megapixels = null;
    this.again(this.active);
  }

  private again(photo: Photo): void {
    this.viewer.hideAfter();
    this.made = null;
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
    if (advice.act === "smaller") photo.megapixels = photo.offer;
    this.again(photo);
    byId("name").focus(); // the button that had the focus is gone
  }

  private cancel(): void {
    if (!this.active) return;
    this.photos.cancel(this.active);
    byId("note-action").focus();
  }

  private remove(photo: Photo): void {
    this.photos.remove(photo);
    const [next] = this.photos.all;
    if (next) this.lookAt(next);
    else this.closeAll();
  }

  private closeAll(): void {
    for (const photo of [...this.photos.all]) this.photos.remove(photo);
    this.active = null;
    this.viewer.clear();
    byId("editor").hidden = true;
    byId("welcome").hidden = false;
    document.querySelector<HTMLElement>("[data-pick]")?.focus();
  }

  private file({ id, strength, mode, megapixels }: Photo): Promise<File> {
    const key = [id, strength, mode, megapixels].join();
    if (this.made?.key !== key) this.made = { key, file: this.worker.save(id, strength) };
    return this.made.file;
  }

  private async save(photos: readonly Photo[]): Promise<void> {
    for (const photo of photos) {
      const file = await this.make(photo);
      if (!file) continue;
      download(file);
      tell(`${file.name} is saved.`);
    }
  }

  private async share(): Promise<void> {
    const file = this.active && (await this.make(this.active));
    if (file && !(await share(file))) tell(AGAIN);
  }

  /** Returns the file of a photo's result; null, with a message, if the browser cannot write it. */
  private async make(photo: Photo): Promise<File | null> {
    const pressed = document.activeElement as HTMLElement | null;
    const buttons = ["save", "share", "save-all"].map((id) => byId<HTMLButtonElement>(id));
    for (const button of buttons) button.disabled = true;
    try {
      return await this.file(photo);
    } catch (error) {
      console.error(error);
      this.made = null;
      photo.status = "failed";
      photo.retry = false;
      photo.message = `${photo.file.name} could not be written: the browser's memory does not suffice. Close other tabs, or choose a smaller photo.`;
      return null;
    } finally {
      this.refresh();
      pressed?.focus(); // what is disabled has lost it
    }
  }
}
