import { readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import { expect, it } from "vitest";
import { fromText, join, number } from "../../src/bytes";
import { losses } from "../../src/photo/losses";
import { coloursOf } from "../../src/photo/profile";

const LAKE = readFileSync("../samples/lake.jpg");
const HEIC = "../tests/images/data";

/** Returns an ICC profile of which only the red can be read: how much of X it has. */
function profile(red: number): Uint8Array {
  const header = new Uint8Array(128);
  const table = join(number(1, 4), fromText("rXYZ"), number(144, 4), number(20, 4));
  return join(header, table, fromText("XYZ \0\0\0\0"), number(Math.round(red * 65536), 4), new Uint8Array(8));
}

function png(depth: number, ...chunks: [kind: string, content: Uint8Array][]): Uint8Array {
  const header = join(number(8, 4), number(8, 4), new Uint8Array([depth, 2, 0, 0, 0]));
  const all = [["IHDR", header] as const, ...chunks, ["IEND", new Uint8Array()] as const];
  const written = all.map(([kind, content]) => join(number(content.length, 4), fromText(kind), content, number(0, 4)));
  return join(fromText("\x89PNG\r\n\x1a\n"), ...written);
}

function jpeg(red: number): Uint8Array {
  const content = join(fromText("ICC_PROFILE\0\x01\x01"), profile(red));
  return join(LAKE.subarray(0, 2), fromText("\xff\xe2"), number(content.length + 2, 2), content, LAKE.subarray(2));
}

const iccp = (red: number): [string, Uint8Array] => ["iCCP", join(fromText("name\0\0"), deflateSync(profile(red)))];

it("names the colours that a file is stored in", async () => {
  expect(await coloursOf(LAKE, "jpeg")).toBe("sRGB");
  expect(await coloursOf(jpeg(0.436), "jpeg")).toBe("sRGB");
  expect(await coloursOf(jpeg(0.6097), "jpeg")).toBe("Adobe RGB");
  expect(await coloursOf(png(8, iccp(0.515)), "png")).toBe("Display P3");
  expect(await coloursOf(png(8, ["cICP", new Uint8Array([9, 16, 0, 1])]), "png")).toBe("Rec. 2020");
  expect(await coloursOf(png(8, ["iCCP", fromText("name\0\0damaged")]), "png")).toBe("sRGB");
  expect(await coloursOf(readFileSync(`${HEIC}/display_p3_turned.heic`), "heic")).toBe("Display P3");
  expect(await coloursOf(readFileSync(`${HEIC}/alpha.heic`), "heic")).toBe("sRGB");
});

it("says in one sentence what results lose", async () => {
  const film = join(LAKE, fromText("\0\0\0\x18ftypmp42"));
  expect(await losses(LAKE, "jpeg")).toBe("");
  expect(await losses(png(8), "png")).toBe("");
  expect(await losses(film, "jpeg")).toBe("Results are saved without this photo's film.");
  expect(await losses(png(16), "png")).toBe("Results are saved in 8-bit sRGB, without this photo's 16 bits.");
  expect(await losses(png(16, iccp(0.515)), "png")).toBe(
    "Results are saved in 8-bit sRGB, without this photo's 16 bits and Display P3 colours.",
  );
  expect(await losses(readFileSync(`${HEIC}/ten_bits.heic`), "heic")).toContain("10 bits");
});
