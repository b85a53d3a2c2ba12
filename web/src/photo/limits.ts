/** How large a picture this browser can write. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

const MOST_MEGAPIXELS = 100; // 400 MB of pixels
const OFFERS = [48, 24, 12, 8, 4, 2, 1]; // megapixels
const LARGEST_PREVIEW = 4096 * 4096; // the area of a canvas that every browser has
const LONGEST_SIDE = 16384; // of such a canvas

/** Tells whether a picture of that size can be written: browsers end at different sizes, and say so only by failing. */
export function canWrite({ width, height }: Size): boolean {
  if (width * height > MOST_MEGAPIXELS * 1e6) return false;
  if (previewReduction({ width, height }) === 1) return true;
  try {
    const context = new OffscreenCanvas(width, height).getContext("2d");
    context?.fillRect(width - 1, height - 1, 1, 1);
    return context?.getImageData(width - 1, height - 1, 1, 1).data[3] === 255;
  } catch {
    return false;
  }
}

/** Returns the largest size, in megapixels, that can be offered for a photo whose result is `scale` times as wide. */
export function offer(photo: Size, scale: number, possible = canWrite): number | null {
  const smaller = OFFERS.filter((megapixels) => megapixels * 1e6 < photo.width * photo.height);
  return smaller.find((megapixels) => possible(times(fitted(photo, megapixels), scale))) ?? null;
}

/** Returns the photo's size, reduced to at most so many megapixels. */
export function fitted({ width, height }: Size, megapixels: number): Size {
  const ratio = Math.min(Math.sqrt((megapixels * 1e6) / (width * height)), 1);
  return { width: Math.max(Math.floor(width * ratio), 1), height: Math.max(Math.floor(height * ratio), 1) };
}

export function times({ width, height }: Size, scale: number): Size {
  return { width: width * scale, height: height * scale };
}

/** Returns by which power of two a picture is reduced to be shown. */
export function previewReduction({ width, height }: Size): number {
  const ratio = Math.max(Math.sqrt((width * height) / LARGEST_PREVIEW), width / LONGEST_SIDE, height / LONGEST_SIDE);
  return ratio <= 1 ? 1 : 2 ** Math.ceil(Math.log2(ratio));
}

/** Returns the size in which a picture is shown. */
export function previewSize(picture: Size): Size {
  const reduction = previewReduction(picture);
  const reduced = (side: number) => Math.max(Math.floor(side / reduction), 1);
  return { width: reduced(picture.width), height: reduced(picture.height) };
}
