import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { stagesOf } from "../../plugins/onnx-stages";
import { readStages, writeStages } from "../../src/network/stages-file";

const WEIGHTS = "../src/ppcn/weights";

it("keeps the stages of a shipped network", () => {
  const stages = stagesOf(readFileSync(`${WEIGHTS}/student.open.onnx`));
  expect(stages.map(({ halo, scale, statistic }) => [halo, scale, statistic])).toEqual([
    [0, 1, "mean"],
    [3, 1, "moments"],
    [6, 1, "moments"],
    [1, 1, null],
  ]);
  for (const { graph } of stages) expect(graph.length).toBeGreaterThan(100);
  expect(readStages(writeStages(stages))).toEqual(stages);
});

it("does not take other files", () => {
  expect(() => stagesOf(readFileSync(`${WEIGHTS}/student.open.toml`))).toThrow();
  const [{ graph }] = stagesOf(readFileSync(`${WEIGHTS}/student.open.onnx`));
  expect(() => stagesOf(graph)).toThrow("carries no stages");
});
