"""The shipped networks: one card (``NAME.toml``) beside each network's weights.

Cards come from ``ppcn/weights`` and from every installed distribution that names a package with such files in the entry
point group ``ppcn.weights``.
"""

import difflib
import hashlib
import tomllib
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from typing import Any

from ppcn.errors import InputError, ModelError

DEFAULT_ENHANCER = "student.open"
DEFAULT_UPSCALER = "upscaler.open"


@dataclass(frozen=True)
class Card:
    """What is known of a network: the table of its card, and where its files are."""

    folder: Traversable
    facts: dict[str, Any]

    @property
    def name(self) -> str:
        """The model's name, ``network.data``."""
        return self.facts["name"]

    @property
    def task(self) -> str:
        """What it is for: ``enhancement`` or ``super-resolution``."""
        return self.facts["task"]

    @property
    def note(self) -> str | None:
        """A sentence that its user has to see when it runs, if there is one."""
        return self.facts.get("note")

    @cached_property
    def trained_on(self) -> frozenset[str]:
        """The sha256 of every file that it was trained on (``NAME.trained-on.txt``)."""
        path = self.folder / f"{self.name}.trained-on.txt"
        return read_digests(path) if path.is_file() else frozenset()

    def onnx(self) -> bytes:
        """Return the network's ONNX file; raise :class:`~ppcn.errors.ModelError` where it is not what the card says."""
        return self._read("onnx")

    def safetensors(self) -> bytes:
        """Return the network's weights for torch; errors as :meth:`onnx`."""
        return self._read("safetensors")

    def _read(self, kind: str) -> bytes:
        path = self.folder / f"{self.name}.{kind}"
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ModelError(f"{path} of the model {self.name} cannot be read: install ppcn again.") from error
        if hashlib.sha256(content).hexdigest() != self.facts["sha256"][kind]:
            raise ModelError(f"{path} is not the file that its card describes (sha256 differs): install ppcn again.")
        return content


def read_digests(path: Traversable) -> frozenset[str]:
    """Return the sha256 in a list of training files (``trained-on.txt``): one a line, before the file's name.

    Raises :class:`~ppcn.errors.InputError` where it cannot be read.
    """
    try:
        return frozenset(line.split()[0] for line in path.read_text("utf-8").splitlines() if line)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error


def cards() -> list[Card]:
    """Return the cards of all installed networks, by name."""
    found = []
    for folder in _folders():
        for path in folder.iterdir():
            if path.name.endswith(".toml"):
                found.append(Card(folder, tomllib.loads(path.read_text("utf-8"))))
    return sorted(found, key=lambda card: card.name)


def find(name: str) -> Card:
    """Return the card of a network; raise :class:`~ppcn.errors.ModelError` with the nearest names if there is none."""
    known = {card.name: card for card in cards()}
    if name not in known:
        near = difflib.get_close_matches(name, known, n=3)
        meant = f"did you mean {' or '.join(near)}? Give" if near else "give"
        raise ModelError(
            f"There is no model '{name}': {meant} a name that `ppcn models` lists, or the path of an .onnx file or of "
            "a .safetensors file, which `ppcn train` makes."
        )
    return known[name]


def _folders() -> list[Traversable]:
    own = resources.files("ppcn") / "weights"
    return [own, *(resources.files(point.value) for point in metadata.entry_points(group="ppcn.weights"))]
