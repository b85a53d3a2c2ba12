import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Plugin } from "vite";
import { writeStages } from "../src/network/stages-file";
import { stagesOf } from "./onnx-stages";

const SHIPPED = "../src/ppcn/weights";
const TAKEN = "../build/networks";

/** Takes the stages out of the shipped networks: they are all that the page runs, and less than half of each file. */
export function networks(): Plugin {
  return {
    name: "networks",
    config() {
      mkdirSync(TAKEN, { recursive: true });
      for (const file of readdirSync(SHIPPED).filter((name) => name.endsWith(".onnx"))) {
        const stages = stagesOf(readFileSync(`${SHIPPED}/${file}`));
        writeFileSync(`${TAKEN}/${file.replace(/onnx$/, "stages")}`, writeStages(stages));
      }
    },
  };
}
