import { readdirSync } from "node:fs";
import type { Plugin } from "vite";

const SOURCE = "src/service-worker.ts";
const ON_DEMAND = /\.(wasm|stages)$|libheif|samples\/|licences\/|512\.png$/; // large, or not needed by everyone; the worker keeps networks and runtime

/**
 * Builds the service worker to `service-worker.js` beside the page, with the list of the build's files in it.
 *
 * `__FILES__` are all of them, `__SHELL__` those that are kept from the first visit on.
 */
export function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    buildStart() {
      this.emitFile({ type: "chunk", id: SOURCE, fileName: "service-worker.js" });
    },
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const files = [...Object.keys(bundle), ...publicFiles()].filter((name) => name !== "service-worker.js");
        const shell = files.filter((name) => !ON_DEMAND.test(name));
        const chunk = bundle["service-worker.js"];
        if (chunk?.type !== "chunk") throw new Error("The service worker was not built.");
        chunk.code = chunk.code
          .replaceAll("__FILES__", JSON.stringify(files))
          .replaceAll("__SHELL__", JSON.stringify(shell));
      },
    },
  };
}

function publicFiles(): string[] {
  return readdirSync("public", { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.replace(/^public\//, ""));
}
