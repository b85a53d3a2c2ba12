import type { Point } from "../photo/detail";

/** Where a picture is shown: a pixel at p lies at `x + scale * p`, in the stage's pixels. */
export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Box {
  readonly width: number;
  readonly height: number;
}
const LARGEST = 16; // stage pixels a picture's pixel
const LARGEST_FIT = 3; // tiny pictures are not blown up to fill the stage

/** Returns the view that shows a whole picture in the middle of the stage. */
export function fitView(stage: Box, picture: Box): View {
  const scale = Math.min(stage.width / picture.width, stage.height / picture.height, LARGEST_FIT);
  return centred({ scale, x: 0, y: 0 }, stage, picture);
}

/** Returns the view `factor` times as large, with the picture's point under `at` staying there. */
export function zoomView(view: View, factor: number, at: Point, stage: Box, picture: Box): View {
  const least = Math.min(fitView(stage, picture).scale, 1);
  const scale = Math.min(Math.max(view.scale * factor, least), LARGEST);
  const ratio = scale / view.scale;
  return centred({ scale, x: at.x - ratio * (at.x - view.x), y: at.y - ratio * (at.y - view.y) }, stage, picture);
}

export function moveView(view: View, by: Point, stage: Box, picture: Box): View {
  return centred({ ...view, x: view.x + by.x, y: view.y + by.y }, stage, picture);
}

/** Tells whether some of the picture lies outside of the stage. */
export function overflows({ scale }: View, stage: Box, picture: Box): boolean {
  const slack = 0.5; // of a pixel, for rounding
  return scale * picture.width > stage.width + slack || scale * picture.height > stage.height + slack;
}

/** Returns the part of the stage that shows the picture. */
export function visible({ scale, x, y }: View, stage: Box, picture: Box): Box & { left: number; top: number } {
  const [left, top] = [Math.max(x, 0), Math.max(y, 0)];
  return {
    left,
    top,
    width: Math.min(x + scale * picture.width, stage.width) - left,
    height: Math.min(y + scale * picture.height, stage.height) - top,
  };
}

/** Returns the view without gaps at the stage's edges: a side that fits is centred, a longer one reaches both edges. */
function centred({ scale, x, y }: View, stage: Box, picture: Box): View {
  const place = (offset: number, room: number, size: number) =>
    size <= room ? (room - size) / 2 : Math.min(Math.max(offset, room - size), 0);
  return {
    scale,
    x: place(x, stage.width, scale * picture.width),
    y: place(y, stage.height, scale * picture.height),
  };
}
