import { fromBase64 } from "../bytes";
import type { Kind } from "./sniff";

/** Two pixels beside each other whose EXIF says that they belong above each other. */
const TURNED_WEBP =
  "UklGRk4AAABXRUJQVlA4WAoAAAAIAAAAAQAAAAAAVlA4TA4AAAAvAQAAAAcQEf0PRET/A0VYSUYaAAAATU0AKgAAAAgAAQESAAMAAAABAAYAAAAAAAA=";

/** Tells whether this browser turns photos of a kind upright, as their EXIF says: Chromium does not turn WebP. */
export async function turnsUpright(kind: Kind): Promise<boolean> {
  if (kind !== "webp") return true;
  const bitmap = await createImageBitmap(new Blob([fromBase64(TURNED_WEBP)]));
  return bitmap.height === 2;
}
