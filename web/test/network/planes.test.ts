import { expect, it } from "vitest";
import { blank, cut, fromPixels, intoPixels, paste } from "../../src/network/planes";

const PIXELS = Uint8ClampedArray.of(0, 51, 255, 9, 102, 153, 204, 8);

it("turns pixels into planes and back, and leaves alpha alone", () => {
  const planes = fromPixels(PIXELS, 1);
  expect(planes).toMatchObject({ channels: 3, rows: 2, width: 1 });
  expect(planes.data).toEqual(Float32Array.of(0, 0.4, 0.2, 0.6, 1, 0.8));
  const back = Uint8ClampedArray.of(1, 1, 1, 77, 1, 1, 1, 78);
  intoPixels(planes, back);
  expect([...back]).toEqual([0, 51, 255, 77, 102, 153, 204, 78]);
});

it("clips, and rounds half to even as NumPy does", () => {
  const pixels = new Uint8ClampedArray(4);
  intoPixels({ channels: 3, rows: 1, width: 1, data: Float32Array.of(-0.1, 1.1, 0.5) }, pixels);
  expect([...pixels]).toEqual([0, 255, 128, 0]);
});

it("cuts rows out and pastes them in", () => {
  const planes = { channels: 2, rows: 3, width: 1, data: Float32Array.of(1, 2, 3, 4, 5, 6) };
  const part = cut(planes, 1, 3);
  expect(part).toEqual({ channels: 2, rows: 2, width: 1, data: Float32Array.of(2, 3, 5, 6) });
  const into = blank(2, 3, 1);
  paste(part, into, 0);
  expect(into.data).toEqual(Float32Array.of(2, 3, 0, 5, 6, 0));
});
