"""Figures 2 to 4: the networks, drawn from the modules themselves."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from ppcn.errors import MissingExtraError
from ppcn.evaluation.reproduce.cells import Missing, attempt
from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.evaluation.reproduce.published import paper

if TYPE_CHECKING:
    from ppcn.evaluation.reproduce.schematic import Schematic

STEP, BOX, ROW = 124, 96, 15  # of the drawing, in pixels: from layer to layer, a layer's width, a line of text
CAPTION = (
    "A box is a layer with its kernel and channels, below it what follows; a line past boxes carries maps on. "
    "Read off the module, by tracing it."
)


class Arc(NamedTuple):
    """The line of a skip: where it starts and ends, how high it runs, and how it joins."""

    x1: int
    x2: int
    height: int
    joined: str


class Drawing(NamedTuple):
    """A network's picture: its boxes' left edges, its arcs, and the size of all."""

    schematic: "Schematic"
    boxes: Sequence[int]
    arcs: Sequence[Arc]
    top: int
    width: int
    height: int
    box: int = BOX
    row: int = ROW


@dataclass(frozen=True)
class Diagram:
    """A figure of one or two networks."""

    name: str
    title: str
    source: str
    networks: "Sequence[Schematic | Missing]"

    caption: ClassVar[str] = CAPTION
    template: ClassVar[str] = "diagram.html"

    @property
    def computed(self) -> int:
        """How many networks could be drawn."""
        return sum(not isinstance(network, Missing) for network in self.networks)

    @property
    def size(self) -> int:
        """How many networks there are."""
        return len(self.networks)

    @property
    def missing(self) -> list[str]:
        """Why networks are missing."""
        return [network.reason for network in self.networks if isinstance(network, Missing)]

    @property
    def drawings(self) -> list[Drawing]:
        """The networks as pictures."""
        return [draw(network) for network in self.networks if not isinstance(network, Missing)]

    def as_dict(self) -> dict[str, Any]:
        """Return what the figure's JSON file holds."""
        networks = [
            {"missing": network.reason}
            if isinstance(network, Missing)
            else asdict(network)
            | {"layers": [layer._asdict() for layer in network.layers]}
            | {"skips": [skip._asdict() for skip in network.skips]}
            for network in self.networks
        ]
        return {"name": self.name, "title": self.title, "source": self.source, "networks": networks}

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


def draw(network: "Schematic") -> Drawing:
    """Lay a network out from left to right, with skips above it, the longer the higher."""
    gap = BOX + (STEP - BOX) // 2  # from a box's left edge to the middle of the space after it
    ends = Counter[int]()
    arcs = []
    for start, end, joined in network.skips:
        beside = ends[end]  # several that end at one place are drawn side by side
        ends[end] += 1
        arcs.append(Arc(start * STEP + gap, end * STEP + gap + 6 * beside, 14 + 5 * (end - start) + 9 * beside, joined))
    top = max((arc.height for arc in arcs), default=0) + 12
    lines = max(len(layer.steps) for layer in network.layers)
    boxes = [number * STEP for number in range(len(network.layers))]
    return Drawing(network, boxes, arcs, top, len(boxes) * STEP + 8, top + 48 + ROW * (lines + 1))


def make(inputs: Inputs, name: str, title: str, modules: Mapping[str, str]) -> Diagram:  # noqa: ARG001 - no pictures
    """Draw modules, given by what they are called and where they lie."""
    return Diagram(name, title, paper(), [attempt(_read, label, module) for label, module in modules.items()])


def _read(label: str, module: str) -> "Schematic":
    try:
        from ppcn.evaluation.reproduce.schematic import schematic

        return schematic(label, resolve_name(module)())
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"To draw the {label}, {error.name} is needed: install it with pip install 'ppcn[train]'."
        ) from error


figure2 = partial(
    make,
    name="figure2",
    title="Figure 2: the network for super-resolution",
    modules={"super-resolution network": "ppcn.networks.super_resolution:SuperResolution"},
)
figure3 = partial(
    make,
    name="figure3",
    title="Figure 3: the enhancers, teacher and student",
    modules={"teacher": "ppcn.networks.teacher:Teacher", "student": "ppcn.networks.student:Student"},
)
figure4 = partial(
    make,
    name="figure4",
    title="Figure 4: the discriminator",
    modules={"discriminator": "ppcn.networks.discriminator:Discriminator"},
)
