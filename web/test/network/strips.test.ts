import { describe, expect, it } from "vitest";
import { fromPixels, type Planes } from "../../src/network/planes";
import { keptBytes, run, type Stage } from "../../src/network/strips";

const WIDTH = 5;
const HEIGHT = 300; // three strips, the last one shorter

const size = { width: WIDTH, height: HEIGHT };
const pixels = Uint8ClampedArray.from({ length: WIDTH * HEIGHT * 4 }, (_, i) => (i * 7919) % 256);
const whole = fromPixels(pixels, WIDTH);

/** Sums each pixel with those `halo` rows above and below (zero outside), less `known` per channel. */
function blur(halo: number, known: Float32Array[], { channels, rows, width, data }: Planes): Planes {
  const result = new Float32Array(data.length);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < width; x++) {
        for (let near = Math.max(y - halo, 0); near <= Math.min(y + halo, rows - 1); near++) {
          result[(c * rows + y) * width + x] += data[(c * rows + near) * width + x] - (known[0]?.[c] ?? 0);
        }
      }
    }
  }
  return { channels, rows, width, data: result };
}

function stage(halo: number, statistic: Stage["statistic"]): Stage {
  return { halo, scale: 1, statistic, channels: [3], run: async ([map], known) => [blur(halo, known, map)] };
}

async function collect(stages: Stage[], keepBytes: number): Promise<{ rows: number[]; data: number[][] }> {
  const parts: Planes[] = [];
  const rows: number[] = [];
  const source = (first: number, last: number) => [
    fromPixels(pixels.subarray(first * WIDTH * 4, last * WIDTH * 4), WIDTH),
  ];
  const picture = ([part]: Planes[], top: number) => {
    parts.push(part);
    rows.push(top);
  };
  await run(stages, source, size, picture, { keepBytes, tick: () => undefined });
  const channels = [0, 1, 2].map((c) =>
    parts.flatMap(({ data, rows, width }) => [...data.subarray(c * rows * width, (c + 1) * rows * width)]),
  );
  return { rows, data: channels };
}

describe("run", () => {
  const stages = [stage(0, "mean"), stage(3, "moments"), stage(6, null)];

  it("gives what the stages give on the whole photo", async () => {
    let map = whole;
    let known: Float32Array[] = [];
    for (const { halo, statistic } of stages) {
      map = blur(halo, known, map);
      const means = [0, 1, 2].map((c) => {
        const plane = map.data.subarray(c * WIDTH * HEIGHT, (c + 1) * WIDTH * HEIGHT);
        return plane.reduce((sum, value) => sum + value, 0) / plane.length;
      });
      known = statistic ? [Float32Array.from(means)] : [];
    }
    const { rows, data } = await collect(stages, Number.POSITIVE_INFINITY);
    expect(rows).toEqual([0, 128, 256]);
    const largest = Math.max(...map.data.map(Math.abs));
    for (const [i, value] of data.flat().entries()) expect(Math.abs(value - map.data[i])).toBeLessThan(1e-6 * largest);
  });

  it("gives the same numbers whether maps are kept or computed again", async () => {
    expect(await collect(stages, 0)).toEqual(await collect(stages, Number.POSITIVE_INFINITY));
  });

  it("tells how far it is, and stops when it is told to", async () => {
    const shares: number[] = [];
    const tick = (share: number) => {
      shares.push(share);
      if (share > 0.5) throw new Error("enough");
    };
    const source = () => [whole];
    await expect(run(stages, source, size, () => undefined, { keepBytes: 1e9, tick })).rejects.toThrow("enough");
    expect(shares.length).toBeGreaterThan(3);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
  });
});

describe("keptBytes", () => {
  it("counts the maps that are there at the same time, but not the picture", () => {
    const making = (halo: number, ...channels: number[]) => ({ ...stage(halo, "mean"), channels });
    const student = [making(0, 3), making(3, 16, 8), making(6, 8, 8), making(1, 99)];
    expect(keptBytes(student, size)).toBe((24 + 16) * WIDTH * HEIGHT * 4);
    expect(keptBytes([making(12, 99)], size)).toBe(0);
  });
});
