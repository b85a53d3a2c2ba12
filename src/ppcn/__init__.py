"""ppcn makes phone photos look as if a DSLR took them, and small ones larger: fast, offline, on ordinary CPUs.

>>> import ppcn
>>> ppcn.enhance("photo.jpg")  # writes photo.enhanced.jpg beside it and returns its path
>>> ppcn.upscale("photo.jpg")  # writes photo.upscaled.jpg, four times larger
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ppcn import errors

if TYPE_CHECKING:
    from ppcn.registry import Card
    from ppcn.runtime.engine.engine import Engine
    from ppcn.runtime.operations.pipeline import Operation

__version__ = "0.1.0"
__all__ = ["__version__", "enhance", "errors", "list_models", "load_model", "upscale"]

Picture = TypeVar("Picture", bound=Any)


def enhance(
    photo: Picture,
    *,
    model: "str | Path | Engine" = "enhancer.open",
    strength: float = 1.0,
    output: str | Path | None = None,
    overwrite: bool = False,
    format: str | None = None,
    quality: int | None = None,
    strip_metadata: bool = False,
    max_megapixels: float = 200.0,
) -> Picture:
    """Enhance a photo; what goes in comes out.

    A path (str or Path): the result is written to ``output``, a file or a folder, or beside the photo as
    ``NAME.enhanced.EXT``, and its path is returned, in the same type. A file that exists is kept, and an OutputError
    raised, unless ``overwrite`` is true. Bytes: an encoded photo. An open binary file: a ``BytesIO`` of one. A PIL
    image: an image of the same mode and size. A NumPy array: HxW or HxWxC (grey, grey and alpha, RGB, RGBA; uint8,
    uint16, or float in [0, 1]) of the same shape and type.

    ``model`` is a name that :func:`list_models` gives, an .onnx or .safetensors file, or what :func:`load_model`
    returned; ``strength`` (0 to 1) blends with the original. For paths, bytes and open files: ``format`` ("jpg",
    "png", "webp", "avif", "tiff", "jxl") is the file type of the result, by default the photo's own; ``quality`` (1 to
    100) is that of JPEG (95), WebP (90), AVIF (85) and JPEG XL (90); ``strip_metadata`` drops EXIF, XMP and
    resolution; photos of more than ``max_megapixels`` are refused.

    Raises subclasses of :class:`ppcn.errors.PpcnError`, each with one plain sentence, and TypeError for another type.
    """
    from ppcn.runtime.operations.enhance import Enhance

    options = _options(quality, strip_metadata, overwrite, max_megapixels)
    return _edit(photo, Enhance(_engine(model), strength), "enhanced", output=output, format=format, options=options)


def upscale(
    photo: Picture,
    *,
    model: "str | Path | Engine" = "upscaler.open",
    scale: int = 4,
    output: str | Path | None = None,
    overwrite: bool = False,
    format: str | None = None,
    quality: int | None = None,
    strip_metadata: bool = False,
    max_megapixels: float = 200.0,
) -> Picture:
    """Make a photo ``scale`` (2, 3 or 4) times larger; what goes in comes out, as from :func:`enhance`.

    A path gives ``NAME.upscaled.EXT``. Depth, colours, alpha and metadata are kept. The network enlarges four times;
    for a smaller scale its result is reduced. ``max_megapixels`` is the limit of the result. The other options and the
    errors are those of :func:`enhance`.
    """
    from ppcn.runtime.operations.upscale import Upscale

    options = _options(quality, strip_metadata, overwrite, max_megapixels)
    return _edit(photo, Upscale(_engine(model), scale), "upscaled", output=output, format=format, options=options)


def load_model(model: str | Path, provider: str = "cpu") -> "Engine":
    """Return a network ready to run, by name or from an .onnx or .safetensors file.

    It is called with a picture, HxWx3 float32 in [0, 1], and returns one. The same content, name and provider give the
    same object, also to several threads; the networks used last are kept. A .safetensors file needs the extra
    ``train``; PyTorch's exporter then warns, and logs to ``torch.onnx``, which is the caller's to filter. Raises
    :class:`ppcn.errors.ModelError` (unknown or damaged), :class:`ppcn.errors.ProviderError` and
    :class:`ppcn.errors.MissingExtraError`.
    """
    from ppcn.models import find
    from ppcn.runtime.operations.engines import cached_engine

    found = find(model)
    if found.file != "safetensors":
        return cached_engine(found.read("onnx"), found.name, provider)
    try:
        from ppcn.exporting.onnx import convert
    except ModuleNotFoundError as error:
        raise errors.missing_extra(f"To run {model}", error, "train", "or give an .onnx file") from error
    return cached_engine(found.read("safetensors"), found.name, provider, lambda weights: convert(weights, found.name))


def list_models() -> "list[Card]":
    """Return the cards of the networks that are installed."""
    from ppcn.registry import cards

    return cards()


def _engine(model: "str | Path | Engine") -> "Engine":
    if isinstance(model, str | Path):
        return load_model(model)
    if not all(hasattr(model, name) for name in ("strips", "halo", "scale")):
        raise errors.ModelError(
            f"A model is a name, a path or what load_model returned, and no {type(model).__name__}: give one of them."
        )
    return model


def _edit(photo: Any, operation: "Operation", tag: str, **how: Any) -> Any:
    from ppcn.runtime.operations.pictures import edit_picture
    from ppcn.runtime.operations.pipeline import Pipeline

    return edit_picture(photo, Pipeline(operation), tag, **how)


def _options(quality: int | None, strip_metadata: bool, overwrite: bool, max_megapixels: float) -> Any:
    from ppcn.runtime.operations.process import Options

    return Options(quality, strip_metadata, overwrite, max_megapixels)
