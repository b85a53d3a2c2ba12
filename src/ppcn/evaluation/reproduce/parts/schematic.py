"""A network's structure, read off the module itself: its layers in order, and what is carried past them."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import torch
from torch import fx, nn
from torch.nn import functional

from ppcn.evaluation.reproduce.report.drawing import Layer, Skip, diagram
from ppcn.networks.enlarge import SCALE, Enlarge
from ppcn.networks.layers import InstanceNorm

CONVERSION = "to"  # of a map to another type: no step of the network


@dataclass(frozen=True)
class Schematic:
    """A network's layers in the order that they run in, and the connections past them."""

    label: str
    parameters: int
    layers: Sequence[Layer]
    skips: Sequence[Skip]

    def as_dict(self) -> dict[str, Any]:
        """Return what the figure's JSON file holds of it."""
        layers, skips = ([item._asdict() for item in items] for items in (self.layers, self.skips))
        return {"label": self.label, "parameters": self.parameters, "layers": layers, "skips": skips}

    def svg(self) -> str:
        """Return the network's diagram."""
        return diagram(self.label, self.layers, self.skips)


class _Tracer(fx.Tracer):
    """Keeps our own layers whole."""

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        return isinstance(m, InstanceNorm | Enlarge) or super().is_leaf_module(m, module_qualified_name)


def schematic(label: str, network: nn.Module) -> Schematic:
    """Return a network's structure by tracing it; what only computes statistics of the photo is left out."""
    graph = _Tracer().trace(network)
    statistics = _statistics(graph)
    shown = _shown(graph, statistics)
    layers: list[Layer] = []
    skips: list[Skip] = []
    made_by: dict[fx.Node, int] = {}  # the layer after which a map is
    for node in graph.nodes:
        if node not in shown or node.op == "output":
            continue
        maps = [source for source in _inputs(node) if source not in statistics]
        layer = _layer(network, node)
        if layer:
            layers.append(layer)
            made_by[node] = len(layers) - 1
            continue
        made_by[node] = max(made_by[source] for source in maps)
        if node.target == CONVERSION:
            continue
        step = _step(network, node, statistics)
        if len(maps) > 1:
            skips.append(Skip(min(made_by[source] for source in maps), made_by[node], step))
        layers[made_by[node]].steps.append(step)
    count = sum(values.numel() for values in network.parameters())
    return Schematic(label, count, layers, skips)


def _statistics(graph: fx.Graph) -> set[fx.Node]:
    """Return the nodes that hold statistics: means, and what is computed of nothing else."""
    found: set[fx.Node] = set()
    for node in graph.nodes:
        sources = node.all_input_nodes
        if node.target == "mean" or (sources and all(source in found for source in sources)):
            found.add(node)
    return found


def _shown(graph: fx.Graph, statistics: set[fx.Node]) -> set[fx.Node]:
    """Return the nodes whose maps the output is made of."""
    waiting = [node for node in graph.nodes if node.op == "output"]
    found: set[fx.Node] = set()
    while waiting:
        node = waiting.pop()
        if node not in found and node not in statistics:
            found.add(node)
            waiting += _inputs(node)
    return found


def _inputs(node: fx.Node) -> list[fx.Node]:
    """Return what a node is computed of; the type that a map is converted to is none of it."""
    return node.all_input_nodes[:1] if node.target == CONVERSION else node.all_input_nodes


def _layer(network: nn.Module, node: fx.Node) -> Layer | None:
    if node.op == "placeholder":
        return Layer("image", "", [])
    if node.op != "call_module":
        return None
    match network.get_submodule(str(node.target)):
        case nn.Conv2d() as conv:
            height, width = conv.kernel_size
            facts = [f"{height}×{width}"]
            facts += [f"stride {conv.stride[0]}"] if conv.stride[0] > 1 else []
            facts += [f"dilation {conv.dilation[0]}"] if conv.dilation[0] > 1 else []
            return Layer(", ".join(facts), f"{conv.in_channels} → {conv.out_channels}", [])
        case nn.Linear() as dense:
            return Layer("dense", f"{dense.in_features} → {dense.out_features}", [])
        case Enlarge():
            return Layer("bicubic", f"×{SCALE}", [])
        case _:
            return None


NAMES: Mapping[Any, str] = MappingProxyType(
    {
        InstanceNorm: "IN",
        functional.leaky_relu: "LReLU",
        functional.pixel_shuffle: "shuffle",
        functional.pad: "pad",
        torch.tanh: "tanh",
        torch.cat: "concat",
        "flatten": "flatten",
    }
)
SIGNS: Mapping[Callable[..., Any], str] = MappingProxyType(
    {operator.add: "+", operator.sub: "−", operator.mul: "×", operator.truediv: "/"}
)


def _step(network: nn.Module, node: fx.Node, statistics: set[fx.Node]) -> str:
    """Return the name of a step: "LReLU", "× 1.2", "+ mean", or "+" for the sum of two maps."""
    what: Any = type(network.get_submodule(str(node.target))) if node.op == "call_module" else node.target
    if what in NAMES:
        return NAMES[what]
    others = [_operand(value, statistics) for value in node.args]
    return " ".join([SIGNS[what], *filter(None, others)])


def _operand(value: Any, statistics: set[fx.Node]) -> str:
    if isinstance(value, fx.Node):
        return "mean" if value in statistics else ""
    return f"{value:g}"
