/** The networks of this build, loaded when they are first needed. */
import { fetchKept } from "../offline";
import { modelUrl, type Task } from "./models";
import { openNetwork } from "./network";
import { bestProvider, loadRuntime, type Provider, type Runtime } from "./runtime";
import type { Stage } from "./strips";

export class Engine {
  private runtime: Promise<Runtime> | undefined;
  private readonly networks = new Map<Task, Promise<Stage[]>>();
  private share = 0;

  /** Returns a network ready to run; `progress` is called with the share of the runtime's download. */
  async network(task: Task, progress?: (share: number) => void): Promise<Stage[]> {
    const shown = setInterval(() => progress?.(this.share), 100);
    try {
      const runtime = await this.start();
      const network = this.networks.get(task) ?? open(task, runtime);
      this.networks.set(task, network);
      network.catch(() => this.networks.delete(task));
      return await network;
    } finally {
      clearInterval(shown);
    }
  }

  /** Loads the runtime, if that has not begun; one that could not be loaded is tried again the next time. */
  start(provider: Promise<Provider> = bestProvider()): Promise<Runtime> {
    this.runtime ??= provider.then((best) =>
      loadRuntime(best, (share) => {
        this.share = share;
      }),
    );
    this.runtime.catch(() => {
      this.runtime = undefined;
    });
    return this.runtime;
  }

  /** Goes on without the graphics card; returns false if it was not in use. */
  async leaveGpu(): Promise<boolean> {
    if ((await this.runtime)?.provider !== "webgpu") return false;
    this.runtime = undefined;
    this.networks.clear();
    await this.start(Promise.resolve("wasm"));
    return true;
  }
}

async function open(task: Task, runtime: Runtime): Promise<Stage[]> {
  const url = modelUrl(task);
  if (!url) throw new Error(`This build has no network to ${task}.`);
  return openNetwork(new Uint8Array(await fetchKept(url)), runtime);
}
