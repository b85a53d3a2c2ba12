"""How long exported files take here: python benchmarks/phone_files.py FILE.onnx FILE.tflite ... [--size 1280x720].

Each file runs in its own runtime (ONNX Runtime, LiteRT with XNNPACK) on all cores, in turn with the others, ten times.
"""

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np


def onnx(model: bytes, image: np.ndarray) -> Callable[[], object]:
    import onnxruntime as ort

    session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
    planes = np.ascontiguousarray(image.transpose(2, 0, 1)[None])
    return lambda: session.run(["enhanced"], {"image": planes})


def litert(model: bytes, image: np.ndarray) -> Callable[[], object]:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=model, num_threads=os.cpu_count())
    given = interpreter.get_input_details()[0]["index"]
    interpreter.resize_tensor_input(given, (1, *image.shape))
    interpreter.allocate_tensors()
    interpreter.set_tensor(given, image[None])
    return interpreter.invoke


RUNTIMES = {".onnx": onnx, ".tflite": litert}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--size", default="1280x720")
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))
    image = np.random.default_rng(0).random((height, width, 3), np.float32)
    runs = {file: RUNTIMES[file.suffix](file.read_bytes(), image) for file in options.files}
    times: dict[Path, list[float]] = {file: [] for file in runs}
    for turn in range(11):
        for file, run in runs.items():
            started = perf_counter()
            run()
            if turn:  # the first is for warming up
                times[file].append(1000 * (perf_counter() - started))
    for file, own in times.items():
        print(f"{file.name}  median {np.median(own):.0f} ms, least {min(own):.0f} ms")


if __name__ == "__main__":
    main()
