"""What can be done with a photo over HTTP: each line of the table makes ``POST /v1/NAME``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ppcn.images.formats import CHOICES, QUALITIES, READ_ONLY
from ppcn.registry import DEFAULT_ENHANCER, DEFAULT_UPSCALER, cards
from ppcn.runtime.engine.engine import Engine
from ppcn.runtime.operations.enhance import Enhance
from ppcn.runtime.operations.pipeline import Operation
from ppcn.runtime.operations.upscale import Upscale


class QueryOptions(BaseModel):
    """The query of every endpoint: how the result is written. The options mean the same as those of the command."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    model: str | None = Field(default=None, description="A name that /v1/models lists.", examples=[DEFAULT_ENHANCER])
    format: Literal[*CHOICES] | None = Field(  # pyright: ignore[reportInvalidTypeForm]
        default=None, description=f"File type of the result: the photo's own, or JPEG (PNG with alpha) for {READ_ONLY}."
    )
    quality: int | None = Field(default=None, ge=1, le=100, description=f"Of {QUALITIES}.")
    strip_metadata: bool = Field(default=False, description="Drop EXIF (with the place), XMP and resolution.")


class EnhanceOptions(QueryOptions):
    """The query of /v1/enhance."""

    strength: float = Field(default=1.0, ge=0, le=1, description="Blend with the original.", examples=[0.7])


class UpscaleOptions(QueryOptions):
    """The query of /v1/upscale."""

    scale: Literal[2, 3, 4] = Field(default=4, description="How many times larger.")


@dataclass(frozen=True)
class Endpoint:
    """An endpoint: its networks have cards of this ``task``; ``operation`` is made of a network and the options."""

    task: str
    default: str
    summary: str
    options: type[QueryOptions]
    operation: Callable[[Engine, Any], Operation]


ENDPOINTS = {
    "enhance": Endpoint(
        task="enhancement",
        default=DEFAULT_ENHANCER,
        summary="Make a photo look as if a DSLR had taken it.",
        options=EnhanceOptions,
        operation=lambda engine, options: Enhance(engine, options.strength),
    ),
    "upscale": Endpoint(
        task="super-resolution",
        default=DEFAULT_UPSCALER,
        summary="Make a photo larger.",
        options=UpscaleOptions,
        operation=lambda engine, options: Upscale(engine, options.scale),
    ),
}


def models(endpoint: Endpoint) -> list[str]:
    """Return the names of the installed networks for an endpoint, the default first."""
    names = [card.name for card in cards() if card.task == endpoint.task]
    return sorted(names, key=lambda name: name != endpoint.default)
