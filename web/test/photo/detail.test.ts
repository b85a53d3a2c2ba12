import { describe, expect, it } from "vitest";
import { busiest } from "../../src/photo/detail";

function picture(width: number, height: number, value: (x: number, y: number) => number) {
  const data = Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) =>
    value((i >> 2) % width, Math.floor((i >> 2) / width)),
  );
  return { data, width, height };
}

describe("busiest", () => {
  it("finds where a picture has detail", () => {
    const { x, y } = busiest(
      picture(256, 128, (x, y) => (x > 180 && x < 200 && y > 30 && y < 50 && (x ^ y) & 1 ? 255 : 0)),
    );
    expect(Math.abs(x - 190 / 256)).toBeLessThan(0.06);
    expect(Math.abs(y - 40 / 128)).toBeLessThan(0.12);
  });

  it("does not look at edges of the picture where there is an inside", () => {
    expect(busiest(picture(256, 128, (x) => (x < 8 ? (x & 1) * 255 : 0))).x).toBeGreaterThan(0.05);
  });

  it("takes pictures of any size", () => {
    for (const [width, height] of [
      [1, 1],
      [256, 1],
      [3, 700],
    ]) {
      const { x, y } = busiest(picture(width, height, () => 9));
      expect([x, y].every((place) => place > 0 && place <= 1)).toBe(true);
    }
  });
});
