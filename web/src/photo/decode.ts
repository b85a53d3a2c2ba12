/** From a file to a bitmap, upright and in sRGB. */
import { PhotoError } from "../errors";
import { decodeHeic } from "./heic";
import { describe, isWhole, type Kind, sniff, TITLES } from "./sniff";

const DAMAGED = "is damaged or incomplete; copy it again from where it came from.";

/** Returns what kind of photo a file is. Throws a PhotoError for one that is none, or not whole. */
export function kindOf(bytes: Uint8Array, name: string): Kind {
  if (!bytes.length) throw new PhotoError(`${name} is empty; copy it again from where it came from.`);
  const kind = sniff(bytes);
  if (!kind) throw new PhotoError(`${name} is ${describe(bytes)}; photos are ${TITLES} files.`);
  if (!isWhole(bytes, kind)) throw new PhotoError(`${name} ${DAMAGED}`);
  return kind;
}

/** Returns what is in a file. Throws a PhotoError where the disk no longer gives it. */
export async function contentOf(file: File): Promise<Uint8Array> {
  const content = await file.arrayBuffer().catch((cause) => {
    throw new PhotoError(`${file.name} can no longer be read: it was moved or changed; choose it again.`, { cause });
  });
  return new Uint8Array(content);
}

/** Decodes a photo by the browser, or HEIC by libheif where the browser cannot. Throws a PhotoError. */
export async function decode(file: File, kind: Kind): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image", premultiplyAlpha: "none" });
  } catch {
    const bytes = await contentOf(file);
    const bitmap = kind === "heic" ? await decodeHeic(bytes) : null;
    if (bitmap) return bitmap;
    throw new PhotoError(`${file.name} ${DAMAGED}`);
  }
}
