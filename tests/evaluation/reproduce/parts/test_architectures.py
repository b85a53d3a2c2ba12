"""Figures of networks."""

import re
import sys

from ppcn.evaluation.reproduce.parts import architectures
from ppcn.evaluation.reproduce.parts.schematic import Schematic
from ppcn.evaluation.reproduce.report.drawing import Layer, Skip


def networks(figure: architectures.Architectures) -> list[Schematic]:
    found = [network for network in figure.networks if isinstance(network, Schematic)]
    assert len(found) == len(figure.networks)
    return found


def test_networks_are_drawn_from_their_modules(inputs):
    teacher, student = networks(architectures.figure3(inputs))
    assert [layer.title for layer in student.layers] == [
        *("image", "1×7", "7×1", "1×7, dilation 2", "7×1, dilation 2", "3×3")
    ]
    assert student.layers[0].steps == ["− mean", "× 1.2", "+ mean"]
    assert student.layers[4].steps == ["IN", "LReLU", "+"]
    assert student.layers[5] == Layer("3×3", "8 → 3", ["tanh", "× 0.58", "+ 0.5"])
    assert student.skips == [Skip(2, 4, "+")]
    assert teacher.skips == [Skip(2, 4, "+"), Skip(4, 6, "+"), Skip(4, 6, "concat")]
    assert (student.parameters, teacher.parameters) == (2_715, 21_843)
    (network,) = networks(architectures.figure2(inputs))
    assert network.parameters == 236_560
    assert len(network.skips) == 7  # four residual modules, two blocks, the whole
    assert "shuffle" in network.layers[-1].steps
    (discriminator,) = networks(architectures.figure4(inputs))
    assert [layer.channels for layer in discriminator.layers[-2:]] == ["12544 → 1024", "1024 → 1"]


def test_drawings_hold_every_layer_and_skip(inputs):
    for figure in (architectures.figure2(inputs), architectures.figure3(inputs), architectures.figure4(inputs)):
        for network in networks(figure):
            svg = network.svg()
            assert all(text in svg for layer in network.layers for text in (layer.title, layer.channels, *layer.steps))
            signs = re.findall(r">([+c])</text>", svg)
            steps = sum(layer.steps.count("+") for layer in network.layers)
            assert len(signs) == len(network.skips) + steps


def test_without_torch_a_sentence_says_so(inputs, monkeypatch):
    monkeypatch.delitem(sys.modules, "ppcn.evaluation.reproduce.parts.schematic", raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    figure = architectures.figure4(inputs)
    assert figure.computed == 0
    assert "To draw the discriminator" in str(figure.networks[0])
    assert "To draw the discriminator" in figure.markdown()
