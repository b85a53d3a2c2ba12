/**
 * HEIC where the browser has no decoder of its own, by libheif in WebAssembly.
 *
 * libheif is LGPL-3.0: it stays a file of its own beside the page, as published, which anyone may replace; it is
 * fetched when the first HEIC photo comes.
 */
import libraryUrl from "libheif-js/libheif-wasm/libheif-bundle.mjs?url";
import { fetchKept } from "../offline";
import { isDisplayP3 } from "./heif";

interface HeifImage {
  get_width(): number;
  get_height(): number;
  display(target: ImageData, done: (result: ImageData | null) => void): void;
  free(): void;
}
interface Libheif {
  HeifDecoder: new () => { decode(bytes: Uint8Array): HeifImage[] };
}

let library: Promise<Libheif> | undefined;

/** Returns the primary picture of a HEIC file, turned upright; null for a damaged one. */
export async function decodeHeic(bytes: Uint8Array): Promise<ImageBitmap | null> {
  library ??= load().catch((error) => {
    library = undefined; // so that it is tried again with the next photo
    throw error;
  });
  const { HeifDecoder } = await library;
  const [image] = new HeifDecoder().decode(bytes);
  if (!image) return null;
  const colorSpace = isDisplayP3(bytes) ? "display-p3" : "srgb";
  const pixels = new ImageData(image.get_width(), image.get_height(), { colorSpace });
  const shown = await new Promise<ImageData | null>((done) => image.display(pixels, done));
  image.free();
  return shown && createImageBitmap(shown, { premultiplyAlpha: "none" });
}

async function load(): Promise<Libheif> {
  await fetchKept(libraryUrl);
  const module = await import(/* @vite-ignore */ libraryUrl);
  return module.default();
}
