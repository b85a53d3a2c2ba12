"""What holds for every metric: range, identity, symmetry, shapes, and the published figures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ppcn.metrics import ENHANCEMENT, means, metrics_of, ms_ssim, psnr, psnr_colour_fit, score
from ppcn.metrics import METRICS as TABLE

METRICS = [psnr, ms_ssim, psnr_colour_fit]
BEST = {psnr: 100.0, ms_ssim: 1.0, psnr_colour_fit: 100.0}


sides = st.integers(1, 30)


@st.composite
def picture_pairs(draw):
    height, width, seed = draw(sides), draw(sides), draw(st.integers(0, 2**32 - 1))
    noise = draw(st.sampled_from([0.0, 0.01, 0.3, 2.0]))
    rng = np.random.default_rng(seed)
    picture = rng.random((height, width, 3), dtype=np.float32)
    return picture, picture + noise * rng.standard_normal(picture.shape, dtype=np.float32)


@pytest.mark.parametrize("metric", METRICS)
@given(pictures=picture_pairs())
def test_scores_stay_between_nothing_and_best(metric, pictures):
    score = metric(*pictures)
    assert isinstance(score, float)
    assert 0 <= score <= BEST[metric] * (1 + 1e-12)


@pytest.mark.parametrize("metric", METRICS)
@given(
    picture=hnp.arrays(
        np.float32, st.tuples(st.integers(1, 30), st.integers(1, 30), st.just(3)), elements=st.floats(0, 1, width=32)
    )
)
def test_identical_pictures_score_best(metric, picture):
    assert metric(picture, picture) == pytest.approx(BEST[metric])


@pytest.mark.parametrize("metric", [psnr, ms_ssim])
@given(pictures=picture_pairs())
def test_order_does_not_matter(metric, pictures):
    a, b = pictures
    assert metric(a, b) == pytest.approx(metric(b, a), abs=1e-9)


@pytest.mark.parametrize("metric", METRICS)
def test_pictures_are_clipped_but_not_rounded(metric):
    rng = np.random.default_rng(0)
    target = rng.uniform(-0.2, 1.2, (20, 30, 3))
    picture = target + rng.uniform(-0.2, 0.2, target.shape)
    assert metric(picture, target) == metric(picture.clip(0, 1), target.clip(0, 1))
    rounded = np.round(picture.clip(0, 1) * 255) / 255
    assert metric(picture, target) != metric(rounded, target)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(
    "shapes", [((4, 4, 3), (4, 5, 3)), ((4, 4), (4, 4)), ((4, 4, 4), (4, 4, 4)), ((0, 4, 3), (0, 4, 3))]
)
def test_other_shapes_are_refused(metric, shapes):
    with pytest.raises(ValueError, match="two HxWx3 pictures of one size"):
        metric(np.zeros(shapes[0]), np.zeros(shapes[1]))


@pytest.mark.parametrize("name", TABLE)
def test_the_table_says_whether_higher_is_better(name):
    rng = np.random.default_rng(1)
    target = rng.random((20, 24, 3))
    near, far = (TABLE[name].function(target + width * rng.random(target.shape), target) for width in (0.01, 0.5))
    assert (near > far) == TABLE[name].higher_is_better


def test_scores_and_their_means_are_by_name():
    pictures = np.random.default_rng(2).random((3, 12, 14, 3))
    rows = [score(ENHANCEMENT, picture, pictures[2]) for picture in pictures[:2]]
    assert list(rows[0]) == list(metrics_of(ENHANCEMENT)) == ["psnr", "ms_ssim", "psnr_colour_fit"]
    assert rows[0]["ms_ssim"] == ms_ssim(pictures[0], pictures[2])
    assert means(rows) == pytest.approx({name: (rows[0][name] + rows[1][name]) / 2 for name in rows[0]})


@pytest.mark.parametrize(("gamma", "known"), [(1.0, (17.29, 0.8440, 28.17)), (0.65, (20.49, 0.8810, 28.46))])
def test_known_figures_on_the_public_pairs(dped_pairs, gamma, known):
    scores = [[metric(phone**gamma, target) for metric in METRICS] for phone, target in dped_pairs]
    assert np.mean(scores, axis=0) == pytest.approx(known, abs=0.005)
    assert np.mean(scores, axis=0)[1] == pytest.approx(known[1], abs=0.0001)


@pytest.fixture(scope="module")
def dped_pairs(shared):
    """The 396 public test pairs that are not one white patch on both sides, decoded by libjpeg."""
    from PIL import Image

    def read(path):
        return np.asarray(Image.open(path), dtype=np.float32) / 255

    folder = shared / "data" / "dped400"
    pairs = [(read(path), read(folder / "canon" / path.name)) for path in sorted((folder / "iphone").iterdir())]
    return [(phone, target) for phone, target in pairs if not np.array_equal(phone, target)]
