from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ppcn.data import crops, photographs
from ppcn.data.crops import CropSource, ReducedCrops, held_out_pairs, small_and_large, split
from ppcn.data.originals import find_originals, reduced, rounded
from ppcn.data.pixels import read_pixels
from ppcn.errors import DataError, RecipeError
from ppcn.images.pixels.resize import resize

SECTION = CropSource(batch=6, patch=5, held_back=2)


def write(path, width=28, height=24, seed=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Nine pictures of noise, 28x24."""
    folder = tmp_path_factory.mktemp("pictures")
    for k in range(9):
        write(folder / f"{k}.png", seed=k)
    return folder


@pytest.fixture
def paths(folder):
    return find_originals(folder)


def group_of(data, step):
    (group,) = data[step]
    return group


def same(one, other):
    return torch.equal(one.inputs, other.inputs) and torch.equal(one.targets, other.targets)


def names(paths):
    return [path.name for path in paths]


# What a recipe may say.


@pytest.mark.parametrize("wrong", [{"batch": 0}, {"patch": 2}, {"shrink": 0.5}, {"folders": ()}, {"held_back": 0}])
def test_what_cannot_be_cut_is_refused(wrong):
    with pytest.raises(RecipeError, match=r"need a batch of 1 or more, patches of 3 or more, a shrink of 1 or more, "):
        CropSource(**wrong)


def test_limits_are_allowed(paths):
    least = CropSource(batch=1, patch=3, held_back=1)
    assert least.side == 12
    group = group_of(ReducedCrops(paths, least, 0), 0)
    assert group.inputs.shape == (1, 3, 3, 3)
    assert group.targets.shape == (1, 3, 12, 12)


# Which photographs are trained on.


def test_the_twelve_are_held_back_wherever_they_are(photos, folder):
    training, held_back = split(photos, replace(SECTION, folders=(".", str(folder))))
    assert sorted(names(held_back)) == sorted(photographs.HELD_OUT)
    assert names(training) == [*sorted(photographs.TARGETS), *(f"{k}.png" for k in range(9))]
    beside = f"../{photos.name}"
    assert names(split(folder, replace(SECTION, folders=(str(folder), beside)))[1]) == sorted(photographs.HELD_OUT)


def test_of_other_photographs_the_last_are_held_back(folder):
    training, held_back = split(folder, SECTION)
    assert names(training) == [f"{k}.png" for k in range(7)]
    assert names(held_back) == ["7.png", "8.png"]
    assert split(folder, replace(SECTION, batch=1, patch=3)) == (training, held_back)


def test_something_is_left_to_train_on(folder):
    assert len(split(folder, replace(SECTION, held_back=8))[0]) == 1
    with pytest.raises(DataError, match=r"has 9 photographs, and all are held back: .* --set crops\.held_back=N\."):
        split(folder, replace(SECTION, held_back=9))


def test_folders_and_files_that_cannot_be_used_are_named(folder, tmp_path):
    with pytest.raises(DataError, match=r"There is no folder .*nowhere\."):
        split(folder, replace(SECTION, folders=(".", "nowhere")))
    for k in range(4):
        write(tmp_path / f"{k}.png")
    write(tmp_path / "1.png", width=19)
    with pytest.raises(DataError, match=r"1\.png is 19x24 pixels, smaller than the parts of 20 to cut: lower crops\."):
        split(tmp_path, SECTION)
    write(tmp_path / "0.png", height=8)
    with pytest.raises(DataError, match=r"0\.png is 28x8 pixels, .* of 20 to cut, and 1 more are too small: lower"):
        split(tmp_path, SECTION)
    (tmp_path / "0.png").write_text("text")
    with pytest.raises(DataError, match=r"0\.png cannot be read as a picture"):
        split(tmp_path, SECTION)


def test_what_is_held_back_is_small_and_large(folder, photos):
    pairs = held_out_pairs([folder / "7.png", photographs.find(photos, photographs.HELD_OUT)[0]], SECTION)
    assert [(small.shape, large.shape) for small, large in pairs] == [
        ((6, 7, 3), (24, 28, 3)),
        ((12, 16, 3), (48, 64, 3)),
    ]
    np.testing.assert_array_equal(pairs[0][1], rounded(read_pixels(folder / "7.png") / 255))
    np.testing.assert_array_equal(pairs[0][0], reduced(pairs[0][1], 4))


def test_photographs_are_not_held_back_in_full_size(tmp_path):
    write(tmp_path / "a.png", 970, 610)
    ((small, large),) = held_out_pairs([tmp_path / "a.png"], SECTION)
    assert small.shape == (75, 120, 3)
    assert large.shape == (300, 480, 3)


# What a step sees.


def test_a_step_is_a_function_of_seed_and_number(paths):
    data = ReducedCrops(paths, SECTION, seed=3)
    group = group_of(data, 7)
    assert group.inputs.shape == (6, 3, 5, 5)
    assert group.targets.shape == (6, 3, 20, 20)
    assert group.corner == (0, 0)
    assert same(group, group_of(data, 7))
    assert same(group, group_of(ReducedCrops(paths, SECTION, seed=3), 7))
    assert not torch.equal(group_of(data, 8).targets, group.targets)
    assert not torch.equal(group_of(ReducedCrops(paths, SECTION, seed=4), 7).targets, group.targets)


@pytest.mark.parametrize(
    "section",
    [SECTION, replace(SECTION, worn=True), replace(SECTION, shrink=3.0), replace(SECTION, shrink=3.0, varied=True)],
)
@pytest.mark.parametrize("processes", [2, 3])
def test_shares_make_up_what_one_process_makes(paths, processes, section):
    alone = ReducedCrops(paths, section, seed=1)
    parts = [ReducedCrops(paths, section, 1, (rank, processes)) for rank in range(processes)]
    for step in (0, 1, 5):
        groups = [group_of(part, step) for part in parts]
        assert {len(group.inputs) for group in groups} == {6 // processes}
        assert torch.equal(torch.cat([group.inputs for group in groups]), group_of(alone, step).inputs)
        assert torch.equal(torch.cat([group.targets for group in groups]), group_of(alone, step).targets)


def test_worn_pictures_are_degraded_each_in_its_own_way_and_their_targets_are_not(paths):
    clean, worn = (group_of(ReducedCrops(paths, replace(SECTION, worn=how), 0), 0) for how in (False, True))
    assert torch.equal(worn.targets, clean.targets)
    assert worn.inputs.shape == clean.inputs.shape
    assert worn.inputs.dtype == torch.float32
    errors = (worn.inputs - clean.inputs).square().mean((1, 2, 3))
    assert (errors > 1e-5).all()
    assert errors.std() > 1e-5


def test_held_back_pictures_are_worn_too_always_in_the_same_way(folder):
    section = replace(SECTION, worn=True)
    first, again = (held_out_pairs([folder / "7.png", folder / "8.png"], section) for _ in range(2))
    for (small, large), (same_small, _) in zip(first, again, strict=True):
        assert np.array_equal(small, same_small)
        assert not np.array_equal(small, reduced(large, 4))


def test_unequal_shares_are_refused(paths):
    with pytest.raises(RecipeError, match="batch of 6 crops cannot be shared equally among 4 processes"):
        ReducedCrops(paths, SECTION, 0, (0, 4))


def test_parts_come_from_everywhere_and_lie_in_all_eight_ways(tmp_path):
    write(tmp_path / "a.png", 21, 22)
    pixels = read_pixels(tmp_path / "a.png")
    parts = [pixels[y : y + 20, x : x + 20] for y in range(3) for x in range(2)]
    turned = [np.rot90(part, turns) for part in parts for turns in range(4)]
    wanted = {side.tobytes() for part in turned for side in (part, part[:, ::-1])}
    targets = group_of(ReducedCrops([tmp_path / "a.png"], replace(SECTION, batch=500), 0), 0).targets
    found = (255 * targets).round().byte().permute(0, 2, 3, 1).numpy()
    assert {part.tobytes() for part in found} == wanted


def test_shrunk_photographs_show_more_in_each_part(tmp_path):
    """Of a ramp, 0 to 255 over 256 columns: what a part spans is what it was cut from."""
    ramp = np.broadcast_to(np.arange(256, dtype=np.uint8)[:, None], (50, 256, 3))
    Image.fromarray(ramp).save(tmp_path / "a.png")
    group = group_of(ReducedCrops([tmp_path / "a.png"], replace(SECTION, batch=200, shrink=2.0), 0), 0)
    assert group.targets.shape == (200, 3, 20, 20)
    spans = (255 * group.targets.amax((1, 2, 3)) - 255 * group.targets.amin((1, 2, 3))).round()
    assert spans.min() < 22
    assert 36 < spans.max() < 40
    # Its 50 rows allow 2.5.
    far = group_of(ReducedCrops([tmp_path / "a.png"], replace(SECTION, batch=200, shrink=9.0), 0), 0)
    assert 255 * (far.targets.amax((1, 2, 3)) - far.targets.amin((1, 2, 3))).max() < 50


def test_colours_of_varied_pictures_change_places(tmp_path):
    Image.new("RGB", (20, 20), (10, 20, 30)).save(tmp_path / "a.png")
    data = ReducedCrops([tmp_path / "a.png"], replace(SECTION, batch=100, varied=True), 0)
    colours = (255 * group_of(data, 0).targets[:, :, 0, 0]).round().int()
    assert {tuple(colour) for colour in colours.tolist()} == set(permutations((10, 20, 30)))


@pytest.mark.parametrize("varied", [False, True])
def test_rows_and_columns_of_varied_pictures_shrink_by_factors_of_their_own(tmp_path, varied):
    """Of two ramps: how far each rises within a part."""
    ramps = np.zeros((100, 100, 3), np.uint8)
    ramps[..., 0], ramps[..., 1] = 2 * np.arange(100)[:, None], 2 * np.arange(100)
    Image.fromarray(ramps).save(tmp_path / "a.png")
    section = replace(SECTION, batch=300, shrink=3.0, varied=varied)
    targets = 255 * group_of(ReducedCrops([tmp_path / "a.png"], section, 0), 0).targets
    rises = (targets.amax((2, 3)) - targets.amin((2, 3))).sort(1).values[:, 1:]  # but not of the colour without a ramp
    assert 38 <= rises.min() <= 42
    assert 110 < rises.max() < 120
    uneven = rises[:, 1] / rises[:, 0]
    if varied:
        assert 1.15 < uneven.max() < 1.35
        assert uneven.median() > 1.05
    else:
        assert uneven.max() == 1


def test_every_photograph_is_seen_and_none_twice_in_a_step(tmp_path):
    for k in range(8):
        Image.new("RGB", (20 + k, 20), (k, 0, 0)).save(tmp_path / f"{k}.png")
    data = ReducedCrops(find_originals(tmp_path), replace(SECTION, batch=5), 0)
    steps = [(255 * group_of(data, k).targets[:, 0, 0, 0]).round().int().tolist() for k in range(20)]
    assert {len(set(step)) for step in steps} == {5}
    assert {number for step in steps for number in step} == set(range(8))


def test_what_does_not_fit_into_memory_is_read_again(paths, monkeypatch):
    everything = ReducedCrops(paths, SECTION, 0)
    assert len(everything._decoded) == 9
    monkeypatch.setattr(crops, "IN_MEMORY", 3 * 28 * 24 * 2 + 100)
    some = ReducedCrops(paths, SECTION, 0)
    assert len(some._decoded) == 2
    assert same(group_of(everything, 0), group_of(some, 0))


# Small pictures.


@given(st.integers(3, 14), st.integers(0, 2**32 - 1), st.sampled_from([2, 3, 256]))
def test_small_pictures_are_those_of_the_slow_resize(patch, seed, levels):
    """To the last bit; few levels give many halves to round."""
    parts = np.random.default_rng(seed).integers(0, levels, (2, 4 * patch, 4 * patch, 3)).astype(np.uint8)
    group = small_and_large(list(torch.from_numpy(parts).permute(0, 3, 1, 2)))
    for part, small, large in zip(parts, group.inputs, group.targets, strict=True):
        exact = resize(part, patch, patch)
        weights = crops._weights(4 * patch, torch.device("cpu"))
        fast = (weights @ torch.from_numpy(part).permute(2, 0, 1).double() @ weights.T).permute(1, 2, 0)
        np.testing.assert_array_equal(fast.numpy(), exact)
        np.testing.assert_allclose(small.permute(1, 2, 0), np.floor(exact.clip(0, 255) + 0.5) / 255, atol=1e-7)
        np.testing.assert_allclose(large.permute(1, 2, 0), part / 255, atol=1e-7)
    assert group.inputs.dtype == group.targets.dtype == torch.float32


# The photographs beside the repository.


def test_the_recipes_on_the_photographs(shared):
    from ppcn.training.recipe import load

    folder = shared / "data" / "photos"
    training, held_back = split(folder, load("super-resolution-open").crops)
    assert (len(training), len(held_back)) == (147, 12)
    more, held_back = split(folder, load("super-resolution-research").crops)
    assert (len(more), len(held_back)) == (346, 12)
    assert set(training) < set(more)
