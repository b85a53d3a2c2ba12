from dataclasses import replace

import numpy as np
import pytest

from ppcn.evaluation.reproduce import methods
from ppcn.evaluation.reproduce.parts.super_resolution import table1
from ppcn.evaluation.super_resolution import score_super_resolution


def repeated(image):
    return image.repeat(4, 0).repeat(4, 1)


@pytest.fixture
def networks(monkeypatch):
    """Loaded networks are counted, and enlarge by repeating pixels."""
    loaded = []
    monkeypatch.setattr(methods, "load_model", lambda name: loaded.append(name) or repeated)
    return loaded


def test_each_cell_is_ours_the_papers_or_a_sentence(inputs, cells, data):
    table = cells(table1(inputs))
    expected = score_super_resolution(None, "bicubic", data / "sr_test/Set5")
    assert table["Bicubic"]["Set5 PSNR"].ours == pytest.approx(expected.means["psnr"], abs=1e-3)
    assert table["Bicubic"]["Set5 SSIM"].ours == pytest.approx(expected.means["ssim"], abs=1e-4)
    assert table["Bicubic"]["Set5 PSNR"].published == 28.42
    assert table["Bicubic"]["Set5 PSNR"].note.startswith("Of 1, where the whole set has 5")
    assert "low-resolution pictures only, such as imgx4.png" in table["Bicubic"]["B100 PSNR"].missing
    assert table["Bicubic"]["Urban100 SSIM"].missing == "DATA has no folder Urban100."
    assert "--reference" in table["PPCN"]["Set5 PSNR"].missing
    assert table["PPCN"]["Set5 PSNR"].published == 31.37
    assert "quoted from the paper" in table["FSRCNN"]["Set5 PSNR"].missing
    assert table["FSRCNN"]["DIV2K validation PSNR"].published is None


def test_a_reference_folder_without_a_checkpoint(inputs, cells, tmp_path):
    (tmp_path / "baselines").mkdir()
    (tmp_path / "baselines/div2k_srcnn.index").write_bytes(b"not a checkpoint")
    table = cells(table1(replace(inputs, reference=tmp_path)))
    missing = table["PPCN"]["Set5 PSNR"].missing
    assert missing == "There is no checkpoint REFERENCE/super_resolution/generator_all.ckpt."
    assert "div2k_srcnn" in table["SRCNN"]["Set5 PSNR"].missing
    assert table["Bicubic"]["Set5 PSNR"].ours


def test_without_any_folder_all_figures_are_quoted(inputs):
    table = table1(replace(inputs, data=None))
    assert table.computed == 0
    assert all(cell.missing for row in table.rows for cell in row.cells)


def test_our_networks_have_rows_unless_they_know_the_pictures(inputs, cells, card, data, elsewhere, networks):
    ours = {"task": "super-resolution", "scale": 4}
    cards = [
        card("fair", [elsewhere], **ours, note="Research only."),
        card("unfair", [data / "sr_test/Set5/baby.png"], **ours),
        card("unknown", [], **ours),
        card("twice", [elsewhere], **(ours | {"scale": 2})),
        card("enhancer", [elsewhere]),
    ]
    made = table1(replace(inputs, cards=cards))
    table = cells(made)
    assert table["fair"]["Set5 PSNR"].ours > 5
    assert {row.label: row.note for row in made.rows}["fair"] == "Research only."
    assert "unfair was trained on 1 of the 1 pictures of Set5" in table["unfair"]["Set5 PSNR"].missing
    assert "Nothing tells what unknown was trained on" in table["unknown"]["Set5 PSNR"].missing
    assert not {"twice", "enhancer"} & table.keys()
    assert networks == ["fair"]
    assert cells(table1(replace(inputs, cards=cards))) == table
    assert networks == ["fair"]  # kept results load nothing


def test_srcnn_gets_the_enlarged_picture(inputs, cells, monkeypatch, tmp_path):
    given = []

    def run(image):
        given.append(image)
        return image

    monkeypatch.setattr(methods, "_import", lambda _path: run)
    (tmp_path / "baselines").mkdir()
    (tmp_path / "baselines/div2k_srcnn.index").touch()
    table = cells(table1(replace(inputs, reference=tmp_path)))
    assert given[0].shape == (40, 48, 3)
    assert given[0].dtype == np.float32
    assert 0 <= given[0].min() < given[0].max() <= 1
    assert table["SRCNN"]["Set5 PSNR"].ours == pytest.approx(table["Bicubic"]["Set5 PSNR"].ours)


@pytest.mark.parametrize("place", ["Set5", "benchmark/Set5/HR", "Set5/original", "Set5/image_SRF_4"])
def test_published_layouts(inputs, cells, data, place):
    (data / place).parent.mkdir(parents=True, exist_ok=True)
    (data / "sr_test/Set5").rename(data / place)
    assert cells(table1(inputs))["Bicubic"]["Set5 PSNR"].ours


@pytest.mark.slow
def test_the_released_network_lands_near_the_paper(inputs, cells, shared, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real/Set5").symlink_to(shared / "data/sr_test/Set5")
    checkpoints = tmp_path / "reference"
    checkpoints.mkdir()
    (checkpoints / "super_resolution").symlink_to(shared / "reference/super_resolution")
    table = cells(table1(replace(inputs, data=tmp_path / "real", reference=checkpoints)))
    assert abs(table["PPCN"]["Set5 PSNR"].difference) <= 0.01
    assert table["PPCN"]["Set5 PSNR"].note is None
