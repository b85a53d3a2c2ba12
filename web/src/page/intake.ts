/** The ways in which photos come: chosen, taken, dropped, pasted, or one of the samples. */
import { sampleUrl } from "../samples";
import { byId, tell } from "./dom";
import { filesOf } from "./folders";

export function takeIn(add: (files: File[]) => void): void {
  picker("files", "[data-pick]", add);
  picker("camera", "[data-camera]", add);
  dropping(add);
  document.addEventListener("paste", async ({ clipboardData }) => {
    if (clipboardData) add(await filesOf(clipboardData, tell));
  });
  for (const button of document.querySelectorAll<HTMLElement>("[data-sample]")) {
    button.addEventListener("click", async () => {
      const name = `${button.dataset.sample}.jpg`;
      const response = await fetch(sampleUrl(name)).catch(() => null);
      const content = await response?.blob().catch(() => null);
      if (response?.ok && content) add([new File([content], name, { type: "image/jpeg" })]);
      else tell(`${name} did not arrive: check the connection, then try again.`);
    });
  }
}

function picker(id: string, buttons: string, add: (files: File[]) => void): void {
  const input = byId<HTMLInputElement>(id);
  for (const button of document.querySelectorAll(buttons)) button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    add([...(input.files ?? [])]);
    input.value = ""; // so that the same file can be chosen again
  });
}

function dropping(add: (files: File[]) => void): void {
  const veil = byId("drop");
  let depth = 0; // how many elements the pointer has entered and not left
  const shown = (by: number) => {
    depth = by ? Math.max(depth + by, 0) : 0;
    veil.hidden = depth === 0;
  };
  const ours = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  window.addEventListener("dragenter", (event) => ours(event) && shown(1));
  window.addEventListener("dragleave", (event) => ours(event) && shown(-1));
  window.addEventListener("dragover", (event) => ours(event) && event.preventDefault());
  window.addEventListener("drop", async (event) => {
    if (!event.dataTransfer || !ours(event)) return;
    event.preventDefault();
    shown(0);
    add(await filesOf(event.dataTransfer, tell));
  });
}
