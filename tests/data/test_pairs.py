import errno
import os
from functools import partial

import numpy as np
import pytest
from PIL import Image

from ppcn.data.pairs import PHONES, TRAINING, check_pairs, dped_folder, find_pairs, match
from ppcn.errors import DataError

find_training_pairs = partial(find_pairs, part=TRAINING)


def touch(folder, *names):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).touch()  # nobody looks inside
    return folder


def published(root, *phones):
    """DPED as published: for each phone its training patches and its test patches."""
    for phone in phones:
        for side in (phone, "canon"):
            touch(root / phone / "training_data" / side, "0.jpg", "1.jpg", "10.jpg")
            touch(root / phone / "test_data" / "patches" / side, "0.jpg", "7.jpg")
        touch(root / phone / "test_data" / "full_size_test_images", "1.jpg")
    return root


def names(pairs):
    return [tuple(path.name for path in pair) for pair in pairs]


def sides(pairs):
    return {tuple(path.parent for path in pair) for pair in pairs}


@pytest.mark.parametrize("layout", [*((phone, "canon") for phone in PHONES), ("input", "target")])
@pytest.mark.parametrize("find", [find_pairs, find_training_pairs])
def test_folders_of_pairs(tmp_path, layout, find):
    left, right = (touch(tmp_path / side, "b.jpg", "a.jpg", "c.png") for side in layout)
    pairs = find(tmp_path)
    assert names(pairs) == [("a.jpg", "a.jpg"), ("b.jpg", "b.jpg"), ("c.png", "c.png")]
    assert sides(pairs) == {(left, right)}
    assert dped_folder(tmp_path, "iphone") is None


@pytest.mark.parametrize("phone", PHONES)
def test_dped_as_published_has_training_and_test_patches(tmp_path, phone):
    root = published(tmp_path / "dped", *PHONES)
    training, test = root / phone / "training_data", root / phone / "test_data" / "patches"
    for folder in (root, root / phone):  # DPED's own folder, and that of the phone
        assert dped_folder(folder, phone) == root / phone
        assert sides(find_training_pairs(folder, phone)) == {(training / phone, training / "canon")}
        assert names(find_training_pairs(folder, phone)) == [(name, name) for name in ("0.jpg", "1.jpg", "10.jpg")]
        assert sides(find_pairs(folder, phone)) == {(test / phone, test / "canon")}
        assert names(find_pairs(folder, phone)) == [("0.jpg", "0.jpg"), ("7.jpg", "7.jpg")]


def test_the_folder_of_a_phone_needs_no_name(tmp_path):
    root = published(tmp_path / "dped", "sony")
    training = root / "sony" / "training_data"
    assert sides(find_training_pairs(root / "sony")) == {(training / "sony", training / "canon")}


def test_a_phone_that_dped_lacks_is_named(tmp_path):
    root = published(tmp_path / "dped", "iphone", "sony")
    for find in (find_pairs, find_training_pairs):
        with pytest.raises(DataError, match=r"dped lacks blackberry: of DPED's phones it has iphone and sony\."):
            find(root, "blackberry")


def test_half_of_dped_is_enough_for_what_it_has(tmp_path):
    for side in ("iphone", "canon"):
        touch(tmp_path / "train" / "iphone" / "training_data" / side, "1.jpg")
        touch(tmp_path / "test" / "iphone" / "test_data" / "patches" / side, "1.jpg")
    assert len(find_training_pairs(tmp_path / "train")) == len(find_pairs(tmp_path / "test")) == 1
    with pytest.raises(DataError, match=r"test_data/patches is no folder of pairs: it needs .* iphone and canon"):
        find_pairs(tmp_path / "train")
    with pytest.raises(DataError, match=r"iphone/training_data is no folder of pairs"):
        find_training_pairs(tmp_path / "test")


def test_of_several_phones_the_one_asked_for_is_taken(tmp_path):
    for side in (*PHONES, "canon"):
        touch(tmp_path / side, "1.jpg")
    for phone in PHONES:
        for find in (find_pairs, find_training_pairs):
            assert sides(find(tmp_path, phone)) == {(tmp_path / phone, tmp_path / "canon")}


@pytest.mark.parametrize("present", [(), ("iphone",), ("canon",), ("input", "canon"), ("sony", "target")])
def test_other_folders_are_refused(tmp_path, present):
    for side in present:
        touch(tmp_path / side, "1.jpg")
    with pytest.raises(DataError, match="is no folder of pairs: it needs the folders iphone and canon, or input and"):
        find_training_pairs(tmp_path)


def test_hidden_files_are_not_meant(tmp_path):
    touch(tmp_path / "input", "a.jpg", ".DS_Store", "._a.jpg", ".a.png")
    touch(tmp_path / "target", "a.jpg", "._b.jpg")
    assert names(find_pairs(tmp_path)) == [("a.jpg", "a.jpg")]


def test_types_may_differ(tmp_path):
    left = touch(tmp_path / "outputs", "a.b.png", "c.PNG")
    right = touch(tmp_path / "canon", "a.b.jpg", "c.jpg")
    assert names(match(left, right)) == [("a.b.png", "a.b.jpg"), ("c.PNG", "c.jpg")]


