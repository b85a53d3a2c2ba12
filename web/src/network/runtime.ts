/** ONNX Runtime in the browser: on the graphics card where there is one, else on the processor's threads. */
import type { InferenceSession, TensorConstructor } from "onnxruntime-web";
import gpuScript from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url";
import gpuBinary from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url";
import cpuScript from "onnxruntime-web/ort-wasm-simd-threaded.mjs?url";
import cpuBinary from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import { fetchKept } from "../offline";

declare const __RUNTIME_BYTES__: Record<Provider, number>; // of the WebAssembly files

export type Provider = "webgpu" | "wasm";

export interface Runtime {
  readonly provider: Provider;
  readonly Tensor: TensorConstructor;
  open(graph: Uint8Array): Promise<InferenceSession>;
}

const FILES = {
  webgpu: { library: () => import("onnxruntime-web/webgpu"), mjs: gpuScript, wasm: gpuBinary },
  wasm: { library: () => import("onnxruntime-web/wasm"), mjs: cpuScript, wasm: cpuBinary },
};
const MOST_THREADS = 8;

/** Returns where networks run fastest in this browser. */
export async function bestProvider(): Promise<Provider> {
  const adapter = await navigator.gpu?.requestAdapter().catch(() => null);
  return adapter && !isEmulated(adapter) ? "webgpu" : "wasm";
}

/** Tells whether a graphics card is none; older browsers say so of the adapter itself. */
function isEmulated(adapter: GPUAdapter & { isFallbackAdapter?: boolean }): boolean {
  return adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false;
}

/** Loads the runtime; `progress` is called with the share of the download that has arrived. */
export async function loadRuntime(provider: Provider, progress: (share: number) => void): Promise<Runtime> {
  const { library, mjs, wasm } = FILES[provider];
  const expected = { bytes: __RUNTIME_BYTES__[provider], progress };
  const [ort, binary] = await Promise.all([library(), fetchKept(wasm, expected)]);
  Object.assign(ort.env.wasm, {
    wasmBinary: binary,
    wasmPaths: { mjs, wasm },
    numThreads: globalThis.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, MOST_THREADS) : 1,
  });
  ort.env.logLevel = "error";
  let latest: Promise<unknown> = Promise.resolve();
  return {
    provider,
    Tensor: ort.Tensor,
    open(graph) {
      const session = latest.then(() => ort.InferenceSession.create(graph, { executionProviders: [provider] }));
      latest = session.catch(() => undefined); // WebGPU refuses to open one while another is being opened
      return session;
    },
  };
}
