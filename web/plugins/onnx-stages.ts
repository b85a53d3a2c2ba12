import { fromBase64, join } from "../src/bytes";
import type { StageFile } from "../src/network/stages-file";

const VERSION = 2; // of the stages
const GRAPH = 7; // ModelProto.graph
const METADATA = 14; // ModelProto.metadata_props: messages of a key (1) and a value (2)
const INITIALIZER = 5; // GraphProto.initializer
const NAME = 8; // TensorProto.name
const BYTES = 2; // the wire type of strings and messages
const SKIPPED: Record<number, number> = { 1: 8, 5: 4 }; // fixed-width wire types and their bytes

type Entry = Omit<StageFile, "graph"> & { graph: string; shared: string[] };

/**
 * Returns the stages in the metadata of an ONNX file that ppcn made, each with all its weights: those that it shares
 * with the whole graph are put behind its own. Throws an Error for any other file.
 */
export function stagesOf(file: Uint8Array): StageFile[] {
  const text = new TextDecoder();
  const weights = new Map<string, Uint8Array>();
  let stages: Entry[] | undefined;
  for (const [field, entry] of fields(file)) {
    if (field === METADATA) {
      const [key, value] = [...fields(entry)].map(([, bytes]) => text.decode(bytes));
      if (key === "ppcn.stages") stages = entries(JSON.parse(value));
    } else if (field === GRAPH)
      for (const [part, tensor] of fields(entry)) {
        const name = part === INITIALIZER ? [...fields(tensor)].find(([number]) => number === NAME) : undefined;
        if (name) weights.set(text.decode(name[1]), tensor);
      }
  }
  if (!stages) throw new Error("This ONNX file carries no stages.");
  return stages.map(({ shared, graph, ...rest }) => {
    const tensors = shared.map((name) => message(INITIALIZER, weights.get(name)!));
    return { ...rest, graph: join(fromBase64(graph), message(GRAPH, join(...tensors))) };
  });
}

function entries(carried: { version: number; stages: Entry[] }): Entry[] {
  if (carried.version !== VERSION) throw new Error(`Stages of version ${carried.version} are unknown here.`);
  return carried.stages;
}

/** Returns a message as a field of another one. */
function message(field: number, content: Uint8Array): Uint8Array {
  return join(Uint8Array.from([...varint(field * 8 + BYTES), ...varint(content.length)]), content);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

/** Yields number and content of each field of a protobuf message that holds bytes. */
function* fields(message: Uint8Array): Generator<[number, Uint8Array]> {
  let place = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message[place++];
      value += (byte & 127) * factor;
      if (!(byte & 128)) return value;
    }
  };
  while (place < message.length) {
    const tag = varint();
    const kind = tag & 7;
    if (kind === BYTES) {
      const length = varint();
      yield [tag >> 3, message.subarray(place, place + length)];
      place += length;
    } else if (kind === 0) varint();
    else place += SKIPPED[kind] ?? message.length;
  }
}
