/** Handing results over: as downloads, or to the share sheet of a phone. */

export function download(file: File): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the download has to have begun
}

/** Tells whether this device has a share sheet that takes photos. */
export function canShare(): boolean {
  const photo = new File([new Uint8Array(1)], "photo.jpg", { type: "image/jpeg" });
  return navigator.canShare?.({ files: [photo] }) ?? false;
}

/** Opens the share sheet. Returns false if the browser wants another tap first, since making the file took long. */
export async function share(file: File): Promise<boolean> {
  try {
    await navigator.share({ files: [file] });
    return true;
  } catch (error) {
    return !(error instanceof DOMException && error.name === "NotAllowedError");
  }
}
