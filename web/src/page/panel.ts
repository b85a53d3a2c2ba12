/** What the editor says of a photo: its name and size, how far it is, and what went wrong. */
import { scaleOf } from "../network/models";
import { fitted, type Size, times } from "../photo/limits";
import { byId, percent } from "./dom";
import type { Photo } from "./photos";

const DOING = { enhance: "Enhancing", upscale: "Enlarging", restore: "Cleaning and enlarging" };

export function showPanel(photo: Photo): void {
  byId("name").textContent = photo.file.name;
  byId("facts").textContent = facts(photo);
  byId("losses").textContent = photo.losses;
  byId("losses").hidden = !photo.losses;
  showProgress(photo);
  showNote(photo);
  const done = photo.status === "done";
  for (const id of ["save", "share", "strength"]) byId<HTMLButtonElement | HTMLInputElement>(id).disabled = !done;
}

/** Says how large a photo is, and how large its result becomes where that is another size. */
function facts({ size, resultSize, job }: Photo): string {
  if (!size) return "";
  const written = ({ width, height }: Size) => `${width} × ${height}`;
  const result = resultSize ?? times(fitted(size, job.megapixels ?? Number.POSITIVE_INFINITY), scaleOf(job));
  return result.width === size.width ? written(size) : `${written(result)} from ${written(size)}`;
}

function showProgress(photo: Photo): void {
  const { status, progress } = photo;
  byId("working").hidden = status !== "waiting" && status !== "working";
  // Always a number: a bar without one moves all the time, for which browsers draw the page again and again.
  byId<HTMLProgressElement>("progress").value = progress?.step === "work" ? progress.share : 0;
  byId("working-text").textContent =
    status === "waiting"
      ? "Waiting"
      : !progress
        ? "Reading"
        : progress.step === "work"
          ? `${DOING[progress.task]}, ${percent(progress.share)}`
          : "Getting ready";
}

/** What is said of a photo that has no result, and what its button does about it. */
export interface Advice {
  readonly text: string;
  readonly action: string;
  readonly act: "again" | "smaller" | "choose";
}

export function adviceFor({ status, message, retry, file, size, offer }: Photo): Advice | null {
  if (status === "failed" && retry) return { text: message, action: "Try again", act: "again" };
  if (status === "failed") return { text: message, action: "Choose another photo", act: "choose" };
  if (status === "cancelled") return { text: "Cancelled.", action: "Start again", act: "again" };
  if (status !== "too large") return null;
  const text = `${file.name} has ${size?.width} × ${size?.height} pixels: the result would not fit into this browser's memory.`;
  return offer
    ? { text: `${text} It can be made smaller.`, action: `Go on with ${offer} megapixels`, act: "smaller" }
    : {
        text: `${text} Choose a smaller photo, or use ppcn on a computer.`,
        action: "Choose another photo",
        act: "choose",
      };
}

function showNote(photo: Photo): void {
  const advice = adviceFor(photo);
  byId("note").hidden = !advice;
  byId("note-text").textContent = advice?.text ?? "";
  byId("note-action").textContent = advice?.action ?? "";
}
