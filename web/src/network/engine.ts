/** The networks of this build, loaded when they are first needed. */
import { type Remote, transfer } from "comlink";
import kernelUrl from "../../../build/wasm/kernel.wasm?url";
import { fetchKept } from "../offline";
import { Kernel, type Network, type Thread } from "./kernel";
import { modelUrl, type Task } from "./models";
import type { Threads } from "./threads";

export class Engine {
  /** Those of the page; without them the kernel runs on one. */
  threads: Remote<Threads> | undefined;
  private kernel: Promise<Kernel> | undefined;
  private readonly networks = new Map<Task, Promise<Network>>();

  /** Returns a network ready to run; what could not be loaded is tried again the next time. */
  network(task: Task): Promise<Network> {
    const network = this.networks.get(task) ?? this.open(task);
    this.networks.set(task, network);
    network.catch(() => this.networks.delete(task));
    return network;
  }

  /** Forgets the kernel, which an error leaves in no order; the next network starts another one. */
  async restart(): Promise<void> {
    this.kernel = undefined;
    this.networks.clear();
    await this.threads?.stop();
  }

  private start(thread: Thread): void {
    this.threads?.start(transfer(thread, [thread.calls]));
  }

  private async open(task: Task): Promise<Network> {
    this.kernel ??= fetchKept(kernelUrl).then((file) => Kernel.start(file, (thread) => this.start(thread)));
    this.kernel.catch(() => {
      this.kernel = undefined;
    });
    const [kernel, file] = await Promise.all([this.kernel, fetchKept(modelUrl(task))]);
    return kernel.open(new Uint8Array(file));
  }
}
