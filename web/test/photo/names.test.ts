import { expect, it } from "vitest";
import { distinct, resultName } from "../../src/photo/names";

it.each([
  ["lake.jpg", "image/jpeg", "lake.enhanced.jpg"],
  ["IMG_1.JPEG", "image/jpeg", "IMG_1.enhanced.JPEG"],
  ["IMG_2.HEIC", "image/jpeg", "IMG_2.enhanced.jpg"],
  ["a.b.webp", "image/png", "a.b.enhanced.png"],
  ["no suffix", "image/png", "no suffix.enhanced.png"],
  [".hidden", "image/png", ".hidden.enhanced.png"],
])("calls the result of %s (%s) %s", (name, type, expected) => {
  expect(resultName(name, "enhance", type)).toBe(expected);
});

it("tells what was done to a photo", () => {
  const names = (["enhance", "upscale", "both"] as const).map((mode) => resultName("lake.jpg", mode, "image/jpeg"));
  expect(names).toEqual(["lake.enhanced.jpg", "lake.upscaled.jpg", "lake.enhanced.upscaled.jpg"]);
});

it("gives no name twice, whatever its case", () => {
  const taken = new Set<string>();
  const names = ["a.b.jpg", "A.B.JPG", "a.b.jpg", "none", "none"].map((name) => distinct(name, taken));
  expect(names).toEqual(["a.b.jpg", "A.B (2).JPG", "a.b (3).jpg", "none", "none (2)"]);
});
