import { proxy, wrap } from "comlink";
import { Threads } from "./network/threads";
import { App } from "./page/app";
import { byId } from "./page/dom";
import { Split } from "./page/split";
import { missing } from "./page/support";
import type { Api } from "./worker/api";

const lacking = missing();
if (lacking) {
  const words = document.createElement("p");
  words.className = "unsupported";
  words.textContent = lacking;
  document.body.replaceChildren(words);
} else {
  const name = location.search; // says which networks are asked for
  const worker = wrap<Api>(new Worker(new URL("./worker/worker.ts", import.meta.url), { type: "module", name }));
  worker.useThreads(proxy(new Threads()));
  new App(worker);
  exampleSplit();
  worker.warmUp().catch(() => undefined); // it is tried again, and complained about, with the first photo
  if (import.meta.env.PROD) navigator.serviceWorker?.register("service-worker.js").catch(() => undefined); // private windows
}

/** The example of the welcome: its line follows a pointer anywhere in the picture. */
function exampleSplit(): void {
  const hero = byId("hero");
  const split = new Split(hero);
  hero.addEventListener("pointerdown", ({ clientX, pointerId }) => {
    hero.setPointerCapture(pointerId);
    split.moveTo(clientX);
  });
  hero.addEventListener("pointermove", ({ clientX, buttons }) => buttons && split.moveTo(clientX));
}
