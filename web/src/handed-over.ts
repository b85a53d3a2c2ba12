/**
 * Photos that the device hands over: by its share sheet, or opened with the page where it is installed.
 *
 * The share sheet sends a form, which the service worker keeps until the page takes it.
 */
declare const launchQueue:
  | { setConsumer(take: (launch: { files?: FileSystemFileHandle[] }) => void): void }
  | undefined;

const KEPT = "ppcn handed over"; // the cache between the two
const NAME = "x-name";

/** Keeps the photos of a form for the page. */
export async function keepHandedOver(form: FormData): Promise<void> {
  const cache = await caches.open(KEPT);
  const files = form.getAll("photos").filter((entry) => entry instanceof File);
  const keep = (file: File, i: number) => {
    const headers = { "content-type": file.type, [NAME]: encodeURIComponent(file.name) };
    return cache.put(`handed-over/${i}`, new Response(file, { headers }));
  };
  await Promise.all(files.map(keep));
}

/** Has photos added that are handed over, now and later. */
export async function takeHandedOver(add: (files: File[]) => void): Promise<void> {
  if (typeof launchQueue !== "undefined") {
    launchQueue.setConsumer(async ({ files = [] }) => add(await Promise.all(files.map((file) => file.getFile()))));
  }
  if (!(await globalThis.caches?.has(KEPT).catch(() => false))) return; // refused in private windows
  const cache = await caches.open(KEPT);
  const files = (await cache.matchAll()).map(async (response) => {
    const content = await response.blob();
    return new File([content], decodeURIComponent(response.headers.get(NAME) ?? ""), { type: content.type });
  });
  add(await Promise.all(files));
  await caches.delete(KEPT);
}
