"""The shipped networks: one card (``NAME.toml``) beside each network's weights.

Cards come from ``ppcn/weights`` and from every installed distribution that names a package with such files in the entry
point group ``ppcn.weights``. A card of another distribution that cannot be used is left out, with a warning.
"""

import hashlib
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ppcn.errors import InputError, ModelError, plain

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

DEFAULT_ENHANCER = "enhancer.open"
DEFAULT_UPSCALER = "upscaler.open"
TASKS = ("enhancement", "super-resolution")
REINSTALL = "install ppcn, or the package that brings it, again"

_OWN = Path(__file__).with_name("weights")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Card:
    """The facts about a network, and the folder that holds its files.

    ``name`` is ``network.data``, ``network`` the key of its architecture, ``task`` one of ``TASKS``, ``scale`` how many
    times it enlarges, ``sha256`` the digest of each of its files by suffix, ``data`` in words what it was trained on,
    ``note`` a sentence that its user has to see when it runs, ``figures`` the measured quality by test set. ``facts``
    is the whole card as it was written.
    """

    folder: "Traversable"
    name: str
    network: str
    task: str
    scale: int
    licence: str
    sha256: Mapping[str, str]
    data: str
    figures: Mapping[str, Mapping[str, float]]
    note: str | None
    facts: dict[str, Any]

    @classmethod
    def parse(cls, folder: "Traversable", text: str) -> "Card":
        """Return the card that a TOML text describes; raises ValueError where a fact is missing or of another kind."""
        import tomllib

        table = tomllib.loads(text)

        def fact(table: Mapping[str, Any], key: str, kind: type) -> Any:
            if not isinstance(value := table.get(key), kind) or (kind is int and isinstance(value, bool)):
                raise ValueError(f"it has no {key}" if key not in table else f"its {key} is no {kind.__name__}")
            return value

        names = {key: fact(table, key, str) for key in ("name", "network", "task", "licence")}
        if not re.fullmatch(r"\w[\w.-]*", names["name"]):
            raise ValueError("its name has other characters than letters, digits, '.', '_' and '-'")
        if names["task"] not in TASKS:
            raise ValueError(f"its task is none of {', '.join(TASKS)}")
        sha256 = fact(table, "sha256", dict)
        return cls(
            folder=folder,
            **names,
            scale=fact(table, "scale", int),
            sha256={kind: fact(sha256, kind, str) for kind in ("onnx", *sha256)},
            data=fact(fact(table, "training", dict), "data", str),
            figures=fact(table, "figures", dict),
            note=fact(table, "note", str) if "note" in table else None,
            facts=table,
        )

    @cached_property
    def trained_on(self) -> frozenset[str]:
        """The sha256 of every file that it was trained on (``NAME.trained-on.txt``)."""
        path = self.folder / f"{self.name}.trained-on.txt"
        return read_digests(path) if path.is_file() else frozenset()

    def onnx(self) -> bytes:
        """Return the network's ONNX file; raises :class:`~ppcn.errors.ModelError` if it is not what the card says."""
        return self.read("onnx")

    def safetensors(self) -> bytes:
        """Return the network's weights for torch; errors as :meth:`onnx`."""
        return self.read("safetensors")

    def read(self, kind: str) -> bytes:
        """Return the network's file of a kind, ``onnx`` or ``safetensors``; errors as :meth:`onnx`."""
        path = self.folder / f"{self.name}.{kind}"
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ModelError(f"{path} of the model {self.name} cannot be read: {REINSTALL}.") from error
        if hashlib.sha256(content).hexdigest() != self.sha256.get(kind):
            raise ModelError(f"{path} is not the file that its card describes (sha256 differs): {REINSTALL}.")
        return content


def read_digests(path: "Traversable") -> frozenset[str]:
    """Return the sha256 in a list of training files (``trained-on.txt``): one a line, before the file's name.

    Raises :class:`~ppcn.errors.InputError` where it cannot be read.
    """
    try:
        return frozenset(line.split()[0] for line in path.read_text("utf-8").splitlines() if line.strip())
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from error


def cards() -> list[Card]:
    """Return the cards of all installed networks, by name. Where two have one name, ours or the first counts."""
    found: dict[str, Card] = {}
    for card in _all():
        if found.setdefault(card.name, card) is not card:
            _warn(f"A second model {card.name}, in {card.folder}, is left out: rename it.")
    return sorted(found.values(), key=lambda card: card.name)


def find(name: str) -> Card:
    """Return the card of a network; raises :class:`~ppcn.errors.ModelError` with the nearest names if there is none."""
    shipped = _OWN / f"{name}.toml"
    if name and Path(name).name == name and shipped.is_file():  # no other distribution need be looked at
        return Card.parse(_OWN, shipped.read_text("utf-8"))
    known = {card.name: card for card in cards()}
    if name not in known:
        import difflib

        near = difflib.get_close_matches(name, known, n=3)
        meant = f"did you mean {' or '.join(near)}? Give" if near else "give"
        raise ModelError(
            f"There is no model '{name}': {meant} a name that `ppcn models` lists, or the path of an .onnx file or of "
            "a .safetensors file, which `ppcn train` makes."
        )
    return known[name]


def _all() -> Iterator[Card]:
    from importlib import metadata, resources

    for path in sorted(_OWN.glob("*.toml")):
        yield Card.parse(_OWN, path.read_text("utf-8"))
    for point in metadata.entry_points(group="ppcn.weights"):
        try:
            folder = resources.files(point.value)
            paths = [path for path in folder.iterdir() if path.name.endswith(".toml")]
        except (Exception, SystemExit) as error:  # the package is imported: anything may come of it
            _leave_out(f"The models of {point.value}", error)
            continue
        for path in paths:
            try:
                yield Card.parse(folder, path.read_text("utf-8"))
            except (OSError, ValueError) as error:  # tomllib's and Unicode's errors are ValueErrors
                _leave_out(f"The model card {path}", error)


def _leave_out(what: str, error: BaseException) -> None:
    _warn(f"{what} cannot be used ({error}): remove the package that brings it, or install it again.")


@cache
def _warn(sentence: str) -> None:
    """Warn once, however often the cards are read."""
    _log.warning(plain(sentence))
