"""How far ONNX Runtime is from PyTorch in float64: python benchmarks/agreement.py PHOTO [--size 1280x720 4000x3000].

The photo is resized to each size. "graph" is the whole exported graph, "strips" what ppcn runs.
"""

import argparse
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch
from PIL import Image

from ppcn.networks.weights_file import load
from ppcn.registry import find
from ppcn.runtime.backends.loader import make_engine


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photo", type=Path)
    parser.add_argument("--size", nargs="+", default=["1280x720", "4000x3000"])
    parser.add_argument("--model", default="student.open")
    options = parser.parse_args()

    card = find(options.model)
    network = load(card.safetensors()).double()
    engine = make_engine(card.onnx(), card.name)
    session = ort.InferenceSession(card.onnx(), providers=["CPUExecutionProvider"])
    for size in options.size:
        width, height = map(int, size.split("x"))
        photo = Image.open(options.photo).convert("RGB").resize((width, height), Image.Resampling.BICUBIC)
        image = np.asarray(photo, np.float32) / 255
        planes = np.ascontiguousarray(image.transpose(2, 0, 1)[None])
        with torch.no_grad():
            exact = network(torch.from_numpy(planes).double()).clamp(0, 1).numpy()
        (graph,) = session.run(None, {"image": planes})
        strips = engine(image).transpose(2, 0, 1)[None]
        print(f"{size}  graph {np.abs(graph - exact).max():.1e}  strips {np.abs(strips - exact).max():.1e}")


if __name__ == "__main__":
    main()
