from dataclasses import replace

import numpy as np
import pytest
import torch

from ppcn.data import degraded
from ppcn.data.degraded import DegradedPhotographs, PhotographSource
from ppcn.errors import DataError, RecipeError

MIXTURE = PhotographSource(whole=((2, 30, 20), (1, 48, 32)), regions=2, region=30, patches=3, patch=16)
SHARED = replace(MIXTURE, whole=((6, 30, 20), (12, 48, 32)), regions=6)  # among two or three


@pytest.fixture(scope="module")
def paths(photos):
    return sorted(photos.iterdir())[:8]


def same(one, other):
    return all(
        torch.equal(a.inputs, b.inputs) and torch.equal(a.targets, b.targets) and a.corner == b.corner
        for a, b in zip(one, other, strict=True)
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"whole": ()},
        {"whole": ((0, 240, 160),)},
        {"whole": ((1, 240, 99),)},
        {"whole": ((1, 240, 160), (1, 99, 160))},
        {"regions": 0},
        {"region": 99},
        {"patches": 0},
        {"patch": 10},
        {"patch": 161},
        {"reduction": 0.9},
        {"reduction": float("nan")},
        {"reduction": float("inf")},
    ],
)
def test_what_cannot_be_cut_is_refused(wrong):
    with pytest.raises(RecipeError, match=r"mixture needs counts of 1 or more, patches of 11 or more, whole photogr"):
        PhotographSource(**wrong)


def test_limits_are_allowed(paths):
    least = PhotographSource(whole=((1, 11, 11),), regions=1, region=11, patches=1, patch=11, reduction=1.0)
    whole, patches = DegradedPhotographs(paths, least, 0)[0]
    assert whole.inputs.shape == patches.inputs.shape == (1, 3, 11, 11)
    assert whole.corner == (0, 0)


def test_a_photograph_that_cannot_be_read_is_named(paths, tmp_path):
    (tmp_path / "a.jpg").write_text("text")
    with pytest.raises(DataError, match=r"a\.jpg cannot be read"):
        DegradedPhotographs([*paths, tmp_path / "a.jpg"], MIXTURE, 0)


def test_a_step_is_a_function_of_seed_and_number(paths):
    data = DegradedPhotographs(paths, MIXTURE, seed=3)
    whole, patches = data[7]
    assert whole.inputs.shape in {(2, 3, 20, 30), (2, 3, 30, 20), (1, 3, 32, 48), (1, 3, 48, 32)}
    assert whole.inputs.shape == whole.targets.shape
    assert patches.inputs.shape == patches.targets.shape == (6, 3, 16, 16)
    assert same(data[7], data[7])
    assert same(data[7], DegradedPhotographs(paths, MIXTURE, seed=3)[7])
    assert not torch.equal(data[8][1].targets, patches.targets)
    assert not torch.equal(DegradedPhotographs(paths, MIXTURE, seed=4)[7][1].targets, patches.targets)


def test_all_pictures_are_in_range_and_degraded(paths):
    for group in DegradedPhotographs(paths, MIXTURE, seed=0)[0]:
        for side in (group.inputs, group.targets):
            assert side.dtype == torch.float32
            assert 0 <= side.min() < side.max() <= 1
        assert ((group.inputs - group.targets).abs().flatten(1).mean(1) > 0.005).all()


def test_photographs_lie_and_stand_in_all_sizes_and_windows_start_everywhere(paths, monkeypatch):
    monkeypatch.setattr(degraded, "simulate_phone", lambda photo, _: photo)
    data = DegradedPhotographs(paths[:2], replace(MIXTURE, whole=((1, 21, 18), (2, 48, 32))), seed=0)
    groups = [data[step][0] for step in range(300)]
    corners = {}
    for group in groups:
        corners.setdefault(tuple(group.inputs.shape[2:]), []).append(group.corner)
    assert corners.keys() == {(18, 21), (21, 18), (32, 48), (48, 32)}
    lying = len(corners[18, 21]) + len(corners[32, 48])
    assert 180 < lying < 240  # seven of ten
    assert set(corners[18, 21]) == {(top, left) for top in range(3) for left in range(6)}
    assert set(corners[32, 48] + corners[48, 32]) == {(0, 0)}  # windows of 16 fill those


@pytest.mark.parametrize("processes", [2, 3])
def test_shares_make_up_what_one_process_makes(paths, processes):
    alone = DegradedPhotographs(paths, SHARED, seed=1)
    parts = [DegradedPhotographs(paths, SHARED, 1, (rank, processes)) for rank in range(processes)]
    for step in (0, 1, 5):
        shares = [part[step] for part in parts]
        for number, whole in enumerate(alone[step]):
            groups = [share[number] for share in shares]
            assert {len(group.inputs) for group in groups} == {len(whole.inputs) // processes}
            assert {group.corner for group in groups} == {whole.corner}
            assert torch.equal(torch.cat([group.inputs for group in groups]), whole.inputs)
            assert torch.equal(torch.cat([group.targets for group in groups]), whole.targets)


@pytest.mark.parametrize("wrong", [{"regions": 3}, {"whole": ((6, 30, 20), (1, 48, 32))}])
def test_unequal_shares_are_refused(paths, wrong):
    mixture = replace(SHARED, **wrong)
    message = (
        r"regions and of whole photographs, \[.*\], cannot be shared equally among 2 processes: make them mult.* 2\."
    )
    with pytest.raises(RecipeError, match=message):
        DegradedPhotographs(paths, mixture, 0, (0, 2))


def test_patches_come_from_everywhere_in_one_degraded_region(paths, monkeypatch):
    monkeypatch.setattr(degraded, "simulate_phone", lambda photo, _: 1 - photo)
    mixture = replace(MIXTURE, region=18, regions=1, patches=100)
    _, patches = DegradedPhotographs(paths, mixture, seed=0)[0]
    np.testing.assert_allclose(patches.inputs, 1 - patches.targets, atol=1e-6)
    assert len(patches.targets.unique(dim=0)) == 9  # all places of 16 pixels among 18
    # What all of them show, the middle, is one picture, though not in the same place of each.
    middles = patches.targets.unfold(2, 14, 1).unfold(3, 14, 1).permute(0, 2, 3, 1, 4, 5).flatten(1, 2)
    common = [one for one in middles[0] if all((one == others).flatten(1).all(1).any() for others in middles)]
    assert len(common) == 1


def test_every_photograph_of_a_step_has_random_numbers_of_its_own(paths, monkeypatch):
    seeds = []
    monkeypatch.setattr(degraded, "simulate_phone", lambda photo, seed: seeds.append(seed) or photo)
    data = DegradedPhotographs(paths, MIXTURE, seed=0)
    for step in range(10):
        whole, _ = data[step]
        assert len(seeds) == len(whole.inputs) + MIXTURE.regions
        assert len(set(seeds)) == len(seeds)
        seeds.clear()


def test_more_pictures_than_photographs_and_small_photographs_serve(paths):
    mixture = replace(MIXTURE, whole=((5, 200, 140),), regions=4, region=100, patch=90)
    whole, patches = DegradedPhotographs(paths[:2], mixture, seed=0)[0]
    assert whole.inputs.shape[0] == 5
    assert patches.inputs.shape == (12, 3, 90, 90)
