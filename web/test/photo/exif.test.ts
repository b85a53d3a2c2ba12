import { expect, it } from "vitest";
import { fromText, join, number } from "../../src/bytes";
import { adapted, withoutLocation } from "../../src/photo/exif";

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

/** Returns EXIF with orientation 6, a place behind everything else, and a value behind its entry. */
function located(gpsAt?: number): Uint8Array {
  const short = (value: number) => number(value, 2, LITTLE);
  const long = (value: number) => number(value, 4, LITTLE);
  const entry = (tag: number, kind: number, count: number, value: Uint8Array) =>
    join(short(tag), short(kind), long(count), value);
  const gps = 8 + 2 + 3 * 12 + 4;
  const latitude = gps + 2 + 2 * 12 + 4;
  return join(
    fromText("II*\0"),
    long(8),
    short(3),
    entry(0x0112, 3, 1, join(short(6), short(0))),
    entry(0x8825, 4, 1, long(gpsAt ?? gps)),
    entry(0xc4a5, 7, 4, fromText("LAST")),
    long(0),
    short(2),
    entry(1, 2, 2, fromText("N\0\0\0")),
    entry(2, 5, 3, long(latitude)),
    long(0),
    fromText("a latitude, 24 bytes lon"),
    fromText("something else"),
  );
}

it("takes out the place, and leaves all else where it was", () => {
  const [before, after] = [located(), withoutLocation(located())];
  const text = (bytes: Uint8Array) => String.fromCharCode(...bytes);
  expect(after.length).toBe(before.length);
  expect(after[8]).toBe(2);
  expect(after.slice(10, 22)).toEqual(before.slice(10, 22));
  expect(after.slice(22, 34)).toEqual(before.slice(34, 46)); // the last entry has moved up
  expect(after.slice(34, 100).some(Boolean)).toBe(false);
  expect(text(after)).toMatch(/something else$/);
  expect(withoutLocation(after)).toEqual(after);
});

it("survives places that are none, and EXIF that was cut anywhere", () => {
  for (const place of [0, 7, 8, 9, 20, 34, 60, 1e6, 2 ** 32 - 1])
    expect(() => withoutLocation(located(place))).not.toThrow();
  for (let length = 0; length < located().length; length++) {
    expect(() => withoutLocation(located().subarray(0, length))).not.toThrow();
  }
});
