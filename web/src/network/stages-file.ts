/** A network as the page ships it: a line of JSON that tells of its stages, then their graphs, one after the other. */
import { fromText, join, text } from "../bytes";
import type { Statistic } from "./statistics";

/** One local step of a network; see "Stages" in CONTRIBUTING.md. */
export interface StageFile {
  /** How many rows beyond its own an output row can see. */
  readonly halo: number;
  /** How many output rows come from one input row. */
  readonly scale: number;
  /** What the next stage needs to know of this one's first map. */
  readonly statistic: Statistic;
  /** The step as a small ONNX model. */
  readonly graph: Uint8Array;
}

export function writeStages(stages: readonly StageFile[]): Uint8Array {
  const facts = stages.map(({ graph, ...rest }) => ({ ...rest, bytes: graph.length }));
  return join(fromText(`${JSON.stringify(facts)}\n`), ...stages.map(({ graph }) => graph));
}

export function readStages(file: Uint8Array): StageFile[] {
  let place = file.indexOf("\n".charCodeAt(0)) + 1;
  const facts: (Omit<StageFile, "graph"> & { bytes: number })[] = JSON.parse(text(file, 0, place));
  return facts.map(({ bytes, ...rest }) => {
    const graph = file.subarray(place, place + bytes);
    place += bytes;
    return { ...rest, graph };
  });
}
