import { ConnectionError } from "./errors";

/**
 * Where the page keeps its large files for visits without a network. The service worker shares it, and so do builds:
 * the names of these files change with their content.
 */
export const CACHE = "ppcn";
export const NOT_ARRIVED = "A part of this page did not arrive: check the connection, then try again.";

/** What is known of a file before it arrives: no header says how large it is once it is no longer compressed. */
export interface Expected {
  readonly bytes: number;
  /** Called with the share that has arrived. */
  progress(share: number): void;
}

/**
 * Fetches a large file of the page once and keeps it.
 *
 * The service worker does the same for all that passes it, but on the first visit it starts later than this. Throws a
 * ConnectionError.
 */
export async function fetchKept(url: string, expected?: Expected): Promise<ArrayBuffer> {
  const cache = await globalThis.caches?.open(CACHE).catch(() => null); // absent without HTTPS, refused in private windows
  const kept = await cache?.match(url);
  if (kept) return kept.arrayBuffer();
  const response = await download(url, expected).catch((cause) => {
    throw new ConnectionError(NOT_ARRIVED, { cause });
  });
  await cache?.put(url, response.clone()).catch(() => undefined); // a full disk is no reason to fail
  return response.arrayBuffer();
}

/** Returns a file once all of it has arrived. */
async function download(url: string, expected?: Expected): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}.`);
  let arrived = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(part, controller) {
      arrived += part.length;
      expected?.progress(Math.min(arrived / expected.bytes, 1));
      controller.enqueue(part);
    },
  });
  const content = await new Response(response.body.pipeThrough(counter)).arrayBuffer();
  const headers = { "content-type": response.headers.get("content-type") ?? "application/octet-stream" };
  return new Response(content, { headers });
}
