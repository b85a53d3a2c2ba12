"""What can be done with a photo over HTTP: a line a task in the table, which makes ``POST /v1/NAME``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ppcn.images.formats import CHOICES, QUALITIES, READ_ONLY
from ppcn.registry import DEFAULT_ENHANCER, DEFAULT_UPSCALER, cards
from ppcn.runtime.engine.engine import Engine
from ppcn.runtime.operations.operation import Edit, Enhance, Upscale


class Options(BaseModel):
    """The query of every task: how the result is written. They mean what those of the command mean."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    model: str | None = Field(default=None, description="A name that /v1/models lists.", examples=[DEFAULT_ENHANCER])
    format: Literal[*CHOICES] | None = Field(  # pyright: ignore[reportInvalidTypeForm]
        default=None, description=f"File type of the result: the photo's own, or JPEG (PNG with alpha) for {READ_ONLY}."
    )
    quality: int | None = Field(default=None, ge=1, le=100, description=f"Of {QUALITIES}.")
    strip_metadata: bool = Field(default=False, description="Drop EXIF (with the place), XMP and resolution.")


class EnhanceOptions(Options):
    """The query of /v1/enhance."""

    strength: float = Field(default=1.0, ge=0, le=1, description="Blend with the original.", examples=[0.7])


class UpscaleOptions(Options):
    """The query of /v1/upscale."""

    scale: Literal[2, 3, 4] = Field(default=4, description="How many times larger.")


@dataclass(frozen=True)
class Task:
    """``kind`` is what the cards of its networks call it; ``edit`` makes an edit of a network and the options."""

    kind: str
    default: str
    summary: str
    options: type[Options]
    edit: Callable[[Engine, Any], Edit]


TASKS = {
    "enhance": Task(
        kind="enhancement",
        default=DEFAULT_ENHANCER,
        summary="Make a photo look as if a DSLR had taken it.",
        options=EnhanceOptions,
        edit=lambda engine, options: Enhance(engine, options.strength),
    ),
    "upscale": Task(
        kind="super-resolution",
        default=DEFAULT_UPSCALER,
        summary="Make a photo larger.",
        options=UpscaleOptions,
        edit=lambda engine, options: Upscale(engine, options.scale),
    ),
}


def models(task: Task) -> list[str]:
    """Return the names of the installed networks for a task, the default first."""
    names = [card.name for card in cards() if card.task == task.kind]
    return sorted(names, key=lambda name: name != task.default)
