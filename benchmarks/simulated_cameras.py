"""Can a linear classifier tell simulated photos from those of real phones? The less it can, the better the simulation.

    python benchmarks/simulated_cameras.py --photographs PHOTOS [PHOTOS ...] --phones PHONES

PHONES has parts of real phones' photos at full size, NAME.crop0.jpg, NAME.crop1.jpg; a name is a phone. Photographs are
reduced and degraded by each simulated camera (`ppcn.data.cameras`). Both are cut into windows of 64 pixels. Features of
a window are statistics of noise, sharpness, halos, JPEG's blocks, tone and colour. Each real window is paired with the
simulated one that is nearest in mean brightness and texture, so that the classifier sees as many of each kind. It is
ridge regression on standardised features, fitted on some phones and photographs and judged on others.

Printed is the balanced accuracy, 50 % for what cannot be told apart; as the floor, that between one half of the phones
and the other, the mean of ten halvings.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import convolve, uniform_filter

from ppcn.data import photographs
from ppcn.data.cameras import CAMERAS
from ppcn.data.degradations import grey
from ppcn.data.originals import find_originals
from ppcn.data.pixels import as_floats

WINDOW, PART = 64, 256
FOLDS, HALVINGS = 5, 10
RIDGE = 1e-2
FILTERS = {
    "laplacian": np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]]) / 4,
    "across": np.array([[0, 0, 0], [0, -1, 1], [0, 0, 0]], float),
    "down": np.array([[0, 0, 0], [0, -1, 0], [0, 1, 0]], float),
    "corner": np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]]) / 4,
}

Array = NDArray[np.float64]


class Windows(NamedTuple):
    """Features (NxF), what pairs are found by (Nx2), and the group of each: its phone or its photograph."""

    features: Array
    keys: Array
    groups: NDArray[np.int64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photographs", type=Path, nargs="+", required=True)
    parser.add_argument("--phones", type=Path, required=True)
    parser.add_argument("--cameras", nargs="+", default=[*CAMERAS], choices=[*CAMERAS])
    parser.add_argument("--parts", type=int, default=120, help="parts of photographs for each camera")
    options = parser.parse_args()
    phones = real(options.phones)
    paths = [path for folder in options.photographs for path in find_originals(folder)]
    simulated = {name: made(name, paths, options.parts) for name in options.cameras}
    print(f"floor: one half of the phones against the other  {floor(phones):.1%}")
    for name, windows in simulated.items():
        print(f"{name:<48} {accuracy(*paired(phones, windows)):.1%}")
    print(f"{'all of these together':<48} {accuracy(*paired(phones, joined(list(simulated.values())))):.1%}")


def real(folder: Path) -> Windows:
    names = sorted({path.name.split(".")[0] for path in folder.glob("*.crop*.jpg")})
    if not names:
        raise SystemExit(f"{folder} has no NAME.crop0.jpg.")
    return joined(
        [
            windows_of(as_floats(Image.open(path).convert("RGB")), number)
            for number, name in enumerate(names)
            for path in sorted(folder.glob(f"{name}.crop*.jpg"))
        ]
    )


def made(camera: str, paths: Sequence[Path], count: int) -> Windows:
    """Degrade parts of photographs, reduced by 1 to 2.5, as the training does."""
    rng = np.random.default_rng(0)
    found = []
    for number in rng.choice(len(paths), count, replace=count > len(paths)).tolist():
        photograph = photographs.read(paths[number])
        largest = min(min(photograph.size) / PART, 2.5)
        target = photographs.cut(photograph, PART, PART, rng.uniform(min(1, largest), max(1, largest)), rng)
        found.append(windows_of(CAMERAS[camera](target, rng), number))
    return joined(found)


def windows_of(photo: NDArray[np.float32], group: int) -> Windows:
    squares = [
        photo[y : y + WINDOW, x : x + WINDOW].astype(np.float64)
        for y in range(0, photo.shape[0] - WINDOW + 1, WINDOW)
        for x in range(0, photo.shape[1] - WINDOW + 1, WINDOW)
    ]
    features = np.array([features_of(square) for square in squares])
    keys = np.array([(grey(square).mean() * 4, np.log(texture(square))) for square in squares])
    return Windows(features, keys, np.full(len(squares), group))


def texture(square: Array) -> float:
    """Contrast of what is coarser than noise and finer than the window."""
    return float(uniform_filter(grey(square), 5).std()) + 1e-3


def features_of(square: Array) -> list[float]:
    luma = grey(square)
    found: list[float] = []
    for plane in (luma, luma.reshape(WINDOW // 2, 2, WINDOW // 2, 2).mean((1, 3))):
        around = uniform_filter(plane, 5)
        slope = sum(np.abs(each) for each in np.gradient(around))
        flat = slope <= np.percentile(slope, 30)
        for kernel in FILTERS.values():
            response = convolve(plane, kernel, mode="mirror")
            found += [np.log(np.abs(response).mean() + 1e-4), np.log(np.abs(response[flat]).mean() + 1e-4)]
            found.append(np.log((response**2).mean() / (np.abs(response).mean() ** 2 + 1e-8) + 1e-3))  # heavy tails
        noise = (plane - around)[flat]
        found.append(float(noise.mean() / (noise.std() + 1e-4)))
        for axis in (0, 1):  # how white noise is
            high = plane - around
            found.append(float((high * np.roll(high, 1, axis)).mean() / ((high**2).mean() + 1e-8)))
    for difference in (square[..., 0] - luma, square[..., 2] - luma):
        high = difference - uniform_filter(difference, 3)
        found += [np.log(np.abs(high).mean() + 1e-4), np.log(difference.std() + 1e-3)]
    for axis in (0, 1):  # JPEG's blocks, at whatever place the window was cut
        step = np.abs(np.diff(luma, axis=axis)).mean(1 - axis)
        steps = np.array([step[k::8].mean() for k in range(8)])
        found.append(float(steps.max() / (np.median(steps) + 1e-4)))
    found += [float(np.mean(np.ptp(square, axis=2))), float((square > 0.99).mean()), float((square < 0.01).mean())]
    return [*found, *np.percentile(luma, [2, 98]).tolist()]


def joined(parts: list[Windows]) -> Windows:
    return Windows(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def paired(one: Windows, other: Windows) -> tuple[Windows, Windows]:
    """Pair the windows of the first with the nearest of the second, each at most once; the closest first."""
    distances = ((one.keys[:, None] - other.keys[None]) ** 2).sum(2)
    order = np.argsort(distances, axis=None)
    rows, columns, pairs = set(), set(), []
    for place in order.tolist():
        row, column = divmod(place, len(other.keys))
        if distances[row, column] > 0.1:
            break
        if row not in rows and column not in columns:
            rows.add(row)
            columns.add(column)
            pairs.append((row, column))
    first, second = np.array(pairs).T
    return Windows(*(each[first] for each in one)), Windows(*(each[second] for each in other))


def accuracy(one: Windows, other: Windows) -> float:
    """Return the balanced accuracy of the classifier on groups that it was not fitted on."""
    x = np.concatenate([one.features, other.features])
    y = np.r_[np.ones(len(one.features)), -np.ones(len(other.features))]
    folds = np.concatenate([each.groups * 7919 % 104729 % FOLDS for each in (one, other)])
    correct = np.zeros(len(y), bool)
    for fold in range(FOLDS):
        test = folds == fold
        if not test.any() or test.all():
            continue
        centre, scale = x[~test].mean(0), x[~test].std(0) + 1e-9
        a = np.c_[((x - centre) / scale).clip(-5, 5), np.ones(len(x))]
        weights = np.where(y[~test] > 0, 1 / (y[~test] > 0).sum(), 1 / (y[~test] < 0).sum())
        left = (a[~test] * weights[:, None]).T @ a[~test] + RIDGE * np.eye(a.shape[1])
        solution = np.linalg.solve(left, (a[~test] * weights[:, None]).T @ y[~test])
        correct[test] = np.sign(a[test] @ solution) == y[test]
    return float((correct[y > 0].mean() + correct[y < 0].mean()) / 2)


def floor(phones: Windows) -> float:
    """Return the accuracy between one half of the phones and the other, the mean of several halvings."""
    names = np.unique(phones.groups)
    found = []
    for seed in range(HALVINGS):
        half = np.random.default_rng(seed).permutation(names)[: len(names) // 2]
        inside = np.isin(phones.groups, half)
        one, other = (Windows(*(each[mask] for each in phones)) for mask in (inside, ~inside))
        found.append(accuracy(*paired(one, other)))
    return float(np.mean(found))


if __name__ == "__main__":
    main()
