"""Table 1: super-resolution, four times, on the standard benchmarks."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ppcn.data.originals import find_originals
from ppcn.errors import CheckpointError
from ppcn.evaluation.reproduce.benchmarks import BENCHMARKS, find_benchmark
from ppcn.evaluation.reproduce.cells import METRICS, Cell, Missing, attempt, make_cells
from ppcn.evaluation.reproduce.contenders import Contender, Picture, Run, plain, released, shipped
from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.evaluation.reproduce.published import PublishedRow, paper, published
from ppcn.evaluation.reproduce.scoring import Pictures, gather, incomplete, score
from ppcn.evaluation.reproduce.tables import Column, Row, Table
from ppcn.evaluation.super_resolution import score_super_resolution
from ppcn.images.resize import resize

SCALE = 4
FIGURES = ("psnr", "ssim")
VERSION = "super-resolution x4 on Y, version 1"  # part of what results are kept by: change it with the protocol
PROTOCOL = (
    "PSNR in dB and SSIM on Y (BT.601), 4 pixels of the border left out, output rounded to 8 bits; small pictures made "
    "by MATLAB-like bicubic."
)
BASELINE = "Ours is the {} released with the challenge; the paper quotes the figures of another training of it."


def bicubic(small: Picture) -> Picture:
    """Enlarge HxWx3 four times."""
    return resize(small, SCALE * small.shape[0], SCALE * small.shape[1]).astype(np.float32)


class Entry(NamedTuple):
    """A row: its name, here and in the paper, what is scored, and a remark."""

    label: str
    contender: Callable[[Inputs], Contender]
    note: str | None = None


def _enlarged_first(inputs: Inputs, checkpoint: str) -> Contender:
    """Return a released network that takes the enlarged picture."""
    network = released(inputs, checkpoint)

    def load() -> Run:
        run = network.load()
        return lambda small: run(bicubic(small).clip(0, 1))

    return replace(network, load=load)


def _quoted(_: Inputs, name: str) -> Contender:
    raise CheckpointError(f"There are no released weights of {name}: all figures here are quoted from the paper.")


ROWS = (
    Entry("Bicubic", lambda _: plain("bicubic", bicubic)),
    Entry("SRCNN", partial(_enlarged_first, checkpoint="baselines/div2k_srcnn"), BASELINE.format("SRCNN")),
    Entry("FSRCNN", partial(_quoted, name="FSRCNN")),
    Entry("VDSR", partial(released, name="baselines/div2k_vgg19_vdsr.ckpt"), BASELINE.format("VDSR")),
    Entry("PPCN", partial(released, name="super_resolution/generator_all.ckpt")),
)


@dataclass(frozen=True)
class Originals:
    """A benchmark's folder; ``note`` says where it is not the whole benchmark."""

    folder: Path
    pictures: Pictures
    note: str | None


def make(inputs: Inputs) -> Table:
    """Score all that can be had, on every benchmark that can be found."""
    benchmarks = {title: attempt(_originals, inputs, title) for title in BENCHMARKS}
    rows = []
    for entry in ROWS:
        quoted = published("table1")[entry.label]
        cells = _cells(inputs, attempt(entry.contender, inputs), benchmarks, quoted)
        rows.append(Row("In the paper", entry.label, cells, entry.note, quoted.source))
    for card in inputs.cards:
        if card.task == "super-resolution" and card.facts["scale"] == SCALE:
            cells = _cells(inputs, attempt(shipped, card), benchmarks, PublishedRow())
            rows.append(Row("Ours", card.name, cells, card.note))
    columns = [Column(title, METRICS[name]) for title in BENCHMARKS for name in FIGURES]
    return Table("table1", "Table 1: super-resolution, four times", paper(), PROTOCOL, columns, rows)


def _originals(inputs: Inputs, title: str) -> Originals:
    folder = find_benchmark(inputs, title)
    files = find_originals(folder)
    return Originals(folder, gather(title, files), incomplete(len(files), BENCHMARKS[title].size))


def _cells(
    inputs: Inputs, contender: Contender | Missing, benchmarks: dict[str, Originals | Missing], quoted: PublishedRow
) -> list[Cell]:
    cells = []
    for title, benchmark in benchmarks.items():
        note = None if isinstance(benchmark, Missing) else benchmark.note
        cells += make_cells(FIGURES, quoted.group(title), attempt(_score, inputs, contender, benchmark), note)
    return cells


def _score(inputs: Inputs, contender: Contender, benchmark: Originals) -> dict[str, Any]:
    def compute(run: Run) -> dict[str, Any]:
        progress = partial(inputs.progress, f"{contender.name} on {benchmark.pictures.name}")
        return score_super_resolution(run, contender.name, benchmark.folder, scale=SCALE, progress=progress).as_dict()

    return score(inputs.cache, VERSION, contender, benchmark.pictures, compute)
