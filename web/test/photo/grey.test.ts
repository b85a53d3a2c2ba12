import { expect, it } from "vitest";
import { isGrey } from "../../src/photo/grey";

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
