import hashlib

import numpy as np
import pytest
from PIL import Image

from ppcn.errors import DataError
from ppcn.evaluation.super_resolution import score_super_resolution


@pytest.fixture
def folder(tmp_path):
    write(tmp_path / "a.png", 50, 62)
    return tmp_path


def write(path, height, width):
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)


def repeated(image):
    return image.repeat(4, 0).repeat(4, 1)


def test_the_small_picture_is_a_multiple_in_8_bits(folder):
    given = []
    shares = []

    def spy(image):
        given.append(image)
        return repeated(image)

    scores = score_super_resolution(spy, "spy", folder, progress=shares.append)
    assert given[0].shape == (12, 15, 3)
    assert given[0].dtype == np.float32
    np.testing.assert_allclose(given[0] * 255, np.round(given[0] * 255), atol=1e-4)
    assert list(scores.as_dict()) == ["model", "n", "psnr", "ssim"]
    assert shares == [1]


def test_border_is_left_out_and_output_rounded(folder):
    plain = score_super_resolution(repeated, "plain", folder)

    def spoiled(image):
        large = repeated(image) + 0.3 / 255
        large[:4] = large[-4:] = 0
        large[:, :4] = large[:, -4:] = 0
        return large

    assert score_super_resolution(spoiled, "plain", folder) == plain


def test_the_challenges_figures(folder):
    figures = score_super_resolution(None, "bicubic", folder, rgb=True).as_dict()
    assert list(figures) == ["model", "n", "psnr", "ms_ssim"]


def test_low_resolution_pictures_are_passed_by(folder):
    write(folder / "ax4.png", 12, 15)
    assert score_super_resolution(None, "bicubic", folder).n == 1
    (folder / "a.png").rename(folder / "a_LR.png")
    with pytest.raises(DataError, match=r"low-resolution pictures only, such as a_LR\.png"):
        score_super_resolution(None, "bicubic", folder)


def test_folders_that_cannot_be(tmp_path):
    with pytest.raises(DataError, match="holds no pictures"):
        score_super_resolution(None, "bicubic", tmp_path)
    with pytest.raises(DataError, match="There is no folder"):
        score_super_resolution(None, "bicubic", tmp_path / "none")
    write(tmp_path / "a.png", 9, 40)
    with pytest.raises(DataError, match="40x8 pixels, too small"):
        score_super_resolution(None, "bicubic", tmp_path)


def test_an_output_of_another_size_is_named(folder):
    with pytest.raises(DataError, match=r"What same makes of .*a\.png.* is 15x12 pixels, but 60x48 were wanted"):
        score_super_resolution(lambda image: image, "same", folder)


def test_pictures_seen_in_training_are_refused_or_marked(folder):
    seen = {hashlib.sha256((folder / "a.png").read_bytes()).hexdigest()}
    with pytest.raises(DataError, match="net was trained on 1"):
        score_super_resolution(repeated, "net", folder, trained_on=seen)
    forced = score_super_resolution(repeated, "net", folder, trained_on=seen, force=True)
    assert forced.as_dict()["n_trained_on"] == 1


@pytest.mark.parametrize(
    ("name", "published"),
    [("Set5", 28.42), ("Set14", 26.09), pytest.param("BSD100", 25.96, marks=pytest.mark.slow)],
)
def test_bicubic_lands_on_the_published_figures(shared, name, published):
    scores = score_super_resolution(None, "bicubic", shared / "data/sr_test" / name)
    assert scores.means["psnr"] == pytest.approx(published, abs=0.01)


@pytest.mark.parametrize(("name", "published"), [("Set5", 31.37), pytest.param("Set14", 28.11, marks=pytest.mark.slow)])
def test_the_released_network_lands_on_table_1(shared, tmp_path, name, published):
    from ppcn import load_model
    from ppcn.networks import NETWORKS
    from ppcn.networks.tensorflow import import_checkpoint
    from ppcn.networks.weights_file import save

    network, state = import_checkpoint(shared / "reference/super_resolution/generator_all.ckpt")
    model = NETWORKS[network]()
    model.load_state_dict(state)
    save(model, tmp_path / "x.safetensors")
    scores = score_super_resolution(load_model(tmp_path / "x.safetensors"), "released", shared / "data/sr_test" / name)
    assert scores.means["psnr"] == pytest.approx(published, abs=0.01)
