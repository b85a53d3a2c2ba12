import { expect, it } from "vitest";
import { greyed, isGrey, LUMA } from "../../src/photo/grey";

function photo(height: number, colour: (row: number) => readonly [number, number, number]) {
  const rows = (top: number, bottom: number) =>
    Uint8ClampedArray.from(Array.from({ length: bottom - top }, (_, i) => [...colour(top + i), 255]).flat());
  return { width: 1, height, rows };
}

it("knows grey throughout, with the rounding of decoders", async () => {
  expect(await isGrey(photo(300, (row) => [row % 256, row % 256, row % 256]))).toBe(true);
  expect(await isGrey(photo(300, () => [99, 100, 101]))).toBe(true);
  expect(await isGrey(photo(300, (row) => (row === 299 ? [9, 9, 12] : [9, 9, 9])))).toBe(false);
});

it("makes all channels the luma", () => {
  const planes = { channels: 3, rows: 1, width: 2, data: Float32Array.from([1, 0, 0, 1, 0, 0]) };
  const { data } = greyed(planes, LUMA);
  expect([...data].map((value) => value.toFixed(4))).toEqual([
    "0.2126",
    "0.7152",
    "0.2126",
    "0.7152",
    "0.2126",
    "0.7152",
  ]);
});
