import { expect, it } from "vitest";
import { displayP3ToSrgb } from "../../src/photo/display-p3";

it.each([
  [
    [0, 0, 0],
    [0, 0, 0],
  ],
  [
    [128, 128, 128],
    [128, 128, 128],
  ],
  [
    [255, 255, 255],
    [255, 255, 255],
  ],
  [
    [234, 51, 35],
    [255, 0, 0],
  ], // red, green and blue of sRGB, as CSS Color 4 converts them
  [
    [117, 251, 76],
    [0, 255, 0],
  ],
  [
    [0, 0, 245],
    [0, 0, 255],
  ],
  [
    [255, 0, 0],
    [255, 0, 0],
  ], // beyond sRGB: its nearest
])("turns %j into %j, and leaves alpha", (before, after) => {
  const pixels = Uint8ClampedArray.from([...before, 77]);
  displayP3ToSrgb(pixels);
  for (const [c, value] of after.entries()) expect(Math.abs(pixels[c] - value)).toBeLessThanOrEqual(6);
  expect(pixels[3]).toBe(77);
});

it("keeps every grey", () => {
  const greys = Uint8ClampedArray.from({ length: 1024 }, (_, i) => i >> 2);
  const pixels = greys.slice();
  displayP3ToSrgb(pixels);
  expect(pixels).toEqual(greys);
});
