/** Keeps the page for visits without a network, and gives it threads on servers that send no headers for them. */
import { keepHandedOver } from "./handed-over";
import { CACHE } from "./offline";

declare const self: ServiceWorkerGlobalScope;
declare const __BUILD__: string; // a hash of the build
declare const __PAGE__: string[]; // its files that every visit needs
declare const __LARGE__: string[]; // and those that the page fetches by itself

const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};
const PAGES = `ppcn ${self.registration.scope} `; // how the caches of all builds are called
/** A cache of this build alone: the former one goes on being served from its own as long as one of its tabs is open. */
const PAGE = PAGES + __BUILD__;
const SHARE = "share"; // what the manifest calls the target of share sheets
const LIST = "large.json"; // in such a cache: the names of the build's large files

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (!request.url.startsWith(self.registration.scope)) return;
  if (request.method === "GET" && wanted(request)) event.respondWith(answer(request));
  if (request.method === "POST" && place(request) === SHARE) event.respondWith(takeShared(request));
});

/** Keeps the page, and of its large files those of which the former build has kept its own. */
async function install(): Promise<void> {
  const page = await caches.open(PAGE);
  await page.addAll(["./", ...__PAGE__].map((file) => new Request(file, { cache: "no-cache" })));
  const large = await caches.open(CACHE);
  const kept = (await large.keys()).map(({ url }) => url);
  const changed = __LARGE__.map(absolute).filter((url) => !kept.includes(url));
  await large.addAll(changed.filter((url) => kept.some((former) => unversioned(former) === unversioned(url))));
  await page.put(LIST, new Response(JSON.stringify(__LARGE__)));
}

/** Drops what earlier builds left behind, but for the latest: a page of it may be on its way, as in a tab reloaded. */
async function activate(): Promise<void> {
  const earlier = (await caches.keys()).filter((name) => name.startsWith(PAGES) && name !== PAGE);
  await Promise.all(earlier.slice(0, -1).map((name) => caches.delete(name)));
  const lists = await Promise.all(earlier.slice(-1).map(largeFilesOf));
  const large = await caches.open(CACHE);
  const current = new Set([...__LARGE__, ...lists.flat()].map(absolute));
  const ours = (await large.keys()).filter(({ url }) => url.startsWith(self.registration.scope));
  await Promise.all(ours.filter(({ url }) => !current.has(url)).map((request) => large.delete(request)));
  self.clients.claim(); // not awaited: Firefox asks every worker of the page, and threads that work do not answer
}

/** Keeps photos from the device's share sheet, and opens the page, which takes them. */
async function takeShared(request: Request): Promise<Response> {
  await keepHandedOver(await request.formData());
  return Response.redirect("./", 303);
}

/** Tells whether a request is for a file of the page: a server may answer others beside it. */
function wanted(request: Request): boolean {
  return place(request) === "" || __PAGE__.includes(place(request)) || isVersioned(request);
}

async function answer(request: Request): Promise<Response> {
  for (const cacheName of [PAGE, CACHE]) {
    const kept = await caches.match(request, { cacheName, ignoreSearch: true }); // makes no cache that has been dropped
    if (kept) return isolated(kept);
  }
  const former = isVersioned(request) ? await caches.match(request, { ignoreSearch: true }) : undefined;
  const response = former ?? (await fetch(request));
  if (!former && response.ok && isLarge(request)) await (await caches.open(CACHE)).put(request, response.clone());
  return isolated(response);
}

function isLarge(request: Request): boolean {
  return __LARGE__.includes(place(request));
}

/** Tells whether a request is for a file of this or another build whose name changes with its content. */
function isVersioned(request: Request): boolean {
  return place(request).startsWith("assets/");
}

/** Returns the names of an earlier build's large files. */
async function largeFilesOf(cacheName: string): Promise<string[]> {
  const list = await caches.match(absolute(LIST), { cacheName });
  return (await list?.json()) ?? [];
}

/** Returns the name that a request has in the build. */
function place({ url }: Request): string {
  return url.slice(self.registration.scope.length).replace(/[?#].*$/, "");
}

function absolute(file: string): string {
  return new URL(file, self.registration.scope).href;
}

/** Returns a file's address without the hash of its content. */
function unversioned(url: string): string {
  return url.replace(/-[\w-]{8}(?=\.\w+$)/, "");
}

function isolated(response: Response): Response {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(ISOLATION)) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
