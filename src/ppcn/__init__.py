"""ppcn makes phone photos look as if a DSLR took them, and small ones larger: fast, offline, on ordinary CPUs.

>>> import ppcn
>>> ppcn.enhance("photo.jpg")  # writes photo.enhanced.jpg beside it and returns its path
>>> ppcn.upscale("photo.jpg")  # writes photo.upscaled.jpg, four times larger
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ppcn import errors

if TYPE_CHECKING:
    from ppcn.registry import Card
    from ppcn.runtime.engine.engine import Engine

__version__ = "0.1.0"
__all__ = ["__version__", "enhance", "errors", "list_models", "load_model", "upscale"]

Picture = TypeVar("Picture", bound=Any)


def enhance(photo: Picture, *, model: "str | Path | Engine" = "student.open", strength: float = 1.0) -> Picture:
    """Enhance a photo; what goes in comes out.

    A path (str or Path): the result is written beside the photo as ``NAME.enhanced.EXT``, never over an existing file,
    and its path is returned, in the same type. Bytes: an encoded photo of the same format. A PIL image: an image of the
    same mode and size. A NumPy array: HxW or HxWxC (grey, grey and alpha, RGB, RGBA; uint8, uint16, or float in [0, 1])
    of the same shape and type. ``model`` is a name that :func:`list_models` gives, an .onnx or .safetensors file, or
    what :func:`load_model` returned; ``strength`` (0 to 1) blends with the original.

    Raises subclasses of :class:`ppcn.errors.PpcnError`, each with one plain sentence, and TypeError for another type.
    """
    from ppcn.runtime.operations.operation import Enhance
    from ppcn.runtime.operations.pictures import edit_picture

    return edit_picture(photo, [Enhance(_engine(model), strength)], "enhanced")


def upscale(photo: Picture, *, model: "str | Path | Engine" = "upscaler.open", scale: int = 4) -> Picture:
    """Make a photo ``scale`` (2, 3 or 4) times larger; what goes in comes out, as from :func:`enhance`.

    A path gives ``NAME.upscaled.EXT``. Depth, colours, alpha and metadata are kept. The network enlarges four times;
    for a smaller scale its result is made smaller. Errors as :func:`enhance`.
    """
    from ppcn.runtime.operations.operation import Upscale
    from ppcn.runtime.operations.pictures import edit_picture

    return edit_picture(photo, [Upscale(_engine(model), scale)], "upscaled")


def _engine(model: "str | Path | Engine") -> "Engine":
    return model if callable(model) else load_model(model)


def load_model(model: str | Path, provider: str = "cpu") -> "Engine":
    """Return a network ready to run, by name or from an .onnx or .safetensors file.

    The same arguments give the same object. A .safetensors file needs the extra ``train``. Raises
    :class:`ppcn.errors.ModelError` (unknown or damaged), :class:`ppcn.errors.ProviderError` and
    :class:`ppcn.errors.MissingExtraError`.
    """
    return _load(str(model), provider)


@cache
def _load(model: str, provider: str) -> "Engine":
    from ppcn.runtime.engine.engine import Engine, load

    if not model.endswith(".safetensors"):
        return load(model, provider)
    try:
        from ppcn.exporting.onnx import convert
    except ModuleNotFoundError as error:
        raise errors.MissingExtraError(
            f"To run {model}, {error.name} is needed: install it with pip install 'ppcn[train]', or give an .onnx file."
        ) from error
    return Engine(convert(Path(model)), model, provider)


def list_models() -> "list[Card]":
    """Return the cards of the networks that are installed."""
    from ppcn.registry import cards

    return cards()
