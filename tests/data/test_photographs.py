from dataclasses import replace

import numpy as np
import pytest
import torch

from ppcn.data import photographs
from ppcn.data.degraded import DegradedPhotographs, Mixture
from ppcn.errors import DataError

MIXTURE = Mixture(whole=((2, 30, 20), (1, 48, 32)), regions=2, region=30, patches=3, patch=16)


def test_held_back_photographs_are_no_targets():
    assert len(photographs.held_back()) == len(set(photographs.held_back())) == 12
    assert len(photographs.targets()) == len(set(photographs.targets())) > 50
    assert not set(photographs.held_back()) & set(photographs.targets())


def test_all_listed_photographs_are_well_exposed(shared):
    names = photographs.targets() + photographs.held_back()
    for path in photographs.find(shared / "data" / "photos", names)[::5]:
        assert photographs.well_exposed(photographs.reduced(photographs.read(path), 226)), path.name


@pytest.mark.parametrize("value", [0.1, 0.95])
def test_dark_and_white_photos_are_no_targets(value):
    assert not photographs.well_exposed(np.full((8, 8, 3), value, np.float32))


def test_missing_photographs_are_named(tmp_path):
    with pytest.raises(DataError, match=r"lacks a.jpg and 1 more: give .* --set data=FOLDER"):
        photographs.find(tmp_path, ["a.jpg", "b.jpg"])


def test_what_is_no_photograph_is_named(tmp_path):
    (tmp_path / "a.jpg").write_text("text")
    with pytest.raises(DataError, match=r"a.jpg cannot be read"):
        photographs.read(tmp_path / "a.jpg")


def test_a_step_is_a_function_of_seed_and_number(photos):
    paths = sorted(photos.iterdir())[:4]
    data = DegradedPhotographs(paths, MIXTURE, seed=3)
    whole, patches = data[7]
    assert whole[0].shape in {(2, 3, 20, 30), (2, 3, 30, 20), (1, 3, 32, 48), (1, 3, 48, 32)}
    assert patches[0].shape == patches[1].shape == (6, 3, 16, 16)
    again = DegradedPhotographs(paths, MIXTURE, seed=3)[7]
    assert all(
        (a == b).all()
        for group, other in zip((whole, patches), again, strict=True)
        for a, b in zip(group, other, strict=True)
    )
    assert not (data[8][1][0] == patches[0]).all()
    assert not (DegradedPhotographs(paths, MIXTURE, seed=4)[7][1][0] == patches[0]).all()


def test_held_back_pairs_are_always_the_same(photos):
    first, again = (list(photographs.held_back_pairs(photos, 32, draws=2)) for _ in range(2))
    assert [name for name, _, _ in first] == [name for name in photographs.held_back() for _ in range(2)]
    assert all((a[1] == b[1]).all() and (a[2] == b[2]).all() for a, b in zip(first, again, strict=True))
    assert not (first[0][1] == first[1][1]).all()


def test_swapped_colours_change_both_sides_alike(photos):
    paths = sorted(photos.iterdir())[:4]
    plain, swapped = (DegradedPhotographs(paths, replace(MIXTURE, swapped=share), seed=3)[1][0] for share in (0.0, 1.0))
    assert not torch.equal(plain[1], swapped[1])
    inputs, wanted = swapped
    # Colours that are strong in the target are strong in its degraded picture.
    agreement = torch.corrcoef(torch.stack([inputs.mean((2, 3)).flatten(), wanted.mean((2, 3)).flatten()]))[0, 1]
    assert agreement > 0.5
