"""Run a WebAssembly program for the terminal: python run_wasm.py PROGRAM [ARGUMENTS]."""

import sys

from wasmtime import Config, Engine, ExitTrap, Linker, Module, Store, WasiConfig


def main(arguments: list[str]) -> int:
    """Return the program's exit status."""
    config = Config()
    config.wasm_threads = True  # the instructions; nothing is shared
    store = Store(Engine(config))
    wasi = WasiConfig()
    wasi.argv = arguments
    wasi.inherit_stdout()
    store.set_wasi(wasi)
    linker = Linker(store.engine)
    linker.define_wasi()
    program = linker.instantiate(store, Module.from_file(store.engine, arguments[0]))
    try:
        program.exports(store)["_start"](store)  # pyright: ignore[reportCallIssue]
    except ExitTrap as exit_:
        return exit_.code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
