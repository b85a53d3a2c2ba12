import { defineConfig } from "vite";
import { compressed } from "./plugins/compressed";
import { guests } from "./plugins/guests";
import { serviceWorker } from "./plugins/service-worker";

/** What threads in WebAssembly need; any server of the page should send the same. */
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  base: "./", // the page may live in any folder of a server
  plugins: [guests(), serviceWorker(), compressed()],
  worker: { format: "es" },
  assetsInclude: ["**/*.ppcn"],
  build: {
    outDir: "../src/ppcn/server/static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 400,
  },
  server: { headers: isolation, fs: { allow: [".."] } },
  preview: { headers: isolation },
});