@pytest.mark.parametrize("side", ["iphone", "canon"])
def test_a_file_without_a_partner_is_named(tmp_path, side):
    for folder in ("iphone", "canon"):
        touch(tmp_path / folder, *(f"{k}.jpg" for k in range(4)))
    other = "canon" if side == "iphone" else "iphone"
    (tmp_path / other / "2.jpg").unlink()
    message = rf"{side}/2\.jpg has no partner in .*{other}: both folders need the same names\."
    with pytest.raises(DataError, match=message):
        find_pairs(tmp_path)
    (tmp_path / other / "3.jpg").unlink()
    with pytest.raises(DataError, match=rf"{side}/2\.jpg has no partner in .*{other}, nor have 1 more: both"):
        find_pairs(tmp_path)


def test_two_files_of_one_name_are_refused(tmp_path):
    touch(tmp_path / "input", "a.jpg", "a.png")
    touch(tmp_path / "target", "a.jpg")
    with pytest.raises(DataError, match=r"input/a\.jpg and a\.png have the same name: keep one of them\."):
        find_pairs(tmp_path)


def test_empty_and_missing_folders_are_named(tmp_path):
    with pytest.raises(DataError, match=r"There is no folder .*nowhere\."):
        match(tmp_path / "nowhere", touch(tmp_path / "canon"))
    with pytest.raises(DataError, match=r"There is no folder .*nowhere\."):
        match(tmp_path / "canon", tmp_path / "nowhere")
    with pytest.raises(DataError, match=r"iphone holds no pictures\."):
        match(touch(tmp_path / "iphone"), tmp_path / "canon")


def test_a_folder_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    def refuse(_):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "listdir", refuse)  # root may read everything
    with pytest.raises(DataError, match=r"input cannot be read: permission denied\."):
        match(touch(tmp_path / "input", "a.jpg"), touch(tmp_path / "target", "a.jpg"))


# What the files hold.


def save(path, width, height, **settings):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.zeros((height, width, 3), np.uint8)).save(path, **settings)


@pytest.fixture
def good(tmp_path, make_pairs):
    folder = make_pairs(tmp_path, [f"{k}.png" for k in range(5)])
    return find_pairs(folder)


def test_good_pairs_pass(good):
    check_pairs(good, 20)
    check_pairs([], 20)


def test_too_small_pictures_are_named(good):
    with pytest.raises(DataError, match=r"iphone/0\.png is 24x20 pixels.* smaller than the patches of 21"):
        check_pairs(good, 21)


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("content", [b"", b"text", b"\x89PNG\r\n\x1a\n", b"P6 123456789012345 1 255 "])
def test_what_is_no_picture_is_named(good, side, content):
    good[3][side].write_bytes(content)
    with pytest.raises(DataError) as caught:
        check_pairs(good, 20)
    assert str(caught.value).startswith(f"{good[3][side]} cannot be read as a picture")
    assert str(caught.value).count(str(good[3][side])) == 1
    assert str(caught.value).endswith(".")


def test_a_missing_file_a_folder_and_a_bomb_are_named(good):
    good[1][0].unlink()
    with pytest.raises(DataError, match=r"iphone/1\.png cannot be read as a picture: no such file or directory\."):
        check_pairs(good, 20)
    good[1][0].mkdir()
    with pytest.raises(DataError, match=r"iphone/1\.png cannot be read as a picture"):
        check_pairs(good, 20)
    good[1][0].rmdir()
    good[1][0].write_bytes(b"P6 99999 99999 255 ")
    with pytest.raises(DataError, match=r"iphone/1\.png cannot be read as a picture"):
        check_pairs(good, 20)


def test_unequal_sizes_are_named(good):
    save(good[2][1], 24, 21)
    with pytest.raises(DataError, match=r"iphone/2\.png is 24x20 pixels, but .*canon/2\.png is 24x21"):
        check_pairs(good, 20)


def test_the_first_of_several_is_named_and_the_others_counted(good):
    good[4][0].write_text("text")
    save(good[1][1], 8, 8)
    with pytest.raises(
        DataError, match=r"iphone/1\.png is 24x20 pixels, but .*/1\.png is 8x8, and 1 more cannot be used\.$"
    ):
        check_pairs(good, 20)
    good[0][1].write_text("text")
    with pytest.raises(DataError, match=r"canon/0\.png cannot be read as a picture"):
        check_pairs(good, 20)


def test_the_headers_are_enough(good):
    """Damage behind the header is found when the picture is read: looking for it would take hours."""
    for pair in good:
        for path in pair:
            path.write_bytes(path.read_bytes()[:-40])
    check_pairs(good, 20)


def test_the_public_pairs(shared):
    pairs = find_pairs(shared / "data" / "dped400")
    assert len(pairs) == 400
    assert all(phone.name == camera.name for phone, camera in pairs)
    check_pairs(pairs, 100)
    with pytest.raises(DataError, match="smaller than the patches of 101"):
        check_pairs(pairs, 101)
