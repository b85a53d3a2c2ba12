import shutil
from dataclasses import replace

import pytest

from ppcn.evaluation.enhancement import score_model
from ppcn.evaluation.reproduce import methods
from ppcn.evaluation.reproduce.parts.enhancement import table3


@pytest.fixture
def networks(monkeypatch):
    """Every network of ours brightens."""
    monkeypatch.setattr(methods, "load_model", lambda _name: lambda image: image**0.8)


def test_groups_of_pairs(inputs, cells, data):
    table = cells(table3(inputs))
    scores = score_model(lambda image: image, "untouched", data / "dped400")
    row = table["untouched"]
    assert row["All pairs PSNR"].ours == scores.means["psnr"]
    assert row["Distinct pairs MS-SSIM"].ours == scores.more["ms_ssim_distinct"]
    assert row["Pairs of known scenes PSNR"].ours not in (scores.means["psnr"], scores.more["psnr_distinct"])
    assert table["one gamma"]["Distinct pairs PSNR"].ours > row["Distinct pairs PSNR"].ours
    for name in ("3x4 matrix, fitted", "cubic polynomial, fitted"):
        assert "known scenes only" in table[name]["All pairs PSNR"].missing
        assert table[name]["Pairs of known scenes PSNR"].ours > row["Pairs of known scenes PSNR"].ours
    student = table["Student"]
    assert student["All pairs PSNR"].published == 22.54
    assert student["Distinct pairs PSNR"].published is None
    assert "--reference" in student["All pairs PSNR"].missing
    both = [table[f"Student with L1 and VGG losses ({track})"] for track in ("track A", "tracks B, C")]
    assert [row["All pairs PSNR"].published for row in both] == [22.37, 22.37]


@pytest.mark.usefixtures("networks")
def test_a_network_that_knows_the_pairs_shows_its_cross_validated_figures(inputs, cells, card, data, elsewhere):
    known = [data / "dped400/canon/a.png"]
    validated = {"cross_validated": {"n": 4, "psnr": 22.5, "ms_ssim": 0.92, "psnr_colour_fit": 28.9}}
    cards = [
        card("open", [elsewhere], figures=validated),
        card("dped", known, figures=validated),
        card("silent", known),
        card("enlarger", [elsewhere], task="super-resolution"),
    ]
    table = cells(table3(replace(inputs, cards=cards)))
    assert all(cell.ours and not cell.note for title, cell in table["open"].items() if "airs" in title)
    assert table["open"]["Pairs of known scenes PSNR"].ours != 22.5
    dped = table["dped"]
    assert "dped was trained on 1 of the 12 pictures of all pairs" in dped["All pairs PSNR"].missing
    assert dped["Distinct pairs PSNR"].missing
    assert dped["Pairs of known scenes PSNR"].ours == 22.5
    assert "each of 4 pairs by the network that never saw its scene" in dped["Pairs of known scenes PSNR"].note
    assert all(cell.missing for cell in table["silent"].values())
    assert "enlarger" not in table


def test_pairs_without_scenes_or_without_a_partner(inputs, cells, data):
    (data / "dped400/scenes.json").unlink()
    table = cells(table3(inputs))
    assert table["untouched"]["All pairs PSNR"].ours
    assert "scenes.json" in table["3x4 matrix, fitted"]["Pairs of known scenes PSNR"].missing
    (data / "dped400/canon/a.png").unlink()
    table = cells(table3(inputs))
    assert "a.png has no partner" in table["untouched"]["All pairs PSNR"].missing
    shutil.rmtree(data / "dped400")
    assert "is no folder of pairs" in cells(table3(inputs))["untouched"]["All pairs PSNR"].missing


def test_the_folder_may_be_the_pairs_own(inputs, cells, data):
    table = cells(table3(replace(inputs, data=data / "dped400")))
    assert table["untouched"]["Pairs of known scenes PSNR"].ours


def test_another_number_of_pairs_is_noted(inputs, cells, monkeypatch):
    plain = methods.plain("any", lambda image: image)
    monkeypatch.setattr(methods, "released", lambda _inputs, _name, **_: plain)
    cell = cells(table3(inputs))["Teacher"]["All pairs PSNR"]
    assert cell.note.startswith("Of 6, where the whole set has 400")
