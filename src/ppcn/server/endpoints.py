"""What can be done with a photo over HTTP: each line of the table makes ``POST /v1/NAME``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler

from ppcn.images.formats import CHOICES, QUALITIES, READ_ONLY
from ppcn.registry import DEFAULT_ENHANCER, DEFAULT_UPSCALER, cards
from ppcn.runtime.engine.engine import Engine
from ppcn.runtime.operations.enhance import Enhance
from ppcn.runtime.operations.pipeline import Operation
from ppcn.runtime.operations.upscale import SCALES, Upscale

Quality = Annotated[int, Field(ge=1, le=100)]
Scale = Annotated[int, Field(ge=min(SCALES), le=max(SCALES))]  # all of them: they are consecutive


class _NotNull:
    """Annotates an option that may be left out: null, its default, is nothing that a client can send."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(schema["schema"])


def _model(task: str) -> Any:
    """Return the field for a network's name; the document of the API lists those that are installed."""

    def listed(schema: dict[str, Any]) -> None:
        schema["enum"] = [card.name for card in cards() if card.task == task]

    return Field(default=None, description="A name that /v1/models lists.", json_schema_extra=listed)


class QueryOptions(BaseModel):
    """The options of every endpoint: how the result is written. They mean the same as those of the command."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    model: Annotated[str | None, _NotNull()] = None
    format: Annotated[Literal[*CHOICES] | None, _NotNull()] = Field(  # pyright: ignore[reportInvalidTypeForm]
        default=None, description=f"File type of the result: the photo's own, or JPEG (PNG with alpha) for {READ_ONLY}."
    )
    quality: Annotated[Quality | None, _NotNull()] = Field(default=None, description=f"Of {QUALITIES}.")
    strip_metadata: bool = Field(default=False, description="Drop EXIF (with the place), XMP and resolution.")

    @property
    def then(self) -> tuple[str, ...]:
        """The endpoints whose operations follow, with their default networks."""
        return ()


class EnhanceOptions(QueryOptions):
    """The options of /v1/enhance."""

    model: Annotated[str | None, _NotNull()] = _model("enhancement")
    strength: float = Field(default=1.0, ge=0, le=1, description="Blend with the original.", examples=[0.7])
    scale: Annotated[Scale | None, _NotNull()] = Field(
        default=None, description=f"Then make so many times larger, with {DEFAULT_UPSCALER}.", examples=[2]
    )

    @property
    def then(self) -> tuple[str, ...]:
        """Enlarging, where it is asked for."""
        return ("upscale",) if self.scale else ()


class UpscaleOptions(QueryOptions):
    """The options of /v1/upscale."""

    model: Annotated[str | None, _NotNull()] = _model("super-resolution")
    scale: Scale = Field(default=4, description="How many times larger.")


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
