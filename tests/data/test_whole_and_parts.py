"""The data source of whole photos and parts of them."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from ppcn.data import photographs
from ppcn.data.whole_and_parts import MARGIN, SIDE, Frame, WholePhotos, WholePhotoSource
from ppcn.errors import DataError, RecipeError
from ppcn.networks.enhancer import Look
from ppcn.networks.stages import THUMBNAIL, thumbnail

SETTINGS = WholePhotoSource(
    frames=(Frame(1, 120, 90), Frame(1, 80, 80, closest=0.3), Frame(1, 120, 90, patch=80)),
    batch=4,
    parts=2,
    fresh=2,
    recent=8,
)


@pytest.fixture(scope="module")
def paths(photos):
    return sorted(photos.iterdir())[:8]


def same(one, other):
    pairs = zip([field for group in one for field in group], [field for group in other for field in group], strict=True)
    return all(torch.equal(a, b) if isinstance(a, torch.Tensor) else a == b for a, b in pairs)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"cameras": {"polaroid": 1.0}}, "No simulated camera is called 'polaroid'"),
        ({"cameras": {"haze": 0.0}}, "cameras and frames whose shares are 0 or more, not all 0"),
        ({"cameras": {"night": -1.0}}, "cameras and frames whose shares"),
        ({"frames": ()}, "cameras and frames whose shares"),
        ({"parts": 20}, "1 <= parts <= batch <= recent"),
        ({"fresh": 0}, "1 <= fresh <= batch"),
    ],
)
def test_what_cannot_be_drawn_is_refused(wrong, sentence):
    with pytest.raises(RecipeError, match=sentence):
        WholePhotoSource(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"share": -1.0},
        {"height": SIDE - 1},
        {"closest": 0.0},
        {"closest": 1.1},
        {"patch": SIDE - 1},
        {"patch": SIDE + 2},
    ],
)
def test_frames_that_cannot_be_cut_are_refused(wrong):
    with pytest.raises(RecipeError, match=f"patch of at least {SIDE} pixels"):
        Frame(**({"share": 1.0, "width": 100, "height": SIDE + 1} | wrong))


def test_small_copies_and_parts_fit_their_thumbnails(paths):
    whole, parts = WholePhotos(paths, SETTINGS, seed=0)[3]
    assert whole.thumbnails is not None
    assert parts.thumbnails is not None
    assert parts.boxes is not None
    assert whole.boxes is None
    assert whole.inputs.shape == whole.targets.shape == (len(whole.thumbnails), 3, THUMBNAIL, THUMBNAIL)
    assert torch.equal(whole.inputs[:4], whole.thumbnails[:4, :3])
    assert parts.inputs.shape == parts.targets.shape == (2, 3, SIDE, SIDE)
    assert parts.corner == (MARGIN, MARGIN)
    for part, seen, (top, bottom, left, right) in zip(parts.inputs, parts.thumbnails, parts.boxes, strict=True):
        cells = seen[None, :3, int(top * 64) : round(float(bottom) * 64), int(left * 64) : round(float(right) * 64)]
        assert part.mean().item() == pytest.approx(cells.mean().item(), abs=0.05)


def test_good_photos_come_with_a_grey_ramp(paths):
    good = replace(SETTINGS, cameras={"undamaged": 1.0})
    whole, _ = WholePhotos(paths, good, seed=0)[0]
    assert len(whole.inputs) == 8
    ramps = whole.inputs[4:]
    assert torch.equal(ramps, whole.targets[4:])
    assert torch.equal(ramps.amax((1, 2, 3)), torch.ones(4))
    assert torch.equal(ramps[:, :1].expand(-1, 3, -1, -1), ramps)
    assert whole.thumbnails is not None
    assert torch.equal(whole.thumbnails[4:], whole.thumbnails[:4])


def test_a_step_is_a_function_of_seed_and_number(paths):
    data = WholePhotos(paths, SETTINGS, seed=1)
    steps = [data[k] for k in range(3)]
    fresh = WholePhotos(paths, SETTINGS, seed=1)
    assert same(steps[2], fresh[2])
    assert same(steps[2], data[2])
    assert not same(steps[1], steps[2])
    assert not same(steps[2], WholePhotos(paths, SETTINGS, seed=2)[2])


def test_tones_are_damaged_of_well_exposed_photographs_alone(paths, tmp_path):
    Image.fromarray(np.full((90, 120, 3), 9, np.uint8)).save(tmp_path / "dark.png")
    dark = replace(SETTINGS, cameras={"haze": 1.0})
    whole, _ = WholePhotos([tmp_path / "dark.png", *paths], dark, seed=0)[0]
    assert whole.targets.mean((1, 2, 3)).min() > 0.1


def test_no_more_photos_are_kept_than_may_be_drawn_again(paths):
    data = WholePhotos(paths, SETTINGS, seed=1)
    for step in range(12):
        data[step]
    assert len(data._kept) <= SETTINGS.recent


def test_processes_have_the_parts_of_what_one_has(paths):
    whole, parts = WholePhotos(paths, SETTINGS, seed=1)[5]
    shared = [WholePhotos(paths, SETTINGS, seed=1, share=(rank, 2))[5] for rank in range(2)]
    for rank, (small, part) in enumerate(shared):
        assert torch.equal(small.inputs[:2], whole.inputs[:4][rank::2])
        assert torch.equal(part.inputs, parts.inputs[rank::2])


def test_the_held_back_are_never_trained_on(tmp_path):
    names = [f"{number}.png" for number in range(60)]
    for name in names:
        Image.fromarray(np.full((90, 120, 3), 128, np.uint8)).save(tmp_path / name)
    with pytest.raises(DataError, match="None of the photographs is well exposed"):
        SETTINGS.open(tmp_path, 0, (0, 1), torch.device("cpu"))
    data = replace(SETTINGS, cameras={"night": 1.0}).open(tmp_path, 0, (0, 1), torch.device("cpu"))
    held_back = {path.name for path in tmp_path.iterdir() if photographs.is_held_back(path)}
    assert 0 < len(held_back) < 15
    assert {path.name for path in data.files} == set(names) - held_back
    assert len(list(data.held_out)) == len(held_back)


def test_thumbnails_are_of_the_degraded_photo(paths):
    clean = replace(SETTINGS, cameras={"undamaged": 1.0}, frames=(Frame(1, 80, 80),))
    _, parts = WholePhotos(paths, clean, seed=4)[0]
    assert parts.thumbnails is not None
    for part, seen in zip(parts.inputs, parts.thumbnails, strict=True):
        found = thumbnail(Look()(part[None]))[0]
        torch.testing.assert_close(seen, found, rtol=1e-2, atol=2e-2)
