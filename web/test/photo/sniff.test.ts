import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { fromText, join, number } from "../../src/bytes";
import { heifExif } from "../../src/photo/heif";
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
  expect(isWhole(LAKE.subarray(0, 300), "jpeg")).toBe(false);
});

it("takes a JPEG for whole with anything behind it, and a cut one for cut", () => {
  const film = join(fromText("\0\0\0\x18ftypmp42"), fromText("\xff\xda\xff\xd9 \xff\xda"));
  expect(isWhole(join(LAKE, film), "jpeg")).toBe(true);
  expect(isWhole(join(LAKE.subarray(0, -2), fromText("\xff\xff\xff\xd9")), "jpeg")).toBe(true); // filled
});

it("tells a whole GIF from one that was cut", () => {
  const colours = new Uint8Array(6);
  const head = join(fromText("GIF89a\x01\0\x01\0\x80\0\0"), colours, fromText("!\xf9\x04\0\0\0\0\0"));
  const picture = join(fromText(",\0\0\0\0\x01\0\x01\0\x80"), colours, fromText("\x02\x02\x44\x01\0"));
  const whole = join(head, picture, picture, fromText(";"));
  expect(isWhole(whole, "gif")).toBe(true);
  for (let length = 13; length < whole.length; length++) {
    expect(isWhole(whole.subarray(0, length), "gif")).toBe(false);
  }
});

it("tells a whole BMP from one that was cut", () => {
  const long = (value: number) => number(value, 4, true);
  const shape = join(long(40), long(3), long(2), fromText("\x01\0\x18\0"), new Uint8Array(24));
  const whole = join(fromText("BM"), long(78), long(0), long(54), shape, new Uint8Array(24)); // rows of 9 and 3 bytes
  expect(isWhole(whole, "bmp")).toBe(true);
  expect(isWhole(whole.subarray(0, -1), "bmp")).toBe(false);
});

it("calls other files by their names", () => {
  expect(inWords(fromText("%PDF-1.7"))).toBe("a PDF document");
  expect(inWords(fromText("II*\0"))).toContain("TIFF");
  expect(inWords(fromText("<svg >"))).toContain("SVG");
  expect(inWords(fromText("hello"))).toBe("a text file");
  expect(inWords(fromText("\0\x01\x02"))).toContain("not known");
});
