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

const HANDED_OVER = "ppcn handed over"; // photos from a share sheet, until the page that opens takes them
const NAME = "x-name";

/** Keeps photos that the device hands over by a form; the service worker gets them before there is a page. */
export async function keepHandedOver(form: FormData): Promise<void> {
  const cache = await caches.open(HANDED_OVER);
  const files = form.getAll("photos").filter((entry): entry is File => entry instanceof File);
  await Promise.all(
    files.map((file, i) => {
      const headers = { "content-type": file.type, [NAME]: encodeURIComponent(file.name) };
      return cache.put(`handed-over/${i}`, new Response(file, { headers }));
    }),
  );
}

/** Returns photos that were handed over, once. */
export async function handedOver(): Promise<File[]> {
  const found = await globalThis.caches?.has(HANDED_OVER).catch(() => false);
  if (!found) return [];
  const cache = await caches.open(HANDED_OVER);
  const responses = await Promise.all((await cache.keys()).map((request) => cache.match(request)));
  await caches.delete(HANDED_OVER);
  return Promise.all(
    responses
      .flatMap((response) => (response ? [response] : []))
      .map(async (response) => {
        const content = await response.blob();
        return new File([content], decodeURIComponent(response.headers.get(NAME) ?? "photo"), { type: content.type });
      }),
  );
}
