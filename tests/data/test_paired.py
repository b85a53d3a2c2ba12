import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ppcn.data import paired
from ppcn.data.paired import PairedPatches, PairSource, pairs_of_folds, read_pair, recoloured, split
from ppcn.data.pairs import find_pairs
from ppcn.errors import DataError, RecipeError
from ppcn.files import sha256

SECTION = PairSource(batch=6, patch=16, held_back=0)
PLAIN = replace(SECTION, flips=False)
NAMES = [f"{k}.png" for k in range(9)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, make_pairs):
    """Nine pairs of 24x20 pixels; the camera's pictures are negatives of the phone's."""
    return make_pairs(tmp_path_factory.mktemp("pairs"), NAMES)


@pytest.fixture
def pairs(folder):
    return find_pairs(folder)


def same(one, other):
    return all(
        torch.equal(a.inputs, b.inputs) and torch.equal(a.targets, b.targets) and a.corner == b.corner
        for a, b in zip(one, other, strict=True)
    )


def group_of(data, step):
    (group,) = data[step]
    return group


# What a recipe may say.


@pytest.mark.parametrize(
    "wrong",
    [
        {"batch": 0},
        {"patch": 10},
        {"held_back": -1},
        {"fold": -2},
        {"colour": -0.1},
        {"colour": 1.1},
        {"colour": float("nan")},
        {"mix": -0.1},
        {"mix": 2.0},
    ],
)
def test_what_cannot_be_drawn_is_refused(wrong):
    with pytest.raises(RecipeError, match=r"pairs need a batch of 1 or more, patches of 11 or more, colour and mix"):
        PairSource(**wrong)


def test_limits_are_allowed():
    PairSource(batch=1, patch=11, held_back=0, fold=0, colour=1.0, mix=1.0)


# Which pairs are trained on.


def test_pairs_are_held_back_once_and_for_all(folder, pairs):
    training, held_back = split(folder, replace(SECTION, held_back=4))
    assert len(held_back) == 4
    assert sorted(training + held_back) == pairs
    assert training == sorted(training)
    assert (training, held_back) == split(folder, replace(SECTION, held_back=4, batch=2, patch=20))
    assert set(split(folder, replace(SECTION, held_back=2))[1]) < set(held_back)
    assert split(folder, SECTION) == (pairs, [])


@pytest.mark.parametrize("held_back", [9, 100])
def test_something_is_left_to_train_on(folder, held_back):
    message = rf"has 9 pairs, and {held_back} are to be held back: give fewer with --set pairs\.held_back=N\."
    with pytest.raises(DataError, match=message):
        split(folder, replace(SECTION, held_back=held_back))


def test_every_file_is_checked_first(tmp_path, make_pairs):
    folder = make_pairs(tmp_path, NAMES)
    with pytest.raises(DataError, match=r"0\.png is 24x20 pixels.* smaller than the patches of 21"):
        split(folder, replace(SECTION, patch=21))
    (folder / "canon" / "5.png").write_text("text")
    with pytest.raises(DataError, match=r"canon/5\.png cannot be read"):
        split(folder, SECTION)
    (folder / "canon" / "5.png").unlink()
    with pytest.raises(DataError, match=r"iphone/5\.png has no partner"):
        split(folder, SECTION)
    with pytest.raises(DataError, match="is no folder of pairs"):
        split(tmp_path / "nowhere", SECTION)


def scenes_of(folds, identical=()):
    return {
        name: {"scene": k, "fold": fold, "correlation": 0.9, "identical": k in identical}
        for k, (name, fold) in enumerate(zip(NAMES, folds, strict=True))
    }


@pytest.fixture
def with_scenes(tmp_path, make_pairs):
    """Folds 0 (two pairs and an identical one), 2 (two pairs), 3 (one pair); three have none, one is identical."""
    folds = (2, 0, None, 0, 2, None, 3, 0, None)
    return make_pairs(tmp_path, NAMES, scenes=scenes_of(folds, identical=(7, 8)))


def numbers(pairs):
    return [int(phone.stem) for phone, _ in pairs]


@pytest.mark.parametrize(("fold", "training", "held_back"), [(0, [0, 4, 6], [1, 3]), (2, [1, 3, 6], [0, 4])])
def test_a_fold_is_left_out_and_what_has_none_with_it(with_scenes, fold, training, held_back):
    chosen = split(with_scenes, replace(SECTION, fold=fold, held_back=100))
    assert tuple(map(numbers, chosen)) == (training, held_back)


