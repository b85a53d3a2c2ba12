import json

import numpy as np
import pytest

from ppcn.evaluation.colour_baselines import colour_baselines
from ppcn.images.colour.srgb import to_srgb
from ppcn.images.read import read
from ppcn.metrics import psnr


def test_a_fold_is_fitted_on_the_others_only():
    pictures = np.random.default_rng(0).random((3, 8, 8, 3))
    pairs = [(pictures[0], pictures[0] * 0.5), (pictures[1], pictures[1] * 0.5), (pictures[2], pictures[2] ** 3)]
    rows = colour_baselines(pairs, [0, 1, 2])
    for name in ("3x4 matrix", "cubic polynomial"):
        np.testing.assert_allclose(rows[name][2](pictures[2]), pictures[2] * 0.5, atol=1e-8)
        assert not np.allclose(rows[name][0](pictures[0]), pictures[0] * 0.5, atol=0.01)
    with pytest.raises(ValueError, match="two folds"):
        colour_baselines(pairs, [1, 1, 1])


@pytest.mark.slow
def test_known_figures_on_the_pairs_of_known_scenes(shared):
    folder = shared / "data/dped400"
    folds = {k: v["fold"] for k, v in json.loads((folder / "scenes.json").read_text()).items() if v["fold"] is not None}
    pairs = [(to_srgb(read(folder / "iphone" / name)), to_srgb(read(folder / "canon" / name))) for name in folds]
    assert len(pairs) == 244
    means = {
        name: np.mean([psnr(run(phone), camera) for run, (phone, camera) in zip(row, pairs, strict=True)])
        for name, row in colour_baselines(pairs, list(folds.values())).items()
    }
    assert means["untouched"] == pytest.approx(17.16, abs=0.01)
    assert means["3x4 matrix"] == pytest.approx(20.28, abs=0.01)
    assert means["cubic polynomial"] == pytest.approx(20.98, abs=0.01)
    assert means["one gamma"] == pytest.approx(20.81, abs=0.01)
