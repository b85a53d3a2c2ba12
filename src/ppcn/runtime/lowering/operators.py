"""The ONNX operators that the compiled kernel knows: a function each, which adds a node to the values."""

from collections.abc import Callable

from ppcn.runtime.lowering.fusion import LayerNorm, Swish
from ppcn.runtime.lowering.onnx_graph import Node
from ppcn.runtime.lowering.padding import join
from ppcn.runtime.lowering.values import Convolution, Map, UnsupportedError, Values


def identity(values: Values, node: Node) -> None:
    """Identity."""
    values.maps[node.outputs[0]] = values.map(node.inputs[0])


def arithmetic(values: Values, node: Node) -> None:
    """A sum, difference, product or quotient: affine with a constant, a step of its own with another map."""
    (result,) = node.outputs
    constant = [not values.is_map(name) for name in node.inputs]
    if any(constant):
        name, other = node.inputs if constant[1] else node.inputs[::-1]
        before = values.without_activation(name)
        values.maps[result] = before._replace(affine=(*before.affine, (node.operator, other, constant[0])))
        return
    if _fused_into_convolution(values, node):
        return
    if node.operator != "Add":
        raise UnsupportedError(f"{node.operator} of two maps")
    first, second = node.inputs
    if values.map(first).done:
        first, second = second, first
    other = values.finished(second)
    if values.map(first).channels != other.channels:
        raise UnsupportedError("a sum of maps of different shapes")
    values.maps[result] = values.emit_pointwise([values.map(first), other])


def _fused_into_convolution(values: Values, node: Node) -> bool:
    """Fuse a product or sum of two maps into the convolution that one of them comes from, if that is possible."""
    for name, other in (node.inputs, node.inputs[::-1]):
        before = values.convolutions.get(name)
        if before is None or values.uses[name] > 1 or not before.pointwise or before.plus:
            continue
        if node.operator == "Add":
            fused = before._replace(plus=other)
        elif node.operator == "Mul" and not before.times:
            fused = before._replace(times=other)
        else:
            continue
        values.finished(other)
        values.convolutions[node.outputs[0]] = fused
        del values.convolutions[name]
        return True
    return False


def activation(values: Values, node: Node) -> None:
    """LeakyRelu, Relu or Tanh."""
    slope, function = 1.0, "leaky"
    match node.operator:
        case "LeakyRelu":
            slope = node.attributes.get("alpha", 0.01)
        case "Relu":
            slope = 0.0
        case other:
            function = other.lower()
    if not 0 <= slope <= 1:
        raise UnsupportedError("LeakyRelu with a slope outside 0 to 1")
    values.activate(function, node.inputs[0], node.outputs[0], slope)


def absolute(values: Values, node: Node) -> None:
    """Abs: a rectifier of the slope -1."""
    values.activate("leaky", node.inputs[0], node.outputs[0], -1.0)


def slice_grid(values: Values, node: Node) -> None:
    """The slicing of a bilateral grid, which follows from the statistics."""
    image, grid, _ = node.inputs
    source = values.finished(image)
    value = values.program.slice(source.value, node.attributes["levels"], node.attributes["cells"])
    values.grids.append(grid)
    values.maps[node.outputs[0]] = Map(value, 3)


def pad(values: Values, node: Node) -> None:
    """Pad by a constant number of rows and columns, in the mode "edge"."""
    name, pads = node.inputs[:2]
    if node.attributes.get("mode") != "edge" or len(node.inputs) > 2 or pads not in values.graph.constants:
        raise UnsupportedError("Pad but by a constant number of rows and columns, which repeat the outermost")
    before, after = values.graph.constants[pads].reshape(2, -1).tolist()
    if len(before) != 4 or any((*before[:2], *after[:2])):
        raise UnsupportedError("Pad but of rows and columns")
    padded = values.pad(name)
    for axis in (2, 3):
        padded = padded.with_axis(axis, padded.axes[axis].with_edge(before[axis], after[axis]))
    values.padded[node.outputs[0]] = padded


def slice_(values: Values, node: Node) -> None:
    """Slice of a single row or column, which becomes padding."""
    name, *numbers = node.inputs
    if len(numbers) < 3 or any(number not in values.graph.constants for number in numbers):
        raise UnsupportedError("Slice but of constant rows or columns")
    (start,), (end,), (axis,) = (values.graph.constants[number].tolist() for number in numbers[:3])
    if end != start + 1 or axis not in (2, 3):
        raise UnsupportedError("Slice but of one row or column")
    padded = values.pad(name)
    values.padded[node.outputs[0]] = padded.with_axis(axis, padded.axes[axis].pick(start))


def concatenate(values: Values, node: Node) -> None:
    """Concat: of channels, or of a map's rows or columns with padding."""
    axis = node.attributes["axis"]
    if axis == 1:
        maps = [values.finished(name) for name in node.inputs]
        value = values.program.concatenate([each.value for each in maps])
        values.maps[node.outputs[0]] = Map(value, sum(each.channels for each in maps))
        return
    parts = [values.pad(name) for name in node.inputs]
    if axis not in (2, 3) or len({(part.name, part.axes[5 - axis]) for part in parts}) > 1:
        raise UnsupportedError("Concat of different maps' rows or columns")
    values.padded[node.outputs[0]] = parts[0].with_axis(axis, join([part.axes[axis] for part in parts]))


def pixel_shuffle(values: Values, node: Node) -> None:
    """DepthToSpace in the mode "CRD"."""
    if node.attributes.get("mode") != "CRD":
        raise UnsupportedError("DepthToSpace but CRD")
    before, factor = values.finished(node.inputs[0]), node.attributes["blocksize"]
    value = values.program.pixel_shuffle(before.value, factor)
    values.maps[node.outputs[0]] = Map(value, before.channels // factor**2)


def convolution(values: Values, node: Node) -> None:
    """Conv: it is emitted when the operators behind it are known."""
    if any(name not in values.graph.constants for name in node.inputs[1:]):
        raise UnsupportedError("Conv with computed weights")
    values.finished(values.pad(node.inputs[0]).name)
    weights, given = values.graph.constants[node.inputs[1]], node.attributes
    pointwise = weights.shape[2:] == (1, 1) and given["strides"] == [1, 1] and node.inputs[0] not in values.padded
    values.convolutions[node.outputs[0]] = Convolution(node, pointwise)


def fuse(values: Values, node: Node) -> None:
    """An operator of a group that the kernel runs as one."""
    found = values.fusion.add(node)
    if found is None:
        return
    if isinstance(found, Swish):
        values.activate("swish", found.source, node.outputs[0], uses=2)
        return
    source = values.finished(found.source)
    if isinstance(found, LayerNorm):
        value = values.program.layer_norm(source.value, found.scale, found.shift, found.epsilon)
    else:
        value = values.program.pooled_convolution(source.value, found.sides, found.weights, found.bias)
    values.maps[node.outputs[0]] = Map(value, source.channels)


OPERATORS: dict[str, Callable[[Values, Node], None]] = {
    "Identity": identity,
    "Add": arithmetic,
    "Sub": arithmetic,
    "Mul": arithmetic,
    "Div": arithmetic,
    "Abs": absolute,
    "LeakyRelu": activation,
    "SliceGrid": slice_grid,
    "Relu": activation,
    "Tanh": activation,
    "Pad": pad,
    "Slice": slice_,
    "Concat": concatenate,
    "DepthToSpace": pixel_shuffle,
    "Conv": convolution,
}
