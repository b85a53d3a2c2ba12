import { expect, it } from "vitest";
import { resultName } from "../../src/photo/names";

it.each([
  ["lake.jpg", "image/jpeg", "lake.enhanced.jpg"],
  ["IMG_1.JPEG", "image/jpeg", "IMG_1.enhanced.JPEG"],
  ["IMG_2.HEIC", "image/jpeg", "IMG_2.enhanced.jpg"],
  ["a.b.webp", "image/png", "a.b.enhanced.png"],
  ["no suffix", "image/png", "no suffix.enhanced.png"],
  [".hidden", "image/png", ".hidden.enhanced.png"],
])("calls the result of %s (%s) %s", (name, type, expected) => {
  expect(resultName(name, "enhanced", type)).toBe(expected);
});
