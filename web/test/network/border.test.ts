import { describe, expect, it } from "vitest";
import { BORDER, bordered, inner, mirrored } from "../../src/network/border";
import type { Planes } from "../../src/network/planes";

const size = { width: 3, height: 2 };
const whole: Planes = { channels: 1, rows: 2, width: 3, data: Float32Array.from([1, 2, 3, 4, 5, 6]) };
const photo = (first: number, last: number): Planes[] => [
  { ...whole, rows: last - first, data: whole.data.subarray(first * 3, last * 3) },
];

describe("border", () => {
  it("mirrors what lies inside, as often as it takes", async () => {
    const [map] = await mirrored(photo, size)(BORDER - 3, BORDER + 4);
    const middle = (row: number) => [...map.data.subarray(row * map.width + BORDER - 4, row * map.width + BORDER + 7)];
    expect(bordered(size)).toEqual({ width: map.width, height: 2 * BORDER + 2 });
    const even = [3, 3, 2, 1, 1, 2, 3, 3, 2, 1, 1];
    const odd = even.map((value) => value + 3);
    expect([0, 1, 2, 3, 4, 5, 6].map(middle)).toEqual([odd, odd, even, even, odd, odd, even]);
  });

  it("is cut off again", async () => {
    const parts: [number[], number][] = [];
    const sink = inner(([planes], top) => {
      parts.push([[...planes.data], top]);
    }, size);
    const source = mirrored(photo, size);
    for (const [first, last] of [
      [0, BORDER],
      [BORDER, BORDER + 1],
      [BORDER + 1, 2 * BORDER + 2],
    ]) {
      await sink(await source(first, last), first);
    }
    expect(parts).toEqual([
      [[1, 2, 3], 0],
      [[4, 5, 6], 1],
    ]);
  });
});
