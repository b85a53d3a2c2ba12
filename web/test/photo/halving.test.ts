import { describe, expect, it } from "vitest";
import { Halving } from "../../src/photo/halving";

const [WIDTH, HEIGHT] = [32, 24];

/** A picture of what `value` says of a place and a channel. */
function picture(value: (x: number, y: number, c: number) => number): Uint8ClampedArray {
  const at = (i: number) => ({ x: (i >> 2) % WIDTH, y: Math.floor((i >> 2) / WIDTH), c: i & 3 });
  return Uint8ClampedArray.from({ length: 4 * WIDTH * HEIGHT }, (_, i) => {
    const { x, y, c } = at(i);
    return c < 3 ? value(x, y, c) : 255;
  });
}

function halved(pixels: Uint8ClampedArray, rows: number): number[] {
  const halving = new Halving(WIDTH);
  const made: number[] = [];
  for (let start = 0; start < pixels.length; start += 4 * WIDTH * rows) {
    made.push(...halving.push(pixels.subarray(start, start + 4 * WIDTH * rows)));
  }
  return [...made, ...halving.finish()];
}

describe("halving", () => {
  it("leaves a flat picture as it is, and makes a quarter of the pixels", () => {
    const made = halved(
      picture((_x, _y, c) => 60 * (c + 1)),
      5,
    );
    expect(made).toEqual(Array.from({ length: WIDTH * HEIGHT }, (_, i) => [60, 120, 180, 255][i & 3]));
  });

  it("does not depend on how the rows come", () => {
    const noise = picture((x, y, c) => (x * 7919 + y * 104729 + c * 31) % 256);
    expect(halved(noise, 1)).toEqual(halved(noise, HEIGHT));
    expect(halved(noise, 7)).toEqual(halved(noise, HEIGHT));
  });

  it("keeps ramps in their place, away from the edges", () => {
    const made = halved(
      picture((x, y, c) => (c ? 8 * y : 6 * x)),
      HEIGHT,
    );
    for (let y = 3; y < HEIGHT / 2 - 3; y++) {
      for (let x = 3; x < WIDTH / 2 - 3; x++) {
        const [red, green] = made.slice((y * (WIDTH / 2) + x) * 4);
        expect(Math.abs(red - (12 * x + 3))).toBeLessThanOrEqual(1);
        expect(Math.abs(green - (16 * y + 4))).toBeLessThanOrEqual(1);
      }
    }
  });
});
