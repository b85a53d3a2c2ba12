import { ConnectionError } from "./errors";

/**
 * Where the page keeps its large files for visits without a network. The service worker shares it, and so do builds:
 * the names of these files change with their content.
 */
export const CACHE = "ppcn";
export const NOT_ARRIVED = "A part of this page did not arrive: check the connection, then try again.";

/**
 * Fetches a large file of the page once and keeps it.
 *
 * The service worker does the same for all that passes it, but on the first visit it starts later than this. Throws a
 * ConnectionError.
 */
export async function fetchKept(url: string): Promise<ArrayBuffer> {
  const cache = await globalThis.caches?.open(CACHE).catch(() => null); // absent without HTTPS, refused in private windows
  const kept = await cache?.match(url);
  if (kept) return kept.arrayBuffer();
  const response = await download(url).catch((cause) => {
    throw new ConnectionError(NOT_ARRIVED, { cause });
  });
  await cache?.put(url, response.clone()).catch(() => undefined); // a full disk is no reason to fail
  return response.arrayBuffer();
}

async function download(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  return new Response(await response.blob()); // once all of it has arrived
}
