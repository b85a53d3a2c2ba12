import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { Kernel, type Network } from "../../src/network/kernel";

const BUILD = "../build";
const SIZE = { width: 40, height: 600 }; // of three strips

const pixels = Uint8ClampedArray.from({ length: SIZE.width * SIZE.height * 4 }, (_, i) => (i * 7919) % 256);

let kernel: Kernel;
const open = (name: string): Network => kernel.open(readFileSync(`${BUILD}/networks/${name}.ppcn`));

beforeAll(async () => {
  kernel = await Kernel.start(readFileSync(`${BUILD}/wasm/kernel.wasm`), () => undefined);
});

function run(network: Network, grey: readonly [number, number, number] | null = null, keptBytes = 1 << 28) {
  const width = SIZE.width * network.scale;
  const result = new Uint8Array(width * SIZE.height * network.scale * 4);
  const shares: number[] = [];
  const rows: number[] = [];
  for (const { reads, makes, read, made, compute } of kernel.strips(network, SIZE, keptBytes, grey)) {
    read.set(pixels.subarray(reads.top * SIZE.width * 4, reads.bottom * SIZE.width * 4));
    made.fill(7);
    shares.push(compute());
    result.set(made, makes.top * width * 4);
    for (let row = makes.top; row < makes.bottom; row++) rows.push(row);
  }
  return { result, shares, rows };
}

describe("kernel", () => {
  it("makes each row of a result once, in order, and leaves alpha alone", () => {
    for (const name of ["student.open", "enhancer.open", "upscaler.open"]) {
      const network = open(name);
      const { result, shares, rows } = run(network);
      expect(rows).toEqual(Array.from({ length: SIZE.height * network.scale }, (_, row) => row));
      expect(shares.at(-1)).toBe(1);
      expect([...shares].sort((a, b) => a - b)).toEqual(shares);
      expect(result.filter((_, i) => i % 4 === 3).every((alpha) => alpha === 7)).toBe(true);
    }
  });

  it("gives the same bits where maps are computed again", () => {
    const network = open("student.open");
    expect(run(network, null, 0).result).toEqual(run(network).result);
  });

  it("keeps no maps of a large photo, whose bytes are more than a 32-bit number", () => {
    const side = 6657; // with its border, 333,920 bytes more than 4 GiB
    const rows = Math.floor(1e6 / (side + 32));
    for (const { compute } of kernel.strips(open("student.open"), { width: side, height: side }, 1 << 29, null)) {
      expect(compute()).toBeCloseTo(rows / (10 * (side + 32)), 10); // four sweeps of one, two, three and four stages
      break;
    }
  });

  it("makes grey of three channels", () => {
    const network = open("student.open");
    const [coloured, { result }] = [run(network).result, run(network, [0, 1, 0])];
    for (let i = 0; i < result.length; i += 4) {
      expect([result[i], result[i + 1], result[i + 2]]).toEqual(Array(3).fill(coloured[i + 1]));
    }
  });

  it("goes on after a picture that was given up", () => {
    const network = open("student.open");
    for (const _ of kernel.strips(network, SIZE, 0, null)) break;
    expect(run(network).rows).toHaveLength(SIZE.height);
  });

  it("refuses what is no network", () => {
    expect(() => kernel.open(new Uint8Array(100))).toThrow("refuses");
    expect(() => kernel.open(readFileSync(`${BUILD}/networks/student.open.ppcn`).subarray(0, 900))).toThrow("refuses");
  });
});
