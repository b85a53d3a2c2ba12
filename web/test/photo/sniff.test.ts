import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { fromText } from "../../src/bytes";
import { heifExif, isDisplayP3 } from "../../src/photo/heif";
import { describe as inWords, isWhole, sniff } from "../../src/photo/sniff";

const HEIC = readFileSync("../tests/images/data/display_p3_turned.heic");
const LAKE = readFileSync("../samples/lake.jpg");

it.each([
  ["\x89PNG\r\n\x1a\n", "png"],
  ["GIF89a", "gif"],
  ["RIFF\0\0\0\0WEBPVP8 ", "webp"],
  ["\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", "avif"],
  ["\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "heic"],
  ["RIFF\0\0\0\0WAVE", null],
  ["\0\0\0\x18ftypmp42\0\0\0\0mp42isom", null],
])("knows %j as %s", (start, kind) => {
  expect(sniff(fromText(start))).toBe(kind);
});

it("reads HEIC files of phones", () => {
  expect(sniff(HEIC)).toBe("heic");
  expect(isDisplayP3(HEIC)).toBe(true);
  expect(isDisplayP3(readFileSync("../tests/images/data/alpha.heic"))).toBe(false);
  expect(String.fromCharCode(...(heifExif(HEIC)?.subarray(0, 2) ?? []))).toMatch(/II|MM/);
});

it("survives HEIC files that were cut anywhere", () => {
  for (let length = 0; length < HEIC.length; length += 7) {
    expect(() => heifExif(HEIC.subarray(0, length))).not.toThrow();
  }
});

it("tells a whole JPEG from one that was cut", () => {
  expect(isWhole(LAKE, "jpeg")).toBe(true);
  expect(isWhole(LAKE.subarray(0, -1000), "jpeg")).toBe(false);
});

it("calls other files by their names", () => {
  expect(inWords(fromText("%PDF-1.7"))).toBe("a PDF document");
  expect(inWords(fromText("II*\0"))).toContain("TIFF");
  expect(inWords(fromText("<svg >"))).toContain("SVG");
  expect(inWords(fromText("hello"))).toBe("a text file");
  expect(inWords(fromText("\0\x01\x02"))).toContain("not known");
});
