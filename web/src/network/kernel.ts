/** The library's kernel, compiled to WebAssembly (native/wasm/module.cpp), and the threads that it runs on. */

/** An address in the kernel's memory. */
type Address = number;

/** What the module exports. */
interface Exports {
  readonly __stack_pointer: WebAssembly.Global<"i32">;
  readonly __tls_size: WebAssembly.Global<"i32">;
  __wasm_init_tls(tls: Address): void;
  _initialize(): void;
  allocate(bytes: number): Address;
  release(memory: Address): void;
  openNetwork(file: Address, bytes: number): Address;
  scale(network: Address): number;
  begin(network: Address, columns: number, rows: number, memory: number, threads: number): Address;
  end(picture: Address): void;
  next(picture: Address, strip: Address): number;
  compute(picture: Address, strip: Address, grey: Address): void;
  done(picture: Address): number;
  serve(): void;
  fail(): void;
}

/** What a thread needs to join. */
export interface Thread {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly stack: Address;
  readonly tls: Address;
  /** A message by it says that a picture begins. */
  readonly calls: MessagePort;
}

/** Some rows of a picture. */
export interface Rows {
  readonly top: number;
  readonly bottom: number;
}

/** One strip of a picture on its way through a network: rows of it that are read, and rows of the result, if any. */
export interface Strip {
  readonly reads: Rows;
  readonly makes: Rows;
  /** RGBA of these rows; to be filled before the strip is computed, and then of the result's. */
  readonly read: Uint8Array;
  /** RGBA of those; alpha is what it was before. */
  readonly made: Uint8Array;
}

/** How much red, green and blue give to the grey of a photo without colours. */
export type Weights = readonly [red: number, green: number, blue: number];

const FIRST_PAGES = 64; // of 64 KiB: as in native/CMakeLists.txt
const MOST_PAGES = 65535;
const FEWEST_PAGES = 4096; // 256 MiB
const STACK_BYTES = 1 << 18; // of a thread
const MOST_THREADS = 8;
const NUMBERS = 6; // of a strip

export class Kernel {
  private readonly exports: Exports;
  private readonly threads: number;
  private readonly helpers: MessagePort[] = [];

  private constructor(
    module: WebAssembly.Module,
    private readonly memory: WebAssembly.Memory,
    startThread: (thread: Thread) => void,
  ) {
    this.exports = instantiate(module, memory);
    this.exports._initialize();
    this.threads = globalThis.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, MOST_THREADS) : 1;
    for (let helper = 1; helper < this.threads; helper++) {
      const stack = this.exports.allocate(STACK_BYTES) + STACK_BYTES;
      const tls = this.exports.allocate(this.exports.__tls_size.value + 16);
      const { port1, port2 } = new MessageChannel();
      this.helpers.push(port1);
      startThread({ module, memory, stack: aligned(stack - 16), tls: aligned(tls), calls: port2 });
    }
  }

  /**
   * Starts the kernel that is in a file; `startThread` has a worker call `join`, now or later. Throws a RangeError
   * where there is no memory for it.
   */
  static async start(file: BufferSource, startThread: (thread: Thread) => void): Promise<Kernel> {
    return new Kernel(await WebAssembly.compile(file), newMemory(), startThread);
  }

  /** Opens the network in a file. */
  open(file: Uint8Array): Network {
    const place = this.exports.allocate(file.length);
    this.bytes(place, file.length).set(file);
    const network = this.exports.openNetwork(place, file.length);
    this.exports.release(place);
    return { kernel: this, address: network, scale: this.exports.scale(network) };
  }

  /**
   * Runs a network over a picture; yields its strips in order, each to be filled, and then to be computed by
   * `compute`. After an error the kernel is of no use any more.
   */
  *strips(
    { address, scale }: Network,
    { width, height }: { width: number; height: number },
    keptBytes: number,
    grey: Weights | null,
  ): Generator<Strip & { compute(): number }> {
    const { exports } = this;
    const picture = exports.begin(address, width, height, keptBytes, this.threads);
    for (const helper of this.helpers) helper.postMessage(null);
    const place = exports.allocate(NUMBERS * 4);
    const weights = grey ? exports.allocate(grey.length * 4) : 0;
    if (grey) new Float32Array(this.memory.buffer, weights, grey.length).set(grey);
    try {
      while (exports.next(picture, place)) {
        const numbers = new Uint32Array(this.memory.buffer, place, NUMBERS);
        const [readTop, readBottom, madeTop, madeBottom, read, made] = numbers;
        yield {
          reads: { top: readTop, bottom: readBottom },
          makes: { top: madeTop, bottom: madeBottom },
          read: this.bytes(read, (readBottom - readTop) * width * 4),
          made: this.bytes(made, (madeBottom - madeTop) * width * scale * 4),
          compute: () => {
            exports.compute(picture, place, weights);
            return exports.done(picture);
          },
        };
      }
    } finally {
      for (const each of [place, weights]) if (each) exports.release(each);
      exports.end(picture);
    }
  }

  /** Runs a network over an empty picture, so that the browser optimises the kernel before there is a photo. */
  warmUp(network: Network): void {
    for (let i = 0; i < 2; i++)
      for (const { compute } of this.strips(network, { width: 512, height: 256 }, 0, null)) compute();
  }

  private bytes(place: Address, count: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, place, count);
  }
}

/** A network that a kernel has opened; its results are `scale` times as wide as the photo. */
export interface Network {
  readonly kernel: Kernel;
  readonly address: Address;
  readonly scale: number;
}

/** Has this worker serve as one of the kernel's threads while there are pictures; in between it hears the browser. */
export function join({ module, memory, stack, tls, calls }: Thread): void {
  const exports = instantiate(module, memory);
  exports.__stack_pointer.value = stack;
  exports.__wasm_init_tls(tls);
  calls.onmessage = () => {
    try {
      exports.serve();
    } catch (error) {
      console.error(error);
      exports.fail();
    }
  };
}

function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Exports {
  const fail = (outOfMemory: number) => {
    throw outOfMemory ? new RangeError("The kernel is out of memory.") : new Error("The kernel refuses what it got.");
  };
  const nothing = () => 0;
  const system = { fd_close: nothing, fd_seek: nothing, fd_write: nothing }; // the C library would write messages
  const imports = { env: { memory }, page: { fail }, wasi_snapshot_preview1: system };
  return new WebAssembly.Instance(module, imports).exports as unknown as Exports;
}

/** Returns memory that can grow as far as this browser lets it. Shared memory is to be had without threads, too. */
function newMemory(): WebAssembly.Memory {
  for (let maximum = MOST_PAGES; ; maximum >>= 1) {
    try {
      return new WebAssembly.Memory({ initial: FIRST_PAGES, maximum, shared: true });
    } catch (error) {
      if (maximum < FEWEST_PAGES) throw new RangeError("There is no memory for the kernel.", { cause: error });
    }
  }
}

function aligned(place: Address): Address {
  return (place + 15) & ~15;
}
