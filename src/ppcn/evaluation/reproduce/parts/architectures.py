"""Figures 2 to 4: the networks' architectures, drawn from the modules themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, ClassVar

from ppcn.errors import missing_extra
from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.evaluation.reproduce.report.cells import Missing, or_missing
from ppcn.evaluation.reproduce.report.part import Part

if TYPE_CHECKING:
    from ppcn.evaluation.reproduce.parts.schematic import Schematic


@dataclass(frozen=True)
class Architectures(Part):
    """A figure of one or two networks, or why they could not be read."""

    networks: "Sequence[Schematic | Missing]"

    caption: ClassVar[str] = (
        "A box is a layer with its kernel and channels, below it what follows; a line past boxes carries maps on. "
        "Read off the module, by tracing it."
    )
    template: ClassVar[str] = "diagram.html"

    @property
    def made(self) -> list[bool]:
        """Whether each network could be drawn."""
        return [not isinstance(network, Missing) for network in self.networks]

    def as_dict(self) -> dict[str, Any]:
        """Return what the figure's JSON file holds."""
        networks = [
            {"missing": network.reason} if isinstance(network, Missing) else network.as_dict()
            for network in self.networks
        ]
        return super().as_dict() | {"networks": networks}

    def markdown(self) -> str:
        """Return the figure as a line of layers a network."""
        lines = [f"## {self.title}", "", "The drawing is in `report.html`.", ""]
        for network in self.networks:
            if isinstance(network, Missing):
                lines.append(f"- {network.reason}")
            else:
                layers = [", ".join(filter(None, (" ".join(layer[:2]), *layer.steps))) for layer in network.layers]
                lines.append(f"- {network.label}, {network.parameters:,} parameters: {'; '.join(layers)}")
        return "\n".join(lines) + "\n"


def _read(label: str, module: str) -> "Schematic":
    try:
        from ppcn.evaluation.reproduce.parts.schematic import schematic

        return schematic(label, resolve_name(module)())
    except ModuleNotFoundError as error:
        raise missing_extra(f"To draw the {label}", error, "train") from error


def _figure(number: int, title: str, modules: Mapping[str, str], inputs: Inputs) -> Architectures:  # noqa: ARG001
    """Draw modules, given by what they are called and where they lie."""
    networks = [or_missing(_read, label, f"ppcn.networks.{module}") for label, module in modules.items()]
    return Architectures(f"figure{number}", f"Figure {number}: {title}", networks)


figure2 = partial(
    _figure, 2, "the network for super-resolution", {"super-resolution network": "super_resolution:SuperResolution"}
)
figure3 = partial(
    _figure, 3, "the enhancers, teacher and student", {"teacher": "teacher:Teacher", "student": "student:Student"}
)
figure4 = partial(_figure, 4, "the discriminator", {"discriminator": "discriminator:Discriminator"})
