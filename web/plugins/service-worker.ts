import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { Plugin, Rollup } from "vite";

const SOURCE = "src/service-worker.ts";
const NAME = "service-worker.js";
const LARGE = /\.(wasm|ppcn|jpg)$|libheif-bundle/; // fetched when they are needed, or when there is time
const LEFT_OUT = /512\.png$|libheif\.txt$/; // no visit needs them

/**
 * Builds the service worker to `service-worker.js` beside the page, with what it has to know of the build in it.
 *
 * `__PAGE__` are the files that every visit needs, `__LARGE__` those that the page itself fetches, whose names change
 * with their content, and `__BUILD__` is a hash of all of them.
 */
export function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    buildStart() {
      this.emitFile({ type: "chunk", id: SOURCE, fileName: NAME });
    },
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const worker = bundle[NAME];
        if (worker?.type !== "chunk") throw new Error("The service worker was not built.");
        const files = new Map([...built(bundle), ...publicFiles()]);
        const hash = createHash("sha256").update(worker.code);
        for (const [name, content] of files) hash.update(name).update(content);
        const names = [...files.keys()].filter((name) => !LEFT_OUT.test(name));
        worker.code = worker.code
          .replaceAll("__PAGE__", JSON.stringify(names.filter((name) => !LARGE.test(name))))
          .replaceAll("__LARGE__", JSON.stringify(names.filter((name) => LARGE.test(name))))
          .replaceAll("__BUILD__", JSON.stringify(hash.digest("hex").slice(0, 16)));
      },
    },
  };
}

type File = [name: string, content: string | Uint8Array];

function built(bundle: Rollup.OutputBundle): File[] {
  const files = Object.values(bundle).filter(({ fileName }) => fileName !== NAME);
  return files.map((file) => [file.fileName, file.type === "chunk" ? file.code : file.source]);
}

function publicFiles(): File[] {
  return readdirSync("public", { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .map((path) => [path.replace(/^public\//, ""), readFileSync(path)]);
}
