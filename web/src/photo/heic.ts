/**
 * HEIC where the browser has no decoder of its own, by libheif in WebAssembly.
 *
 * libheif is LGPL-3.0: it stays a file of its own beside the page, as published, which anyone may replace; it is
 * fetched when the first HEIC photo comes.
 */
import libraryUrl from "libheif-js/libheif-wasm/libheif-bundle.mjs?url";
import { ConnectionError } from "../errors";
import { fetchKept, NOT_ARRIVED } from "../offline";
import { displayP3ToSrgb } from "./display-p3";
import { coloursOf, DISPLAY_P3 } from "./profile";

export { libraryUrl };

type Pixels = Pick<ImageData, "data" | "width" | "height">;

interface HeifImage {
  is_primary(): boolean;
  get_width(): number;
  get_height(): number;
  display(target: Pixels, done: (result: Pixels | null) => void): void;
  free(): void;
}
interface Decoder {
  decode(bytes: Uint8Array): HeifImage[];
}

let decoder: Promise<Decoder> | undefined; // one for all photos: it forgets the last with the next

/** Returns the primary picture of a HEIC file, turned upright; null for a damaged one. */
export async function decodeHeic(bytes: Uint8Array): Promise<ImageBitmap | null> {
  decoder ??= load().catch((error) => {
    decoder = undefined; // so that it is tried again with the next photo
    throw error;
  });
  const images = (await decoder).decode(bytes);
  const image = images.find((each) => each.is_primary()) ?? images[0];
  const pixels = image && (await pixelsOf(image));
  for (const each of images) each.free();
  if (!pixels) return null;
  if ((await coloursOf(bytes, "heic")) === DISPLAY_P3) displayP3ToSrgb(pixels.data);
  const { data, width, height } = pixels;
  return createImageBitmap(new ImageData(data, width, height), { premultiplyAlpha: "none" });
}

function pixelsOf(image: HeifImage): Promise<Pixels | null> {
  const [width, height] = [image.get_width(), image.get_height()];
  const data = new Uint8ClampedArray(4 * width * height);
  return new Promise((done) => image.display({ data, width, height }, done));
}

async function load(): Promise<Decoder> {
  await fetchKept(libraryUrl);
  const { default: start } = await import(/* @vite-ignore */ libraryUrl).catch((cause) => {
    throw new ConnectionError(NOT_ARRIVED, { cause });
  });
  const { HeifDecoder } = await start();
  return new HeifDecoder();
}
