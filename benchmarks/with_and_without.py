"""Training runs side by side, such as with and without a loss:

    python benchmarks/with_and_without.py RUN ... --photo samples/harbour.jpg --box 300 200 160 -o sheet.png

Prints a row for each run: the figures of its last validation. The sheet shows a part of a photo (left, top, side) as it
is and as each run's network makes it, twice as large.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

import ppcn
from ppcn.training.log import LOG, read_log

FIGURES = {"psnr": "{:.2f}", "ms_ssim": "{:.4f}", "psnr_colour_fit": "{:.2f}", "hue": "{:.1f}", "grey_cast": "{:.3f}"}
LARGER, WIDE, LINE = 2, 4, 16  # times, pictures a row, pixels for a name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", type=Path)
    parser.add_argument("--photo", type=Path)
    parser.add_argument("--box", nargs=3, type=int, default=(0, 0, 160))
    parser.add_argument("-o", "--output", type=Path)
    options = parser.parse_args()
    print(f"| run | {' | '.join(FIGURES)} |\n|{'---|' * (1 + len(FIGURES))}")
    for run in options.runs:
        last = [line for line in read_log(run / LOG) if "psnr" in line][-1]
        print(f"| {run.name} | {' | '.join(digits.format(last[name]) for name, digits in FIGURES.items())} |")
    if options.photo:
        sheet(options.runs, options.photo, options.box).save(options.output)


def sheet(runs: list[Path], photo: Path, box: tuple[int, int, int]) -> Image.Image:
    before = Image.open(photo).convert("RGB")
    pictures = {"before": before} | {run.name: ppcn.enhance(before, model=weights(run)) for run in runs}
    left, top, side = box
    size = side * LARGER
    page = Image.new("RGB", (WIDE * size, -(-len(pictures) // WIDE) * (size + LINE)), "white")
    pen = ImageDraw.Draw(page)
    for number, (name, picture) in enumerate(pictures.items()):
        x, y = number % WIDE * size, number // WIDE * (size + LINE)
        crop = np.asarray(picture)[top : top + side, left : left + side]
        page.paste(Image.fromarray(crop).resize((size, size), Image.Resampling.NEAREST), (x, y + LINE))
        pen.text((x + 2, y + 2), name, fill="black")
    return page


def weights(run: Path) -> Path:
    (found,) = [path for path in run.glob("*.safetensors") if "." not in path.stem and path.stem != "checkpoint"]
    return found


if __name__ == "__main__":
    main()
