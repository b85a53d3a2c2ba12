"""Figures of pictures and of networks."""

import base64
import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from ppcn.evaluation.reproduce import contenders, diagrams, enhanced, enlarged
from ppcn.evaluation.reproduce.diagrams import draw
from ppcn.evaluation.reproduce.gallery import CROP, WIDEST, Region, encoded
from ppcn.evaluation.reproduce.schematic import Schematic, Skip
from ppcn.evaluation.super_resolution import score_super_resolution


def decoded(uri):
    return Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))


def test_pictures_hold_the_whole_and_the_region():
    picture = np.random.default_rng(0).integers(0, 256, (40, 60, 3)).astype(np.float32) / np.float32(255)
    uris = encoded(picture, Region(0.5, 0.25, 0.25, 0.5), lossless=True)
    assert np.array_equal(np.asarray(decoded(uris["whole"])), np.rint(picture * 255).astype(np.uint8))
    crop = np.asarray(decoded(uris["crop"]))
    assert crop.shape == (20 * CROP // 15, CROP, 3)
    assert np.array_equal(crop[:: CROP // 15, :: CROP // 15], np.rint(picture[10:30, 30:45] * 255).astype(np.uint8))
    wide = encoded(np.zeros((10, 2 * WIDEST, 3), np.float32), Region(0, 0, 1, 1))
    assert decoded(wide["whole"]).size == (WIDEST, 5)


def test_enhanced_photos(inputs, card, data, elsewhere, monkeypatch):
    monkeypatch.setattr(contenders, "load_model", lambda _name: lambda image: image**0.5)
    cards = [card("fair", [elsewhere]), card("dped", [data / "dped400/canon/a.png"]), card("unknown", [])]
    figure = enhanced.figure7(replace(inputs, cards=cards))
    shown = {picture.label: picture for picture in figure.shown}
    assert list(shown) == ["iPhone", "DPED", "Teacher", "Student", "fair", "dped", "unknown"]
    before, after = (np.asarray(decoded(shown[name].whole)).mean() for name in ("iPhone", "fair"))
    assert after > before + 20
    assert "--reference" in (shown["Teacher"].missing or "")
    assert (shown["fair"].note, shown["iPhone"].note) == (None, None)
    assert "patches of DPED's test photographs" in (shown["dped"].note or "")
    assert "Nothing tells" in (shown["unknown"].missing or "")
    assert (figure.computed, figure.size) == (3, 7)
    assert "- dped: It was trained on patches" in figure.markdown()
    assert "data:" not in str(figure.as_dict())


def test_absent_pictures_are_sentences(inputs):
    for figure, words in (
        (enhanced.figure8(inputs), "has no iphone_8.jpg"),
        (enlarged.figure5(inputs), "has no folder Urban100"),
        (enlarged.figure6(inputs), "has no img_063"),
        (enhanced.figure1(replace(inputs, data=None)), "--data"),
    ):
        assert figure.computed == 0
        assert words in (figure.shown[0].missing or "")


def test_enlarged_pictures_carry_their_figures(inputs, data):
    (data / "sr_test/Set5/baby.png").rename(data / "sr_test/B100/img_063.png")
    (data / "sr_test/B100/imgx4.png").unlink()
    figure = enlarged.figure6(inputs)
    shown = {picture.label: picture for picture in figure.shown}
    assert decoded(shown["HR"].whole).size == decoded(shown["Bicubic"].whole).size == (48, 40)
    expected = score_super_resolution(None, "bicubic", data / "sr_test/B100")
    psnr, ssim = shown["Bicubic"].cells
    assert (psnr.ours, psnr.published) == (pytest.approx(expected.psnr, abs=1e-3), 27.31)
    assert ssim.ours == pytest.approx(expected.ssim, abs=1e-4)
    assert [cell.published for cell in shown["FSRCNN"].cells] == [31.38, 0.9322]
    assert "PSNR – (31.38)" in figure.markdown()


def networks(figure: diagrams.Diagram) -> list[Schematic]:
    found = [network for network in figure.networks if isinstance(network, Schematic)]
    assert len(found) == len(figure.networks)
    return found


def test_networks_are_drawn_from_their_modules(inputs):
    teacher, student = networks(diagrams.figure3(inputs))
    assert [layer.title for layer in student.layers] == [
        *("image", "1×7", "7×1", "1×7, dilation 2", "7×1, dilation 2", "3×3")
    ]
    assert student.layers[0].steps == ["− mean", "× 1.2", "+ mean"]
    assert student.layers[4].steps == ["IN", "LReLU", "+"]
    assert student.layers[5] == ("3×3", "8 → 3", ["tanh", "× 0.58", "+ 0.5"])
    assert student.skips == [Skip(2, 4, "+")]
    assert teacher.skips == [Skip(2, 4, "+"), Skip(4, 6, "+"), Skip(4, 6, "concat")]
    assert (student.parameters, teacher.parameters) == (2_715, 21_843)
    (network,) = networks(diagrams.figure2(inputs))
    assert network.parameters == 236_560
    assert len(network.skips) == 7  # four residual modules, two blocks, the whole
    assert "shuffle" in network.layers[-1].steps
    (discriminator,) = networks(diagrams.figure4(inputs))
    assert [layer.channels for layer in discriminator.layers[-2:]] == ["12544 → 1024", "1024 → 1"]


def test_drawings_hold_all_they_draw(inputs):
    for figure in (diagrams.figure2(inputs), diagrams.figure3(inputs), diagrams.figure4(inputs)):
        for drawing in map(draw, networks(figure)):
            assert drawing.boxes[-1] + drawing.box < drawing.width
            for arc in drawing.arcs:
                assert 0 < arc.x1 < arc.x2 < drawing.width
                assert arc.height < drawing.top


def test_without_torch_a_sentence_says_so(inputs, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ppcn.evaluation.reproduce.schematic", None)
    figure = diagrams.figure4(inputs)
    assert figure.computed == 0
    assert "To draw the discriminator" in figure.missing[0]
    assert "To draw the discriminator" in figure.markdown()
