/** What the browser shows and does while photos are worked on: the tab's title, and a screen that stays on. */
import { percent } from "./dom";
import { isOpen, type Photo } from "./photos";

export class Activity {
  private readonly title = document.title;
  private lock: Promise<WakeLockSentinel | undefined> | null = null;

  constructor() {
    document.addEventListener("visibilitychange", () => {
      if (this.lock && !document.hidden) this.lock = stayOn(); // browsers release it where a page is hidden
    });
  }

  show(photos: readonly Photo[]): void {
    const open = photos.filter(isOpen);
    document.title = open.length ? `${inWords(photos, open)} · ${this.title}` : this.title;
    if (open.length && !this.lock) this.lock = stayOn();
    if (!open.length && this.lock) {
      this.lock.then((lock) => lock?.release());
      this.lock = null;
    }
  }
}

function inWords(photos: readonly Photo[], open: readonly Photo[]): string {
  const progress = open.find(({ status }) => status === "working")?.progress;
  if (photos.length > 1) return `${photos.length - open.length} of ${photos.length}`;
  return progress?.step === "work" ? percent(progress.share) : "…";
}

function stayOn(): Promise<WakeLockSentinel | undefined> {
  return Promise.resolve(navigator.wakeLock?.request("screen")).catch(() => undefined); // as with a nearly empty battery
}
