/** The row of photos, shown when there are several. */
import { byId } from "./dom";
import type { Photo } from "./photos";

const WORDS: Record<Photo["status"], string> = {
  waiting: "waiting",
  working: "being enhanced",
  done: "done",
  cancelled: "cancelled",
  "too large": "too large",
  failed: "failed",
};

/** Shows the photos in their order; `choose` is called for the one that is clicked. */
export function showStrip(photos: readonly Photo[], active: Photo | null, choose: (photo: Photo) => void): void {
  byId("strip").hidden = photos.length < 2;
  byId<HTMLButtonElement>("save-all").disabled = !photos.some((photo) => photo.status === "done");
  const list = byId("photos");
  const items = photos.map((_, i) => list.children[i] ?? list.appendChild(item()));
  while (list.children.length > photos.length) list.lastElementChild?.remove();
  for (const [i, photo] of photos.entries()) {
    const button = items[i].querySelector("button");
    if (!button) continue;
    if (button.firstChild !== photo.thumbnail) button.replaceChildren(photo.thumbnail);
    button.dataset.status = photo.status;
    button.setAttribute("aria-current", String(photo === active));
    button.setAttribute("aria-label", `${photo.file.name}, ${WORDS[photo.status]}`);
    button.onclick = () => choose(photo);
  }
}

function item(): HTMLLIElement {
  const entry = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  entry.append(button);
  return entry;
}
