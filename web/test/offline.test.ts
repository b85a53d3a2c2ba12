import { afterEach, expect, test, vi } from "vitest";
import { fetchKept } from "../src/offline";

afterEach(() => vi.unstubAllGlobals());

test("progress counts what has been unpacked, whatever the header says of what was sent", async () => {
  const parts = [new Uint8Array(600), new Uint8Array(400)];
  const body = new ReadableStream({
    pull: (controller) => (parts.length ? controller.enqueue(parts.shift()) : controller.close()),
  });
  const headers = { "content-length": "100", "content-encoding": "br" };
  vi.stubGlobal("fetch", async () => new Response(body, { headers }));
  const shares: number[] = [];
  const content = await fetchKept("runtime.wasm", { bytes: 1000, progress: (share) => shares.push(share) });
  expect(content.byteLength).toBe(1000);
  expect(shares).toEqual([0.6, 1]);
});
