/**
 * The kernel's threads: workers of the page that share the kernel's memory.
 *
 * The page starts them, not the worker that runs the kernel: where a worker starts another while a service worker
 * starts, Firefox sometimes waits for ever.
 */
import type { Thread } from "./kernel";

export class Threads {
  private readonly workers: Worker[] = [];

  start(thread: Thread): void {
    const worker = new Worker(new URL("./helper.ts", import.meta.url), { type: "module" });
    worker.postMessage(thread, [thread.calls]);
    this.workers.push(worker);
  }

  stop(): void {
    for (const worker of this.workers.splice(0)) worker.terminate();
  }
}
