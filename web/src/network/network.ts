/** A network's stages as sessions of ONNX Runtime. */
import type { InferenceSession, Tensor } from "onnxruntime-web";
import type { Planes } from "./planes";
import type { Runtime } from "./runtime";
import { readStages, type StageFile } from "./stages-file";
import type { Stage } from "./strips";

/** Opens the network in a file that the page ships. */
export function openNetwork(file: Uint8Array, runtime: Runtime): Promise<Stage[]> {
  return Promise.all(readStages(file).map(async (stage) => asStage(stage, await runtime.open(stage.graph), runtime)));
}

function asStage({ halo, scale, statistic }: StageFile, session: InferenceSession, { Tensor }: Runtime): Stage {
  return {
    halo,
    scale,
    statistic,
    channels: session.outputMetadata.map((output) => (output.isTensor ? Number(output.shape[1]) : 0)),
    async run(maps, known) {
      const tensors = [
        ...maps.map(({ channels, rows, width, data }) => new Tensor("float32", data, [1, channels, rows, width])),
        ...known.map((values) => new Tensor("float32", values, [1, values.length, 1, 1])),
      ];
      const results = await session.run(Object.fromEntries(session.inputNames.map((name, i) => [name, tensors[i]])));
      return session.outputNames.map((name) => asPlanes(results[name]));
    },
  };
}

function asPlanes({ dims: [, channels, rows, width], data }: Tensor): Planes {
  return { channels, rows, width, data: data as Float32Array };
}
