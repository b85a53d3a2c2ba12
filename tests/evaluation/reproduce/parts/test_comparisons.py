"""Figures of pictures."""

import base64
import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from ppcn.evaluation.reproduce import methods
from ppcn.evaluation.reproduce.parts import comparisons
from ppcn.evaluation.super_resolution import score_super_resolution


def decoded(uri):
    return Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))


def test_enhanced_photos(inputs, card, data, elsewhere, monkeypatch):
    monkeypatch.setattr(methods, "load_model", lambda _name: lambda image: image**0.5)
    cards = [card("fair", [elsewhere]), card("dped", [data / "dped400/canon/a.png"]), card("unknown", [])]
    figure = comparisons.figure7(replace(inputs, cards=cards))
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
        (comparisons.figure8(inputs), "has no iphone_8.jpg"),
        (comparisons.figure5(inputs), "has no folder Urban100"),
        (comparisons.figure6(inputs), "has no img_063"),
        (comparisons.figure1(replace(inputs, data=None)), "--data"),
    ):
        assert figure.computed == 0
        assert words in (figure.shown[0].missing or "")


def test_enlarged_pictures_carry_their_figures(inputs, data):
    (data / "sr_test/Set5/baby.png").rename(data / "sr_test/B100/img_063.png")
    (data / "sr_test/B100/imgx4.png").unlink()
    figure = comparisons.figure6(inputs)
    shown = {picture.label: picture for picture in figure.shown}
    assert decoded(shown["HR"].whole).size == decoded(shown["Bicubic"].whole).size == (48, 40)
    expected = score_super_resolution(None, "bicubic", data / "sr_test/B100")
    psnr, ssim = shown["Bicubic"].cells
    assert (psnr.ours, psnr.published) == (pytest.approx(expected.means["psnr"], abs=1e-3), 27.31)
    assert ssim.ours == pytest.approx(expected.means["ssim"], abs=1e-4)
    assert [cell.published for cell in shown["FSRCNN"].cells] == [31.38, 0.9322]
    assert "PSNR – (31.38)" in figure.markdown()
