import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { build, type Plugin, type Rollup } from "vite";

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
    generateBundle: {
      order: "post",
      async handler(_, bundle) {
        const code = await script();
        const files = new Map([...built(bundle), ...publicFiles()]);
        const hash = createHash("sha256").update(code);
        for (const [name, content] of files) hash.update(name).update(content);
        const names = [...files.keys()].filter((name) => !LEFT_OUT.test(name));
        const source = code
          .replaceAll("__PAGE__", JSON.stringify(names.filter((name) => !LARGE.test(name))))
          .replaceAll("__LARGE__", JSON.stringify(names.filter((name) => LARGE.test(name))))
          .replaceAll("__BUILD__", JSON.stringify(hash.digest("hex").slice(0, 16)));
        this.emitFile({ type: "asset", fileName: NAME, source });
      },
    },
  };
}

/** Returns the service worker as one script: not every browser takes modules there. */
async function script(): Promise<string> {
  const output = { format: "iife" } as const;
  const made = await build({
    configFile: false,
    logLevel: "warn",
    build: { write: false, target: "es2022", rollupOptions: { input: SOURCE, output } },
  });
  const [chunk] = (made as Rollup.RollupOutput).output;
  return chunk.code;
}

type File = [name: string, content: string | Uint8Array];

function built(bundle: Rollup.OutputBundle): File[] {
  return Object.values(bundle).map((file) => [file.fileName, file.type === "chunk" ? file.code : file.source]);
}

function publicFiles(): File[] {
  return readdirSync("public", { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .map((path) => [path.replace(/^public\//, ""), readFileSync(path)]);
}
