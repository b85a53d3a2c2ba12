import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

/** Files of the page that live elsewhere: licences of the libraries in it. */
const GUESTS: Record<string, string> = {
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
