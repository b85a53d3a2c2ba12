/** Keeps the page for visits without a network, and gives it threads on servers that send no headers for them. */
import { CACHE } from "./offline";

declare const self: ServiceWorkerGlobalScope;
declare const __FILES__: string[]; // of this build
declare const __SHELL__: string[]; // those that every visitor needs
const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const ours = request.url.startsWith(self.registration.scope);
  if (request.method === "GET" && ours && wanted(request)) event.respondWith(answer(request));
});

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(["./", ...__SHELL__].map((file) => new Request(file, { cache: "no-cache" })));
}

/** Drops what earlier builds left behind. */
async function activate(): Promise<void> {
  const cache = await caches.open(CACHE);
  const current = new Set(["./", ...__FILES__].map((file) => new URL(file, self.registration.scope).href));
  const stale = (await cache.keys()).filter((request) => !current.has(request.url));
  await Promise.all(stale.map((request) => cache.delete(request)));
  await self.clients.claim();
}

/** Tells whether a request is for a file of the page: a server may answer others beside it. */
function wanted({ url }: Request): boolean {
  const path = url.slice(self.registration.scope.length).replace(/[?#].*$/, "");
  return path === "" || __FILES__.includes(path);
}

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreSearch: true });
  const response = kept ?? (await fetch(request));
  if (!kept && response.ok) await cache.put(request, response.clone());
  return isolated(response);
}

function isolated(response: Response): Response {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(ISOLATION)) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
