import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readStages } from "../../src/network/model-file";

const WEIGHTS = "../src/ppcn/weights";

it("reads the stages of a shipped network", () => {
  const stages = readStages(readFileSync(`${WEIGHTS}/student.open.onnx`));
  expect(stages.map(({ halo, scale, statistic }) => [halo, scale, statistic])).toEqual([
    [0, 1, "mean"],
    [3, 1, "moments"],
    [6, 1, "moments"],
    [1, 1, null],
  ]);
  for (const { graph } of stages) expect(graph.length).toBeGreaterThan(100);
});

it("does not take other files", () => {
  expect(() => readStages(readFileSync(`${WEIGHTS}/student.open.toml`))).toThrow();
  const [{ graph }] = readStages(readFileSync(`${WEIGHTS}/student.open.onnx`));
  expect(() => readStages(graph)).toThrow("carries no stages");
});
