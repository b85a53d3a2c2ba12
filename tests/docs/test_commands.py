"""The commands and programs in the README, the guides and the formats run as they are printed.

A block with the name of a file as its title is that file, or a change of it: it is carried out in a copy of the code,
in which the commands below it run.
"""

import json
import subprocess
import tomllib
from pathlib import Path

import pytest
from blocks import DOCS, ROOT, Block, blocks
from PIL import Image, ImageEnhance
from working_copy import carry_out, environment, make_copy

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", DOCS / "index.md"]
PAGES += sorted(page for folder in ("start", "guides", "formats") for page in (DOCS / folder).glob("*.md"))

REASONS = {  # why a block is not run: all that there are
    "a cluster", "a container", "a part of a file", "a server", "data that is not shipped", "installs packages", "slow",
    "the extra phones",
}  # fmt: skip
SHOWN = {"http", "kotlin", "swift"}  # languages that are not run here


@pytest.fixture
def stand_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, made the current one, with small photos under the names that the pages use."""
    samples = sorted((ROOT / "samples").glob("*.jpg"))
    for folder in ("photos", "pairs/input", "pairs/target"):
        (tmp_path / folder).mkdir(parents=True)
    for sample in samples:
        photo = Image.open(sample).convert("RGB").resize((160, 120))
        photo.save(tmp_path / "photos" / sample.name)
        photo.save(tmp_path / "pairs/input" / f"{sample.stem}.png")
        ImageEnhance.Brightness(photo).enhance(1.25).save(tmp_path / "pairs/target" / f"{sample.stem}.png")
    for name in ("photo", "holiday", "small", "old"):
        (tmp_path / f"{name}.jpg").write_bytes((tmp_path / "photos" / samples[0].name).read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_runs_or_says_why_not(page: Path, stand_ins: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {"__name__": "__main__"}  # which the Python blocks of a page share
    printed = ""  # by the last of them
    for block in blocks(page):
        where = f"{page.relative_to(ROOT)}:{block.line}"
        if block.reason is not None:
            assert block.reason in REASONS, where
            continue
        if block.title:
            if not (stand_ins / "src").exists():
                make_copy(stand_ins)
            carry_out(block, stand_ins)
            continue
        match block.language:
            case "sh":
                _run(block, stand_ins, where)
            case "python":
                exec(compile(block.text, where, "exec"), names)
                printed = capsys.readouterr().out
            case "text":
                assert block.text == printed, where
            case "json":
                for text in [block.text] if block.text.startswith("{\n") else block.text.splitlines():
                    json.loads(text)
            case "toml":
                tomllib.loads(block.text)
            case language:
                assert language in SHOWN, f"{where}: neither run nor marked as <!-- not run: REASON -->"


def _run(block: Block, folder: Path, where: str) -> None:
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block.text],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, f"{where} ended with {ran.returncode}:\n{ran.stdout}{ran.stderr}"


def test_the_example_of_a_recipe_is_one() -> None:
    from ppcn.training.recipe import parse

    (example,) = [block.text for block in blocks(DOCS / "formats/recipe.md") if block.language == "toml"]
    assert parse(example).pairs.held_back == 10


def test_the_example_of_a_card_has_the_fields_of_ours() -> None:
    (example,) = [block.text for block in blocks(DOCS / "formats/card.md") if block.language == "toml"]
    own = tomllib.loads((ROOT / "src/ppcn/weights/student.open.toml").read_text("utf-8"))
    shown = tomllib.loads(example)
    assert shown.keys() == own.keys()
    assert shown["training"].keys() == own["training"].keys()
    assert shown["sha256"] == own["sha256"]