def test_pairs_of_folds(with_scenes):
    assert {fold: numbers(pairs) for fold, pairs in pairs_of_folds(with_scenes).items()} == {
        0: [1, 3],
        2: [0, 4],
        3: [6],
    }


def test_without_a_fold_all_distinct_pairs_are_trained_on(with_scenes):
    training, held_back = split(with_scenes, replace(SECTION, held_back=100))
    assert (numbers(training), held_back) == ([0, 1, 2, 3, 4, 5, 6], [])


def test_pairs_that_scenes_does_not_name_are_in_no_fold(tmp_path, make_pairs):
    folder = make_pairs(tmp_path, NAMES, scenes={"1.png": {"fold": 0, "identical": False}})
    assert len(split(folder, SECTION)[0]) == 9
    assert tuple(map(numbers, split(folder, replace(SECTION, fold=0)))) == ([], [1])


def test_a_fold_that_does_not_exist_is_named(with_scenes):
    with pytest.raises(DataError, match=r"scenes\.json has no fold 1; there are 0, 2, 3\."):
        split(with_scenes, replace(SECTION, fold=1))


def test_without_scenes_there_are_no_folds(folder):
    with pytest.raises(DataError, match=r"has no scenes\.json that gives its pairs folds"):
        split(folder, replace(SECTION, fold=0))
    with pytest.raises(DataError, match=r"has no scenes\.json that gives its pairs folds"):
        pairs_of_folds(folder)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "3",
        '{"0.png": {}}',
        '{"0.png": {"fold": 0}}',
        '{"0.png": 3}',
        '{"0.png": {"fold": "0", "identical": false}}',
        '{"0.png": {"fold": 0.5, "identical": false}}',
    ],
)
def test_malformed_scenes_are_named(with_scenes, text):
    (with_scenes / "scenes.json").write_text(text)
    for use in (lambda: split(with_scenes, SECTION), lambda: pairs_of_folds(with_scenes)):
        with pytest.raises(DataError, match=r"scenes\.json cannot be read.*: it should be like \{\"1\.jpg\": "):
            use()


def test_scenes_that_are_no_text_are_named(with_scenes):
    (with_scenes / "scenes.json").write_bytes(b"\xff\xfe\xfd")
    with pytest.raises(DataError, match=r"scenes\.json cannot be read"):
        split(with_scenes, SECTION)


def test_dped_as_published_is_trained_on_its_training_patches(tmp_path, make_pairs):
    for phone in ("iphone", "sony"):
        make_pairs(tmp_path / phone / "training_data", NAMES, sides=(phone, "canon"))
        make_pairs(tmp_path / phone / "test_data" / "patches", ["t.png"], sides=(phone, "canon"))
    for chosen in (PairSource(patch=16, held_back=2), PairSource(patch=16, held_back=2, phone="sony")):
        training, held_back = split(tmp_path, chosen)
        assert (len(training), len(held_back)) == (7, 2)
        parents = {path.parent for pair in training + held_back for path in pair}
        assert parents == {tmp_path / chosen.phone / "training_data" / side for side in (chosen.phone, "canon")}
        assert split(tmp_path / chosen.phone, chosen) == (training, held_back)
    with pytest.raises(DataError, match="lacks blackberry"):
        split(tmp_path, PairSource(phone="blackberry"))


def test_scenes_of_the_test_patches_say_nothing_of_dpeds_training_patches(tmp_path, make_pairs):
    make_pairs(tmp_path / "iphone" / "training_data", NAMES)
    (tmp_path / "scenes.json").write_text(json.dumps({NAMES[0]: {"fold": 0, "identical": True}}))
    training, held_back = split(tmp_path, PairSource(patch=16, held_back=2))
    assert len(training) + len(held_back) == len(NAMES)
    for folds in (lambda: split(tmp_path, PairSource(patch=16, fold=0)), lambda: pairs_of_folds(tmp_path)):
        with pytest.raises(DataError, match="gives its pairs folds"):
            folds()


# What steps see.


def test_a_step_is_a_function_of_seed_and_number(pairs):
    section = replace(SECTION, colour=0.5, mix=0.5)
    data = PairedPatches(pairs, section, seed=3)
    step = data[7]
    group = group_of(data, 7)
    assert group.inputs.shape == group.targets.shape == (6, 3, 16, 16)
    assert group.inputs.dtype == group.targets.dtype == torch.float32
    assert group.corner == (0, 0)
    assert same(step, data[7])
    assert same(step, PairedPatches(pairs, section, seed=3)[7])
    assert not same(step, data[8])
    assert not same(step, PairedPatches(pairs, section, seed=4)[7])


