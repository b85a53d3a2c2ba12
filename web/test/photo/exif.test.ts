import { expect, it } from "vitest";
import { fromText, join, number } from "../../src/bytes";
import { adapted } from "../../src/photo/exif";

const LITTLE = true;

/** Returns EXIF with orientation 6, the size 64x48 in its inner directory, and a thumbnail at its end. */
function camera(): Uint8Array {
  const short = (value: number) => number(value, 2, LITTLE);
  const long = (value: number) => number(value, 4, LITTLE);
  const entry = (tag: number, kind: number, value: Uint8Array) => join(short(tag), short(kind), long(1), value);
  const inner = 8 + 2 + 2 * 12 + 4;
  const second = inner + 2 + 2 * 12 + 4;
  const thumbnail = second + 2 + 2 * 12 + 4;
  return join(
    fromText("II*\0"),
    long(8),
    short(2),
    entry(0x0112, 3, join(short(6), short(0))),
    entry(0x8769, 4, long(inner)),
    long(second),
    short(2),
    entry(0xa002, 4, long(64)),
    entry(0xa003, 3, join(short(48), short(0))),
    long(0),
    short(2),
    entry(0x0201, 4, long(thumbnail)),
    entry(0x0202, 4, long(9)),
    long(0),
    fromText("THUMBNAIL"),
  );
}

it("says upright, states the size, drops the thumbnail, and leaves all else where it was", () => {
  const before = camera();
  const after = adapted(before, 4000, 3000, true);
  expect(after?.length).toBe(before.length - "THUMBNAIL".length);
  const changed = [...(after ?? [])].flatMap((byte, i) => (byte === before[i] ? [] : [i]));
  const places = { orientation: 18, link: 34, width: 48, height: 60 };
  expect(changed).toEqual([places.orientation, places.link, places.width, 49, places.height, 61]);
  expect(after?.[places.orientation]).toBe(1);
  expect(before).toEqual(camera());
});

it("leaves the orientation of pixels that nobody turned", () => {
  expect(adapted(camera(), 64, 48, false)?.[18]).toBe(6);
});

it("survives what is no EXIF, and EXIF that was cut anywhere", () => {
  expect(adapted(fromText("nonsense"), 1, 1, true)).toBeNull();
  for (let length = 0; length < camera().length; length++) {
    expect(() => adapted(camera().subarray(0, length), 70_000, 1, true)).not.toThrow();
  }
});
