/** How results are saved: chosen once, for this and later visits. */
import type { Saving } from "../worker/api";
import { byId, percent } from "./dom";

const KEY = "ppcn saving"; // in the browser's storage
const USUAL: Saving = { type: "", quality: 0.95, location: true };

export class Settings {
  private readonly dialog = byId<HTMLDialogElement>("saving");
  private readonly type = byId<HTMLSelectElement>("saving-type");
  private readonly quality = byId<HTMLInputElement>("saving-quality");
  private readonly noLocation = byId<HTMLInputElement>("saving-no-location");

  constructor() {
    this.show(stored());
    byId("settings").addEventListener("click", () => this.dialog.showModal());
    byId("saving-close").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("input", () => {
      this.show(this.now());
      store(this.now());
    });
  }

  now(): Saving {
    return { type: this.type.value, quality: Number(this.quality.value) / 100, location: !this.noLocation.checked };
  }

  private show({ type, quality, location }: Saving): void {
    this.type.value = type;
    this.quality.value = String(Math.round(quality * 100));
    this.noLocation.checked = !location;
    byId("saving-quality-value").textContent = percent(quality);
    byId("saving-quality-label").hidden = type === "image/png";
  }
}

function stored(): Saving {
  try {
    return { ...USUAL, ...JSON.parse(localStorage.getItem(KEY) ?? "{}") };
  } catch {
    return USUAL; // storage may be refused, and hold anything
  }
}

function store(saving: Saving): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(saving));
  } catch {
    // it holds for this visit then
  }
}
