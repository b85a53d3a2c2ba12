"""A network, ready to run on pictures."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ppcn import registry
from ppcn.errors import ModelError
from ppcn.runtime.backends.kernel import Maps
from ppcn.runtime.backends.onnx_runtime import open_session
from ppcn.runtime.backends.stages import read_stages
from ppcn.runtime.engine import strips
from ppcn.runtime.engine.row_sources import ArrayRows, Rows, as_pixels, as_planes
from ppcn.runtime.engine.strips import Progress

MEMORY = 1 << 30

Pixels = NDArray[np.float32]
Shape = tuple[int, int, int]


@dataclass(frozen=True)
class Strip:
    """Some rows of a result: ``pixels``, float32 in [0, 1], are the ``rows`` of a picture whose shape is ``of``."""

    rows: slice
    pixels: Pixels
    of: Shape


class Engine:
    """A network held in memory: make it once, call it on any number of pictures, from any thread.

    Files made by ppcn run stage by stage, so any size fits; any other ONNX file with one picture in and one out
    (float32, 1x3xHxW in [0, 1]) runs in one piece. ``name`` is for messages. ``memory`` is how many bytes a picture,
    its result and the maps that are kept between stages may take together: maps that do not fit are computed again,
    which gives the same bits. Raises :class:`~ppcn.errors.ModelError` where the file is not such a network, and
    :class:`~ppcn.errors.ProviderError` where the provider cannot be had.
    ``Engine(engine.model, engine.name, engine.provider)`` is the same network once more, in another process perhaps.
    """

    def __init__(self, model: bytes, name: str, provider: str = "cpu", *, memory: int = MEMORY) -> None:
        self.model = model
        self.name = name
        self.provider = provider
        self.memory = memory
        self._whole = open_session(model, name, provider)
        _check(self._whole, name)
        self._stages = read_stages(self._whole.get_modelmeta().custom_metadata_map, name, provider)

    @property
    def halo(self) -> int:
        """How many rows above and below its own a row of the result can see; 0 for a file of another program."""
        return sum(stage.halo for stage in self._stages)

    @property
    def scale(self) -> int:
        """How many times larger the result is; 1 for a file of another program, which only running it shows."""
        return self._stages[-1].scale if self._stages else 1

    def __call__(self, image: Pixels, progress: Progress | None = None) -> Pixels:
        """Run the network on a picture, HxWx3 float32 in [0, 1]; return (H scale)x(W scale)x3 in [0, 1]."""
        picture = ArrayRows(image)
        if not self._stages:
            return self._run_whole(picture)
        result = np.empty(self._shape(picture), np.float32)
        for _ in strips.run(self._stages, picture, ArrayRows(result).read, memory=self.memory, progress=progress):
            pass
        return result

    def strips(self, picture: Rows, progress: Progress | None = None) -> Iterator[Strip]:
        """Run the network on a picture that is read in rows; yield the result, never held as a whole, in strips.

        The first strip comes when all statistics of the picture are known. The picture must not change meanwhile.
        """
        if not self._stages:
            whole = self._run_whole(picture)
            yield Strip(slice(0, len(whole)), whole, whole.shape)
            return
        of = self._shape(picture)

        def into(top: int, bottom: int) -> Maps:
            return [as_planes(np.empty((bottom - top, *of[1:]), np.float32))]

        for rows, planes in strips.run(self._stages, picture, into, memory=self.memory, progress=progress):
            yield Strip(rows, as_pixels(planes), of)

    def _shape(self, picture: Rows) -> Shape:
        return picture.height * self.scale, picture.width * self.scale, 3

    def _run_whole(self, picture: Rows) -> Pixels:
        """Run a graph of another program, which may have limits of its own."""
        (planes,) = picture.read(0, picture.height)
        try:
            result = np.asarray(self._whole.run(None, {self._whole.get_inputs()[0].name: planes})[0])
        except Exception as error:  # ONNX Runtime's exceptions share no public base class
            reason = str(error).splitlines()[0].rstrip(".")
            size = f"{planes.shape[3]}x{planes.shape[2]}"
            raise ModelError(f"{self.name} cannot run on {size} pixels ({reason}).") from error
        if result.ndim != 4 or result.shape[:2] != (1, 3):
            raise ModelError(f"{self.name} gives {result.shape} where a picture, 1x3xHxW, was expected.")
        return np.ascontiguousarray(as_pixels(result)).clip(0, 1)


def _check(session, name: str) -> None:
    """Raise ModelError unless the graph maps one picture to one picture."""
    inputs, outputs = session.get_inputs(), session.get_outputs()
    picture = len(inputs) == 1 and inputs[0].type == "tensor(float)" and len(inputs[0].shape) == 4
    if not (picture and inputs[0].shape[1] == 3 and len(outputs) == 1):
        raise ModelError(
            f"{name} does not take one picture and give one back: it needs one input, float32 1x3xHxW, and one output."
        )


def load(model: str, provider: str = "cpu") -> Engine:
    """Return the network of that name, or of an .onnx file; errors as :class:`Engine` and ``read_onnx``."""
    return Engine(read_onnx(model), model, provider)


def read_onnx(model: str) -> bytes:
    """Return the content of an .onnx file, or that of the network of that name; raises ModelError."""
    if not model.endswith(".onnx"):
        return registry.find(model).onnx()
    try:
        return Path(model).read_bytes()
    except OSError as error:
        raise ModelError(f"The model file {model} cannot be read ({error.strerror}): check its path.") from error
