import { statSync } from "node:fs";
import { defaultClientConditions, defineConfig } from "vite";
import { compressed } from "./plugins/compressed";
import { guests } from "./plugins/guests";
import { networks } from "./plugins/networks";
import { serviceWorker } from "./plugins/service-worker";

/** What threads in WebAssembly need; any server of the page should send the same. */
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

const RUNTIME = "node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded";
const bytes = { wasm: statSync(`${RUNTIME}.wasm`).size, webgpu: statSync(`${RUNTIME}.asyncify.wasm`).size };

export default defineConfig({
  define: { __RUNTIME_BYTES__: JSON.stringify(bytes) },
  base: "./", // the page may live in any folder of a server
  plugins: [networks(), guests(), serviceWorker(), compressed()],
  // The runtime's own script stays a file of its own, which its threads load again.
  resolve: { conditions: ["onnxruntime-web-use-extern-wasm", ...defaultClientConditions] },
  worker: { format: "es" },
  assetsInclude: ["**/*.stages"],
  build: {
    outDir: "../src/ppcn/server/static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 400,
  },
  server: { headers: isolation, fs: { allow: [".."] } },
  preview: { headers: isolation },
  optimizeDeps: { exclude: ["onnxruntime-web"] },
});
