"""What is done to a photo: operations, one after the other."""

from dataclasses import dataclass
from importlib import import_module
from math import prod
from typing import Any, Protocol

from ppcn.images.photo import Photo
from ppcn.runtime.backends.loader import make_engine
from ppcn.runtime.engine.engine import Engine
from ppcn.runtime.engine.strips import Progress
from ppcn.runtime.operations import memory

OPERATIONS = {  # class -> the file that defines it
    "Enhance": "ppcn.runtime.operations.enhance",
    "Upscale": "ppcn.runtime.operations.upscale",
}


class Operation(Protocol):
    """One thing that a network does to a photo; a frozen dataclass, listed in ``OPERATIONS``."""

    @property
    def engine(self) -> Engine:
        """The network."""
        ...

    @property
    def scale(self) -> int:
        """How many times larger the result is."""
        ...

    def __call__(self, photo: Photo, progress: Progress | None = None) -> Photo:
        """Return the result; ``progress`` is told the share that is done."""
        ...


@dataclass(frozen=True)
class Pipeline:
    """Operations on a photo, in order."""

    operations: tuple[Operation, ...]

    def __init__(self, *operations: Operation) -> None:
        object.__setattr__(self, "operations", operations)

    def __call__(self, photo: Photo, progress: Progress | None = None) -> Photo:
        """Return the photo after all operations; ``progress`` is told the share of all of them that is done."""
        for number, operation in enumerate(self.operations):

            def tick(share: float, done: int = number) -> None:
                if progress:
                    progress((done + share) / len(self.operations))

            photo = operation(photo, tick)
        return photo

    @property
    def scale(self) -> int:
        """How many times larger the result is."""
        return prod(operation.scale for operation in self.operations)

    @property
    def largest_scale(self) -> int:
        """The scale of the largest picture in between: a network may enlarge more than is asked for."""
        scale = largest = 1
        for operation in self.operations:
            largest = max(largest, scale * max(operation.scale, operation.engine.scale))
            scale *= operation.scale
        return largest

    def memory_needed(self, width: int, height: int, depth: int) -> int:
        """Return how many bytes a photo of that size, ``depth`` bytes a pixel, takes at most."""
        halo = max((operation.engine.halo for operation in self.operations), default=0)
        return memory.needed(width, height, depth, self.largest_scale, halo)

    def to_plain(self) -> list[dict[str, Any]]:
        """Return the operations, their networks included, as plain values, fit to send to other processes as JSON."""
        from base64 import b64encode

        plain = []
        for operation in self.operations:
            values = dict(vars(operation))
            engine = values.pop("engine")
            network = {"model": b64encode(engine.model).decode(), "name": engine.name, "provider": engine.provider}
            plain.append({"operation": type(operation).__name__, "network": network, "values": values})
        return plain

    @classmethod
    def from_plain(cls, plain: list[dict[str, Any]]) -> "Pipeline":
        """Return the pipeline that was made into plain values."""
        from base64 import b64decode

        operations = []
        for entry in plain:
            network = entry["network"] | {"model": b64decode(entry["network"]["model"])}
            operation = getattr(import_module(OPERATIONS[entry["operation"]]), entry["operation"])
            operations.append(operation(make_engine(**network), **entry["values"]))
        return cls(*operations)