@pytest.mark.parametrize("processes", [2, 3])
@pytest.mark.parametrize("batch", [6, 12])  # fewer than there are pairs, and more
def test_shares_make_up_what_one_process_makes(pairs, processes, batch):
    section = replace(SECTION, batch=batch, colour=0.5, mix=0.5)
    alone = PairedPatches(pairs, section, seed=1)
    parts = [PairedPatches(pairs, section, 1, (rank, processes)) for rank in range(processes)]
    for step in (0, 1, 2, 50):
        groups = [group_of(part, step) for part in parts]
        assert {len(group.inputs) for group in groups} == {batch // processes}
        assert torch.equal(torch.cat([group.inputs for group in groups]), group_of(alone, step).inputs)
        assert torch.equal(torch.cat([group.targets for group in groups]), group_of(alone, step).targets)


def test_unequal_shares_and_no_pairs_are_refused(pairs):
    with pytest.raises(RecipeError, match=r"A batch of 6 pairs cannot be shared equally among 4 processes"):
        PairedPatches(pairs, SECTION, 0, (0, 4))
    with pytest.raises(DataError, match="There are no pairs to train on"):
        PairedPatches([], SECTION, 0)


def test_sets_too_large_for_memory_are_read_on_the_fly(pairs, monkeypatch):
    section = replace(SECTION, colour=0.5, mix=0.5)
    size = len(pairs) * 2 * 24 * 20 * 3
    monkeypatch.setattr(paired, "IN_MEMORY", size)
    kept = PairedPatches(pairs, section, seed=3)
    monkeypatch.setattr(paired, "IN_MEMORY", size - 1)
    fly = PairedPatches(pairs, section, seed=3)
    assert all(same(kept[step], fly[step]) for step in range(4))

    with monkeypatch.context() as patch:
        patch.setattr(paired, "_read", None)
        assert kept[5]
        with pytest.raises(TypeError):
            fly[5]


def test_memory_is_bounded_where_the_first_picture_is_the_smallest(tmp_path, make_pairs, monkeypatch):
    make_pairs(tmp_path, ["a.png"], size=(16, 16))
    make_pairs(tmp_path, ["b.png", "c.png", "d.png"], size=(160, 160))
    pairs = find_pairs(tmp_path)
    all_at_once = PairedPatches(pairs, SECTION, 0)[0]
    read = []
    monkeypatch.setattr(paired, "IN_MEMORY", 4 * 2 * 16 * 16 * 3)
    monkeypatch.setattr(paired, "_read", lambda pair, real=paired._read: read.append(pair) or real(pair))
    data = PairedPatches(pairs, SECTION, 0)
    assert len(read) < len(pairs)
    assert same(all_at_once, data[0])
    assert len(read) > SECTION.batch


def test_damage_behind_the_header_is_named_when_it_is_read(tmp_path, make_pairs, monkeypatch):
    pairs = find_pairs(make_pairs(tmp_path, NAMES))
    monkeypatch.setattr(paired, "IN_MEMORY", 0)
    data = PairedPatches(pairs, replace(SECTION, batch=9), 0)
    path = pairs[4][1]
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(DataError, match=r"canon/4\.png cannot be read"):
        data[0]
    with pytest.raises(DataError, match=r"canon/4\.png cannot be read"):
        read_pair(pairs[4])


def test_no_pair_comes_twice_where_there_are_enough(pairs):
    data = PairedPatches(pairs, replace(PLAIN, batch=9, patch=20), 0)
    for step in range(3):
        inputs = group_of(data, step).inputs.numpy()
        # The whole height is seen: each pair's first column that is cut has a place in one picture only.
        found = [next(k for k, pair in enumerate(pairs) if places(read_pair(pair)[0], one)) for one in inputs]
        assert sorted(found) == list(range(9))


def places(picture, patch):
    """Where ``patch`` (CxHxW) lies in ``picture`` (HxWxC)."""
    cut = np.moveaxis(patch, 0, -1)
    height, width = cut.shape[:2]
    return [
        (y, x)
        for y in range(picture.shape[0] - height + 1)
        for x in range(picture.shape[1] - width + 1)
        if np.array_equal(picture[y : y + height, x : x + width], cut)
    ]


def test_patches_are_cut_from_one_place_of_both_sides_and_from_everywhere(pairs):
    data = PairedPatches(pairs[:1], replace(PLAIN, batch=50), 0)
    phone, camera = read_pair(pairs[0])
    seen = set()
    for step in range(8):
        group = group_of(data, step)
        for one, other in zip(group.inputs.numpy(), group.targets.numpy(), strict=True):
            (place,) = places(phone, one)
            assert places(camera, other) == [place]
            seen.add(place)
    assert seen == {(y, x) for y in range(5) for x in range(9)}


def orientations(picture):
    return [
        turned[:, ::-1] if mirrored else turned
        for turned in (np.rot90(picture, k) for k in range(4))
        for mirrored in (0, 1)
    ]


def test_all_eight_orientations_are_reached_and_are_the_same_on_both_sides(tmp_path, make_pairs):
    pairs = find_pairs(make_pairs(tmp_path, ["0.png"], size=(16, 16)))
    phone, camera = map(orientations, read_pair(pairs[0]))
    group = group_of(PairedPatches(pairs, replace(SECTION, batch=800), 0), 0)
    counts = [0] * 8
    for one, other in zip(group.inputs.numpy(), group.targets.numpy(), strict=True):
        (k,) = (k for k in range(8) if np.array_equal(phone[k].transpose(2, 0, 1), one))
        np.testing.assert_array_equal(camera[k].transpose(2, 0, 1), other)
        counts[k] += 1
    assert 60 < min(counts) <= max(counts) < 140  # of 800: 100 each, give or take four deviations


def test_nothing_is_turned_unless_asked(tmp_path, make_pairs):
    pairs = find_pairs(make_pairs(tmp_path, NAMES, size=(16, 16)))
    whole = np.stack([read_pair(pair)[0].transpose(2, 0, 1) for pair in pairs])
    inputs = group_of(PairedPatches(pairs, replace(PLAIN, batch=9), 0), 0).inputs.numpy()
    np.testing.assert_array_equal(np.sort(inputs, 0), np.sort(whole, 0))


def test_pictures_of_other_modes_become_rgb(tmp_path, make_pairs):
    pairs = find_pairs(make_pairs(tmp_path, ["0.png"], size=(16, 16)))
    Image.new("L", (16, 16), 51).save(pairs[0][0])
    Image.new("RGBA", (16, 16), (255, 0, 102, 255)).save(pairs[0][1])
    group = group_of(PairedPatches(pairs, replace(SECTION, batch=1), 0), 0)
    assert group.inputs.unique().tolist() == pytest.approx([0.2])
    assert group.targets[0, :, 3, 3].tolist() == pytest.approx([1, 0, 0.4])


def test_values_are_those_of_8_bits(pairs):
    group = group_of(PairedPatches(pairs, SECTION, 0), 0)
    for side in (group.inputs, group.targets):
        np.testing.assert_allclose((side * 255).round() / 255, side, atol=1e-7)
    np.testing.assert_allclose(group.inputs + group.targets, np.ones((6, 3, 16, 16)), atol=1e-6)  # negatives


# What changes pictures: both sides alike.


def test_a_mix_is_a_blend_of_two_pairs_with_one_share(tmp_path, make_pairs):
    """Four pairs of one colour each: a blend of two is a point on the line between them, on both sides the same."""
    folder = make_pairs(tmp_path, [])
    levels = np.array([[0, 255], [60, 20], [130, 90], [250, 0]])
    for k, sides in enumerate(levels):
        for side, level in zip(("iphone", "canon"), sides, strict=True):
            Image.new("RGB", (16, 16), (int(level),) * 3).save(folder / side / f"{k}.png")
    data = PairedPatches(find_pairs(folder), replace(SECTION, batch=100, mix=1.0), 0)
    blends = 0
    group = group_of(data, 0)
    for one, other in zip(group.inputs, group.targets, strict=True):
        assert one.unique().numel() == other.unique().numel() == 1
        point = np.array([one[0, 0, 0], other[0, 0, 0]]) * 255
        assert any(on_line(point, start, end) for start in levels for end in levels)
        blends += bool(np.abs(point - levels).max(1).min() > 1)
    assert blends > 50  # a quarter meets itself
    assert 0 <= min(group.inputs.min(), group.targets.min()) <= max(group.inputs.max(), group.targets.max()) <= 1


def on_line(point, start, end):
    along = end - start
    share = np.clip((point - start) @ along / max(1, along @ along), 0, 1)
    return np.abs(start + share * along - point).max() < 1e-3


def test_a_share_of_the_pictures_is_mixed(pairs):
    plain = group_of(PairedPatches(pairs[:1], replace(PLAIN, batch=400, patch=20), 0), 0)
    mixed = group_of(PairedPatches(pairs[:1], replace(PLAIN, batch=400, patch=20, mix=0.3), 0), 0)
    changed = (plain.inputs != mixed.inputs).flatten(1).any(1)
    # One of the five places meets itself.
    assert 0.17 < changed.float().mean() < 0.32
    assert torch.equal(changed, (plain.targets != mixed.targets).flatten(1).any(1))


def test_colours_change_on_both_sides_alike(pairs):
    """What is changed is the place, picture by picture: gains and gamma come after it, from the same numbers."""
    plain, changed = (group_of(PairedPatches(pairs, replace(SECTION, colour=c), 0), 0) for c in (0.0, 1.0))
    for k in range(6):
        both = torch.stack([plain.inputs[k], plain.targets[k]]), torch.stack([changed.inputs[k], changed.targets[k]])
        before, after = (side.transpose(0, 1).flatten(1).double().numpy() for side in both)
        for x, y in zip(before, after, strict=True):
            fit = np.polyfit(np.log(x[x > 0]), np.log(y[x > 0]), 1)  # log y = gamma log x + log gain
            np.testing.assert_allclose(np.exp(fit[1]) * x ** fit[0], y, atol=1e-5)
    assert not torch.equal(plain.inputs, changed.inputs)
    assert 0 <= changed.inputs.min() < changed.inputs.max() <= 1
    assert 0 <= changed.targets.min() < changed.targets.max() <= 1


PHOTOS = st.integers(0, 2**32 - 1).map(
    lambda seed: tuple((np.random.default_rng((seed, k)).random((4, 5, 3)) ** 0.3).astype(np.float32) for k in (0, 1))
)


@given(PHOTOS, st.floats(0, 1), st.integers(0, 2**63))
def test_recoloured_pictures_stay_in_range_and_alike(pair, strength, seed):
    phone, camera = recoloured(pair, strength, np.random.default_rng(seed))
    for side in (phone, camera):
        assert side.dtype == np.float32
        assert 0 <= side.min() <= side.max() <= 1
    # The same numbers, applied to both pictures side by side, give the same.
    joined = np.concatenate(pair)
    wide, other = recoloured((joined, joined), strength, np.random.default_rng(seed))
    np.testing.assert_array_equal(wide, np.concatenate([phone, camera]))
    np.testing.assert_array_equal(wide, other)


def test_recoloured_black_stays_black_and_white_is_kept_in_range():
    black, white = np.zeros((2, 2, 3), np.float32), np.ones((2, 2, 3), np.float32)
    for seed in range(20):
        phone, camera = recoloured((black, white), 1.0, np.random.default_rng(seed))
        assert phone.max() == 0
        assert 0 < camera.min() <= camera.max() <= 1
        assert recoloured((black, black), 1.0, np.random.default_rng(seed))[0].max() == 0


def test_no_strength_changes_nothing():
    pair = (np.full((2, 2, 3), 0.3, np.float32), np.full((2, 2, 3), 0.9, np.float32))
    for before, after in zip(pair, recoloured(pair, 0.0, np.random.default_rng(0)), strict=True):
        np.testing.assert_array_equal(before, after)


# The public pairs.


@pytest.fixture(scope="module")
def dped400(shared):
    return shared / "data" / "dped400"


def test_five_folds_of_the_public_pairs_have_244(dped400):
    folds = pairs_of_folds(dped400)
    assert list(folds) == [0, 1, 2, 3, 4]
    assert sum(map(len, folds.values())) == 244
    for fold, ones in folds.items():
        training, held_back = split(dped400, PairSource(fold=fold))
        assert held_back == ones
        assert len(training) + len(held_back) == 244
        assert not set(training) & set(held_back)


def test_no_scene_is_in_two_folds(dped400):
    import json

    scenes = json.loads((dped400 / "scenes.json").read_text())
    fold_of = {}
    for entry in scenes.values():
        if entry["fold"] is not None:
            assert fold_of.setdefault(entry["scene"], entry["fold"]) == entry["fold"]


def test_the_refit_sees_the_396_distinct_public_pairs(dped400):
    training, held_back = split(dped400, PairSource())
    assert (len(training), held_back) == (396, [])
    assert not {103, 177, 221, 308} & set(numbers(training))
    assert all(sha256(phone) != sha256(camera) for phone, camera in training)
    group = group_of(PairedPatches(training, PairSource(), 0), 0)
    assert group.inputs.shape == (50, 3, 100, 100)
