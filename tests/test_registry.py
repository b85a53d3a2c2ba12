import logging
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import ppcn
from ppcn import registry
from ppcn.errors import ModelError
from ppcn.registry import Card

WEIGHTS = Path(registry.__file__).with_name("weights")
CARD = """
name = "{name}"
network = "student"
task = "enhancement"
scale = 1
licence = "MIT"
sha256.onnx = "0"
training.data = "photographs"
figures.set5.psnr = 30.0
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that installs a distribution with files in its package of weights."""
    monkeypatch.syspath_prepend(tmp_path)
    registry._warn.cache_clear()

    def install(package: str, **files: str | bytes) -> None:
        information = tmp_path / f"{package}-1.dist-info"
        information.mkdir()
        (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1\n")
        (information / "entry_points.txt").write_text(f"[ppcn.weights]\nmodels = {package}\n")
        if files:
            (tmp_path / package).mkdir()
            (tmp_path / package / "__init__.py").write_text("")
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            (tmp_path / package / f"{name}.toml").write_bytes(data)

    return install


def test_every_card_is_whole():
    cards = registry.cards()
    assert registry.DEFAULT_ENHANCER in [card.name for card in cards]
    for card in cards:
        assert {"name", "network", "task", "scale", "sha256", "licence", "training", "figures"} <= card.facts.keys()
        assert card.onnx()
        assert card.safetensors()
        assert card.trained_on
        assert registry.find(card.name) == card


def test_unknown_name_gives_the_nearest():
    with pytest.raises(ModelError, match=r"did you mean student\.open"):
        registry.find("student-open")


def test_damaged_weights_are_refused(tmp_path: Path):
    for path in WEIGHTS.glob("student.open*"):
        shutil.copy(path, tmp_path)
    (tmp_path / "student.open.onnx").write_bytes(b"other")
    card = replace(registry.find("student.open"), folder=tmp_path)
    with pytest.raises(ModelError, match="sha256"):
        card.onnx()
    (tmp_path / "student.open.onnx").unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        card.onnx()


def test_networks_of_other_distributions_are_found(install):
    install("more_weights", mine=CARD.format(name="mine"))
    assert registry.find("mine").data == "photographs"
    assert "mine" in [card.name for card in ppcn.list_models()]


@pytest.mark.parametrize(
    "broken",
    [
        'title = "no name here"',
        "name = 3",
        "no TOML at all",
        b"\xff\xfe",
        CARD.format(name="x").replace("enhancement", "cooking"),
        CARD.format(name="x").replace('sha256.onnx = "0"', "sha256 = 3"),
        CARD.format(name="x").replace('data = "photographs"', "data = [1]"),
    ],
)
def test_a_broken_card_of_another_distribution_is_left_out_with_one_sentence(
    install, broken: str | bytes, caplog: pytest.LogCaptureFixture
):
    install("bad_weights", broken=broken, good=CARD.format(name="good"))
    with caplog.at_level(logging.WARNING, "ppcn"):
        names = [card.name for card in ppcn.list_models()]
    assert {"good", "student.open"} <= set(names)
    (record,) = caplog.records
    assert "broken.toml cannot be used (" in record.message
    assert "\n" not in record.message
    assert record.message.endswith(".")
    assert registry.find("student.open").name == "student.open"  # and does not even look at it


def test_a_distribution_without_its_package_is_left_out(install, caplog: pytest.LogCaptureFixture):
    install("no_weights")
    for _ in range(3):
        assert "student.open" in [card.name for card in registry.cards()]
    assert caplog.text.count("The models of no_weights cannot be used") == 1
    assert "no_weights" not in sys.modules


def test_no_other_distribution_takes_the_name_of_a_network_of_ours(install, caplog: pytest.LogCaptureFixture):
    install("same_weights", student=CARD.format(name="student.open"))
    (card,) = (card for card in registry.cards() if card.name == "student.open")
    assert card == registry.find("student.open")
    assert card.onnx()
    assert "A second model student.open" in caplog.text


@pytest.mark.parametrize("missing", ["name", "network", "task", "scale", "licence", "sha256", "training", "figures"])
def test_a_card_needs_every_fact(missing: str):
    lines = CARD.format(name="x").splitlines()
    with pytest.raises(ValueError, match=f"it has no {missing}"):
        Card.parse(WEIGHTS, "\n".join(line for line in lines if not line.startswith(missing)))


@pytest.mark.parametrize(("fact", "wrong"), [("scale", "true"), ("name", '"../x"'), ("task", '"dance"')])
def test_a_card_has_no_wrong_fact(fact: str, wrong: str):
    card = re.sub(rf"^{fact} = .*$", f"{fact} = {wrong}", CARD.format(name="x"), flags=re.MULTILINE)
    with pytest.raises(ValueError, match=f"its {fact}"):
        Card.parse(WEIGHTS, card)


@pytest.mark.parametrize("code", ["raise RuntimeError('boom')", "raise SystemExit(3)", "1 / 0", "not Python"])
def test_a_package_that_cannot_be_imported_is_left_out(
    install, tmp_path: Path, code: str, caplog: pytest.LogCaptureFixture
):
    name = f"broken_weights_{abs(hash(code))}"  # each is imported once
    install(name, good=CARD.format(name="good"))
    (tmp_path / name / "__init__.py").write_text(code)
    assert "student.open" in [card.name for card in registry.cards()]
    assert f"The models of {name} cannot be used" in caplog.text


def test_the_command_says_it_in_a_sentence(install, run: Callable):
    install("no_weights")
    assert run("models", "list").err.startswith("ppcn: The models of no_weights cannot be used")
