import { fromBase64 } from "../src/bytes";
import type { StageFile } from "../src/network/stages-file";

const METADATA = 14; // ModelProto.metadata_props: messages of a key (1) and a value (2)
const BYTES = 2; // the wire type of strings and messages
const SKIPPED: Record<number, number> = { 1: 8, 5: 4 }; // fixed-width wire types and their bytes

/** Returns the stages in the metadata of an ONNX file that ppcn made. Throws an Error for any other file. */
export function stagesOf(file: Uint8Array): StageFile[] {
  const text = new TextDecoder();
  for (const [field, entry] of fields(file)) {
    if (field !== METADATA) continue;
    const [key, value] = [...fields(entry)].map(([, bytes]) => text.decode(bytes));
    if (key !== "ppcn.stages") continue;
    const stages: (Omit<StageFile, "graph"> & { graph: string })[] = JSON.parse(value);
    return stages.map((stage) => ({ ...stage, graph: fromBase64(stage.graph) }));
  }
  throw new Error("This ONNX file carries no stages.");
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
