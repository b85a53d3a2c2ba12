import { expect, it } from "vitest";
import { fitted, offer, previewReduction, previewSize } from "../../src/photo/limits";

const PHONE = { width: 8064, height: 6048 }; // 48 megapixels

it("reduces to so many megapixels, and never enlarges", () => {
  const { width, height } = fitted(PHONE, 12);
  expect(width * height).toBeLessThanOrEqual(12e6);
  expect(width * height).toBeGreaterThan(11.9e6);
  expect(width / height).toBeCloseTo(4 / 3, 2);
  expect(fitted(PHONE, 100)).toEqual(PHONE);
  expect(fitted({ width: 100_000, height: 1 }, 0.01)).toEqual({ width: 31622, height: 1 });
});

it("offers the largest size that the browser can write", () => {
  const upTo = (megapixels: number) => (size: { width: number; height: number }) =>
    size.width * size.height <= megapixels * 1e6;
  expect(offer(PHONE, 1, upTo(17))).toBe(12);
  expect(offer(PHONE, 4, upTo(100))).toBe(4);
  expect(offer(PHONE, 1, upTo(0.5))).toBeNull();
});

it("shows large pictures reduced by a power of two", () => {
  expect(previewReduction({ width: 4096, height: 4096 })).toBe(1);
  expect(previewReduction(PHONE)).toBe(2);
  expect(previewReduction({ width: 66_000, height: 100 })).toBe(8);
  expect(previewSize({ width: 66_000, height: 1 })).toEqual({ width: 8250, height: 1 });
  expect(previewReduction({ width: 4 * 4032, height: 4 * 3024 })).toBe(4);
});
