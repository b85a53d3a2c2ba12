"""What can be done to a photo. An edit is a function from a photo to a photo; several are done one after the other."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Protocol

from ppcn.errors import InputError
from ppcn.images.photo import Photo
from ppcn.runtime.engine.engine import Engine
from ppcn.runtime.engine.strips import Progress
from ppcn.runtime.operations.enhance import enhance_photo
from ppcn.runtime.operations.upscale import upscale_photo


class Edit(Protocol):
    """What is done to a photo."""

    @property
    def engine(self) -> Engine:
        """The network that does it."""
        ...

    @property
    def scale(self) -> int:
        """How many times larger the result is."""
        ...

    def __call__(self, photo: Photo, progress: Progress | None = None) -> Photo:
        """Return what becomes of a photo; ``progress`` is told the share that is done."""
        ...


@dataclass(frozen=True)
class Enhance:
    """Enhance, with ``strength`` (0 to 1) of what the network changes. Raises InputError for another strength."""

    engine: Engine
    strength: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.strength <= 1:
            raise InputError(f"The strength {self.strength} is outside 0 to 1.")

    @property
    def scale(self) -> int:
        """An enhanced photo is as large as before."""
        return 1

    def __call__(self, photo: Photo, progress: Progress | None = None) -> Photo:
        """Return the enhanced photo."""
        return enhance_photo(photo, self.engine, self.strength, progress)


@dataclass(frozen=True)
class Upscale:
    """Make larger, ``scale`` times each way (2, 3 or 4). Raises InputError for another scale."""

    engine: Engine
    scale: int = 4

    def __post_init__(self) -> None:
        if self.scale not in (2, 3, 4):
            raise InputError(f"The scale {self.scale} is none of 2, 3 and 4.")

    def __call__(self, photo: Photo, progress: Progress | None = None) -> Photo:
        """Return the larger photo."""
        return upscale_photo(photo, self.engine, self.scale, progress)


EDITS = {edit.__name__: edit for edit in (Enhance, Upscale)}


def as_plain(edit: Edit) -> dict[str, Any]:
    """Return an edit, its network included, as plain values, fit to send to other processes as JSON."""
    values = dict(vars(edit))
    engine = values.pop("engine")
    network = {"model": b64encode(engine.model).decode(), "name": engine.name, "provider": engine.provider}
    return {"edit": type(edit).__name__, "network": network, "values": values}


def from_plain(plain: dict[str, Any]) -> Edit:
    """Return the edit that was made into plain values."""
    network = plain["network"] | {"model": b64decode(plain["network"]["model"])}
    return EDITS[plain["edit"]](Engine(**network), **plain["values"])


def edit_photo(photo: Photo, edits: Sequence[Edit], progress: Progress | None = None) -> Photo:
    """Return what becomes of a photo by all edits; ``progress`` is told the share that is done of all of them."""
    for number, edit in enumerate(edits):

        def tick(share: float, done: int = number) -> None:
            if progress:
                progress((done + share) / len(edits))

        photo = edit(photo, tick)
    return photo


def halo_of(edits: Sequence[Edit]) -> int:
    """Return the largest halo of all edits' networks."""
    return max((edit.engine.halo for edit in edits), default=0)


def largest_of(edits: Sequence[Edit]) -> int:
    """Return how many times larger the largest picture on the way is: networks may enlarge more than is wanted."""
    scale = largest = 1
    for edit in edits:
        largest = max(largest, scale * max(edit.scale, edit.engine.scale))
        scale *= edit.scale
    return largest


def scale_of(edits: Sequence[Edit]) -> int:
    """Return how many times larger a photo becomes by all edits."""
    return prod(edit.scale for edit in edits)
