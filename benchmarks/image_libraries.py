"""Time libvips against Pillow and OpenCV: python benchmarks/image_libraries.py PHOTO [--megapixels 12] [--rounds 3].

OpenCV (pip install opencv-python-headless, Apache-2.0) is for JPEG alone. Processor time of all threads together: other
programs disturb it least.
"""

import argparse
import io
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pyvips
from PIL import Image


def best(action: Callable[[], object], rounds: int) -> float:
    """Return the shortest of some rounds, in milliseconds."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        action()
        times.append(time.process_time() - start)
    return 1000 * min(times)


def opencv_read(data: bytes) -> np.ndarray:
    return cv2.cvtColor(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photo", type=Path)
    parser.add_argument("--megapixels", type=float, default=12.0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()

    photo = Image.open(options.photo).convert("RGB")
    scale = (options.megapixels * 1e6 / (photo.width * photo.height)) ** 0.5
    photo = photo.resize((round(photo.width * scale), round(photo.height * scale)), Image.Resampling.BICUBIC)
    eight = np.asarray(photo)
    noise = np.random.default_rng(0).integers(0, 257, eight.shape, dtype=np.uint16)
    sixteen = eight.astype(np.uint16) * 257 - noise.clip(max=eight.astype(np.uint16) * 257)
    vips8 = pyvips.Image.new_from_array(eight).copy(interpretation="srgb")
    vips16 = pyvips.Image.new_from_array(sixteen).copy(interpretation="rgb16")

    def pillow_save(**how: object) -> bytes:
        buffer = io.BytesIO()
        photo.save(buffer, **how)  # pyright: ignore[reportArgumentType]
        return buffer.getvalue()

    def opencv_save() -> bytes:
        how = (cv2.IMWRITE_JPEG_QUALITY, 95, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444)
        return cv2.imencode(".jpg", cv2.cvtColor(eight, cv2.COLOR_RGB2BGR), how)[1].tobytes()

    encoders: dict[str, tuple[Callable[[], bytes] | None, ...]] = {
        "JPEG 95 4:4:4": (
            lambda: vips8.jpegsave_buffer(Q=95, subsample_mode="off"),
            lambda: pillow_save(format="JPEG", quality=95, subsampling=0),
            opencv_save,
        ),
        "PNG 8": (lambda: vips8.pngsave_buffer(compression=6, filter="paeth"), lambda: pillow_save(format="PNG")),
        "PNG 16": (lambda: vips16.pngsave_buffer(compression=6, filter="paeth"), None),
        "TIFF 16 deflate": (lambda: vips16.tiffsave_buffer(compression="deflate", predictor="horizontal"), None),
        "WebP 90": (lambda: vips8.webpsave_buffer(Q=90), lambda: pillow_save(format="WEBP", quality=90)),
        "AVIF 85": (
            lambda: vips8.heifsave_buffer(Q=85, compression="av1", effort=2, subsample_mode="off"),
            lambda: pillow_save(format="AVIF", quality=85, speed=7, subsampling="4:4:4"),
        ),
    }
    print(f"{photo.width}x{photo.height}; best of {options.rounds}, ms\n")
    print("| | libvips | Pillow | OpenCV |\n|---|---|---|---|")
    for name, codecs in encoders.items():
        saved = [codec() if codec else None for codec in codecs]
        encode = [best(codec, options.rounds) if codec else None for codec in codecs]
        data = saved[0] or b""
        decode = [
            best(lambda data=data: pyvips.Image.new_from_buffer(data, "", access="sequential").numpy(), options.rounds),
            best(lambda data=data: np.asarray(Image.open(io.BytesIO(data))), options.rounds) if saved[1] else None,
            best(lambda data=data: opencv_read(data), options.rounds) if len(saved) > 2 else None,
        ]
        sizes = [len(some) / 1e6 if some else None for some in saved]
        for what, figures in (("encode", encode), ("decode", decode), ("size, MB", sizes)):
            cells = (f"{figure:.1f}" if figure is not None else "" for figure in figures)
            print(f"| {name} {what} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
