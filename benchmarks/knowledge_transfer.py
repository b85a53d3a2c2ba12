"""Two ways to train, compared pair by pair:

    python benchmarks/knowledge_transfer.py --pairs DPED --one A.safetensors ... --other B.safetensors ...

Each way has as many networks as there are seeds. A pair's score is the mean over a way's networks; the difference of
the two is averaged over pairs, with an interval of 95 % from resampling pairs (10,000 times). Identical pairs are left
out.
"""

import argparse
from pathlib import Path

import numpy as np

from ppcn import load_model
from ppcn.data.pairs import find_pairs
from ppcn.images.colour.srgb import to_srgb
from ppcn.images.read import read
from ppcn.metrics import ENHANCEMENT, metrics_of, score


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--one", nargs="+", required=True)
    parser.add_argument("--other", nargs="+", required=True)
    options = parser.parse_args()

    pairs = [[to_srgb(read(path)) for path in pair] for pair in find_pairs(options.pairs)]
    pairs = [(phone, camera) for phone, camera in pairs if not np.array_equal(phone, camera)]
    one, other = (np.mean([scores(model, pairs) for model in way], 0) for way in (options.one, options.other))
    differences = one - other
    drawn = np.random.default_rng(0).integers(len(pairs), size=(10_000, len(pairs)))
    print(f"{len(pairs)} pairs, {len(options.one)} and {len(options.other)} networks")
    for k, name in enumerate(metrics_of(ENHANCEMENT)):
        low, high = np.percentile(differences[drawn, k].mean(1), [2.5, 97.5])
        mean = differences[:, k].mean()
        print(f"{name:<16} {one[:, k].mean():8.4f} {other[:, k].mean():8.4f} {mean:+8.4f} [{low:+.4f}, {high:+.4f}]")


def scores(model: str, pairs: list) -> np.ndarray:
    engine = load_model(model)
    rows = []
    for phone, camera in pairs:
        rows.append(list(score(ENHANCEMENT, engine(phone), camera).values()))
    return np.array(rows)


if __name__ == "__main__":
    main()
