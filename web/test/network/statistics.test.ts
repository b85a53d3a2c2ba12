import { expect, it } from "vitest";
import { Accumulator } from "../../src/network/statistics";

it("gathers mean and variance over strips", () => {
  const gathered = new Accumulator(2);
  gathered.add({ channels: 2, rows: 2, width: 1, data: Float32Array.of(1, 2, 10, 10) });
  gathered.add({ channels: 2, rows: 1, width: 1, data: Float32Array.of(6, 10) });
  expect([...gathered.mean()]).toEqual([3, 10]);
  expect(gathered.variance()[0]).toBeCloseTo(14 / 3, 12);
  expect(gathered.variance()[1]).toBe(0);
  expect(gathered.known("mean")).toEqual([Float32Array.of(3, 10)]);
  expect(gathered.known("moments")).toHaveLength(2);
  expect(gathered.known(null)).toEqual([]);
});

it("keeps its digits over as many pixels as a large photo has", () => {
  const gathered = new Accumulator(1);
  const strip = { channels: 1, rows: 1000, width: 1000, data: new Float32Array(1e6).fill(0.1) };
  for (let i = 0; i < 48; i++) gathered.add(strip);
  expect(gathered.mean()[0]).toBeCloseTo(Math.fround(0.1), 10);
  expect(gathered.variance()[0]).toBeLessThan(1e-10);
});
