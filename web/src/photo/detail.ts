/** Where a photo is worth a close look. */
import { context2d } from "./raster";

export interface Point {
  readonly x: number;
  readonly y: number;
}

const WIDTH = 256; // of the copy that is looked at
const CELLS = 16; // across

/** Returns the middle of the most detailed part of a picture, in shares of its width and height. */
export function mostDetailed(picture: ImageBitmap): Point {
  const height = Math.max(Math.round((WIDTH * picture.height) / picture.width), 1);
  const context = context2d(new OffscreenCanvas(WIDTH, Math.min(height, 4 * WIDTH)));
  const { canvas } = context;
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return busiest(context.getImageData(0, 0, canvas.width, canvas.height));
}

/** Returns the middle of the cell, of those not at the edge, in which neighbouring pixels differ most. */
export function busiest({ data, width, height }: Pick<ImageData, "data" | "width" | "height">): Point {
  const side = Math.max(width / CELLS, 1);
  const [columns, rows] = [Math.ceil(width / side), Math.ceil(height / side)];
  const changes = new Float64Array(columns * rows);
  for (let y = 1; y < height; y++) {
    for (let x = 1; x < width; x++) {
      const green = 4 * (y * width + x) + 1;
      const change = Math.abs(data[green] - data[green - 4]) + Math.abs(data[green] - data[green - 4 * width]);
      changes[Math.floor(y / side) * columns + Math.floor(x / side)] += change;
    }
  }
  const inner = (place: number, cells: number) => cells < 3 || (place > 0 && place < cells - 1);
  const best = changes.reduce(
    (best, change, i) =>
      inner(i % columns, columns) && inner(Math.floor(i / columns), rows) && change > (changes[best] ?? -1) ? i : best,
    -1,
  );
  if (best < 0) return { x: 0.5, y: 0.5 };
  const middle = (cell: number, size: number) => Math.min(((cell + 0.5) * side) / size, 1);
  return { x: middle(best % columns, width), y: middle(Math.floor(best / columns), height) };
}
