/** The row of photos, shown when there are several. */
import { byId, percent } from "./dom";
import type { Photo } from "./photos";

const WORDS: Record<Photo["status"], string> = {
  waiting: "waiting",
  working: "being enhanced",
  done: "done",
  cancelled: "cancelled",
  "too large": "too large",
  failed: "failed",
};

/** What is called for the photo that was clicked. */
interface Actions {
  choose(photo: Photo): void;
  remove(photo: Photo): void;
}

/** Shows the photos in their order; the one that is looked at can be removed. */
export function showStrip(photos: readonly Photo[], active: Photo | null, { choose, remove }: Actions): void {
  byId("strip").hidden = photos.length < 2;
  showSaving(photos);
  const list = byId("photos");
  const items = photos.map((_, i) => list.children[i] ?? list.appendChild(item()));
  while (list.children.length > photos.length) list.lastElementChild?.remove();
  for (const [i, photo] of photos.entries()) {
    const [button, cross] = items[i].querySelectorAll("button");
    if (button.firstChild !== photo.thumbnail) button.replaceChildren(photo.thumbnail);
    button.dataset.status = photo.status;
    button.style.setProperty("--share", photo.progress?.step === "work" ? percent(photo.progress.share) : "0%");
    button.setAttribute("aria-current", String(photo === active));
    button.setAttribute("aria-label", `${photo.file.name}, ${WORDS[photo.status]}`);
    button.onclick = () => choose(photo);
    cross.hidden = photo !== active;
    cross.setAttribute("aria-label", `Remove ${photo.file.name}`);
    cross.onclick = () => remove(photo);
  }
}

/** Says on the button how many results there are to save. */
function showSaving(photos: readonly Photo[]): void {
  const done = photos.filter(({ status }) => status === "done").length;
  const button = byId<HTMLButtonElement>("save-all");
  button.disabled = !done;
  button.textContent = done < photos.length ? `Save ${done} of ${photos.length}` : "Save all";
}

function item(): HTMLLIElement {
  const template = byId<HTMLTemplateElement>("strip-item").content;
  return template.querySelector("li")?.cloneNode(true) as HTMLLIElement;
}
