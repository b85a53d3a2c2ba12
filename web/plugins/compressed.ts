import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const TEXT = /\.(css|html|js|mjs|ppcn|svg|txt|wasm|webmanifest)$/; // pictures hardly get smaller
const BROTLI = {
  [constants.BROTLI_PARAM_QUALITY]: 9, // the best takes minutes, and saves a seventh more
  [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
};

/** Writes compressed copies of the built files beside them, `NAME.br` and `NAME.gz`, for servers that send such. */
export function compressed(): Plugin {
  let folder = "";
  return {
    name: "compressed",
    apply: "build",
    configResolved({ root, build }) {
      folder = resolve(root, build.outDir);
    },
    writeBundle: {
      order: "post",
      sequential: true,
      async handler() {
        const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => TEXT.test(name));
        await Promise.all(files.map((name) => compress(resolve(folder, name))));
      },
    },
  };
}

async function compress(path: string): Promise<void> {
  const content = readFileSync(path);
  writeFileSync(`${path}.br`, await promisify(brotliCompress)(content, { params: BROTLI }));
  writeFileSync(`${path}.gz`, await promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION }));
}
