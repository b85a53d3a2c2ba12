"""Finding a network by its name or its file: the one place where that is done."""

from dataclasses import dataclass
from pathlib import Path

from ppcn import registry
from ppcn.errors import ModelError
from ppcn.registry import Card, read_digests

FILES = ("onnx", "safetensors")


@dataclass(frozen=True)
class Model:
    """A network that was found: ``name`` is the name or the path that was given; ``card`` is None for a file."""

    name: str
    card: Card | None = None

    @property
    def file(self) -> str | None:
        """``onnx`` or ``safetensors`` for a file, None for a network of the registry."""
        return None if self.card else Path(self.name).suffix.lower()[1:]

    def read(self, kind: str) -> bytes:
        """Return the network as ``onnx`` or ``safetensors``. A file is only one of them.

        Raises :class:`~ppcn.errors.ModelError` where the file cannot be read, is not what its card says, or is of the
        other kind.
        """
        if self.card:
            return self.card.read(kind)
        if self.file != kind:
            raise ModelError(f"{self.name} is no .{kind} file: give one, or a name that `ppcn models` lists.")
        try:
            return Path(self.name).read_bytes()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise ModelError(f"The model file {self.name} cannot be read ({reason}): check its path.") from error

    def trained_on(self) -> frozenset[str]:
        """Return the sha256 of its training files: by its card, or by the list ``trained-on.txt`` beside a run's file.

        Of any other file nothing is known. Raises :class:`~ppcn.errors.InputError` where the list cannot be read.
        """
        if self.card:
            return self.card.trained_on
        beside = Path(self.name).with_name("trained-on.txt")
        return read_digests(beside) if beside.is_file() else frozenset()


def find(model: str | Path) -> Model:
    """Return the network of an .onnx or .safetensors file, or of that name; raises :class:`~ppcn.errors.ModelError`."""
    name = str(model)
    is_file = name.lower().endswith(tuple(f".{kind}" for kind in FILES))
    return Model(name) if is_file else Model(name, registry.find(name))
