import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

/** Files of the page that live elsewhere: sample photos, for visitors who have none at hand, and libheif's licence. */
const GUESTS: Record<string, string> = {
  "samples/lake.jpg": "../samples/lake.jpg",
  "samples/otter.jpg": "../samples/otter.jpg",
  "samples/flowers.jpg": "../samples/flowers.jpg",
  "samples/harbour.jpg": "../samples/harbour.jpg",
  "licences/libheif.txt": "node_modules/libheif-js/libheif-wasm/LICENSE",
};

export function guests(): Plugin {
  return {
    name: "guests",
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const path = GUESTS[request.url?.slice(1) ?? ""];
        if (path) response.end(readFileSync(path));
        else next();
      });
    },
    generateBundle() {
      for (const [fileName, path] of Object.entries(GUESTS)) {
        this.emitFile({ type: "asset", fileName, source: readFileSync(path) });
      }
    },
  };
}
