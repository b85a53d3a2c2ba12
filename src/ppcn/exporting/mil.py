"""Evaluating a Core ML program (MIL) with torch: the operators that our networks are made of.

Core ML itself runs on Apple's systems only. This runs what the package says, operator by operator, from its own
specification and weights: sums in float32, results rounded to what the program stores (float16 or float32), as Apple's
GPUs do it. It shows that the program is right; how an iPhone rounds, only an iPhone shows.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ppcn.errors import ModelError

TYPES = {"fp16": torch.float16, "fp32": torch.float32, "int32": torch.int32}


def run_program(model: Any, given: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Run a model's program on float32 inputs, by name; raises ModelError for an unknown operator."""
    from coremltools.converters.mil.frontend.milproto.load import load  # pyright: ignore[reportMissingImports]
    from coremltools.converters.mil.mil import types  # pyright: ignore[reportMissingImports]

    specification = model.get_spec()
    program = load(specification, specification.specificationVersion, model.weights_dir)
    function = program.functions["main"]
    known: dict[str, Tensor] = dict(given)

    def value(variable: Any) -> Any:
        if isinstance(variable, list | tuple):
            return [value(entry) for entry in variable]
        if variable.name in known:
            return known[variable.name].float()
        constant = variable.val
        floats = getattr(constant, "ndim", 0) and constant.dtype.kind == "f"
        return torch.from_numpy(constant).float() if floats else constant

    for operation in function.operations:
        if operation.op_type == "const":
            continue
        if operation.op_type not in OPERATORS:
            raise ModelError(f"The Core ML program has the operator {operation.op_type}, which cannot be checked here.")
        inputs = {name: value(variable) for name, variable in operation.inputs.items() if variable is not None}
        results = OPERATORS[operation.op_type](**inputs)
        results = [results] if isinstance(results, Tensor) else results
        for output, result in zip(operation.outputs, results, strict=True):
            known[output.name] = result.to(TYPES[types.builtin_to_string(output.dtype)])
    return {output.name: known[output.name] for output in function.outputs}


def _conv(x: Tensor, weight: Tensor, pad: Any, strides: Any, dilations: Any, groups: Any, bias: Any = None, **_: Any):
    top, bottom, left, right = map(int, pad)
    x = functional.pad(x, (left, right, top, bottom))
    return functional.conv2d(x, weight, bias, _ints(strides), 0, _ints(dilations), int(groups))


def _batch_norm(x: Tensor, mean: Tensor, variance: Tensor, gamma: Tensor, beta: Tensor, epsilon: Any) -> Tensor:
    return functional.batch_norm(x, mean, variance, gamma, beta, eps=float(epsilon))


def _concat(values: Sequence[Any], axis: Any, **_: Any) -> Tensor:
    """Of maps, or of the sizes of one."""
    return torch.cat([torch.atleast_1d(torch.as_tensor(each)) for each in values], int(axis))


def _expand_dims(x: Any, axes: Any) -> Tensor:
    x = torch.as_tensor(x)
    for axis in _ints(axes):
        x = x.unsqueeze(axis)
    return x


def _matmul(x: Tensor, y: Tensor, transpose_x: Any, transpose_y: Any) -> Tensor:
    x, y = _tensors(x, y)
    return (x.mT if transpose_x else x) @ (y.mT if transpose_y else y)


def _gather(x: Tensor, indices: Any, axis: Any, **_: Any) -> Tensor:
    return x.index_select(int(axis), torch.as_tensor(_ints(np.atleast_1d(indices))))


def _layer_norm(x: Tensor, axes: Any, epsilon: Any) -> Tensor:
    deviation = x - x.mean(_ints(axes), keepdim=True)
    return deviation * torch.rsqrt((deviation * deviation).mean(_ints(axes), keepdim=True) + float(epsilon))


def _max_pool(x: Tensor, kernel_sizes: Any, strides: Any, pad: Any, ceil_mode: Any, **_: Any) -> Tensor:
    top, bottom, left, right = map(int, pad)
    x = functional.pad(x, (left, right, top, bottom), value=-torch.inf)
    return functional.max_pool2d(x, _ints(kernel_sizes), _ints(strides), ceil_mode=bool(ceil_mode))


def _pad(x: Tensor, pad: Any, mode: str, constant_val: Any = 0) -> Tensor:
    pairs = np.reshape(pad, (-1, 2))[-2:]  # before and after, of the last two dimensions: others are not padded here
    return functional.pad(x, _ints(pairs[::-1].ravel()), mode, float(constant_val) if mode == "constant" else None)


def _slice(
    x: Any, begin: Any, end: Any, begin_mask: Any = (), end_mask: Any = (), squeeze_mask: Any = (), **_: Any
) -> Tensor:
    def index(axis: int) -> slice | int:
        first, last, squeezed = (axis < len(mask) and mask[axis] for mask in (begin_mask, end_mask, squeeze_mask))
        start = int(begin[axis])
        return start if squeezed else slice(None if first else start, None if last else int(end[axis]))

    return torch.as_tensor(x)[tuple(index(axis) for axis in range(len(begin)))]


def _upsample(x: Tensor, scale_factor_height: Any, scale_factor_width: Any) -> Tensor:
    return functional.interpolate(x, scale_factor=(float(scale_factor_height), float(scale_factor_width)))


def _tensors(*values: Any) -> list[Tensor]:
    return [torch.as_tensor(each, dtype=torch.float32) for each in values]


def _of_numbers(function: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Tensor]:
    """Return a function of two maps, or of sizes and constants, which are no tensors of torch."""
    return lambda x, y: function(*_tensors(x, y))


def _ints(values: Any) -> list[int]:
    return [int(entry) for entry in values]


OPERATORS: dict[str, Callable[..., Tensor | Sequence[Tensor]]] = {
    "abs": torch.abs,
    "add": _of_numbers(torch.add),
    "sub": _of_numbers(torch.sub),
    "mul": _of_numbers(torch.mul),
    "real_div": _of_numbers(torch.div),
    "minimum": _of_numbers(torch.minimum),
    "maximum": _of_numbers(torch.maximum),
    "batch_norm": _batch_norm,
    "cast": lambda x, dtype: x,  # noqa: ARG005 (every result is rounded to the type of its variable)
    "clip": lambda x, alpha, beta: x.clamp(float(alpha), float(beta)),
    "concat": _concat,
    "conv": _conv,
    "expand_dims": _expand_dims,
    "gather": _gather,
    "layer_norm": _layer_norm,
    "linear": functional.linear,
    "log": lambda x, epsilon: torch.log(x + float(epsilon)),
    "matmul": _matmul,
    "leaky_relu": lambda x, alpha: functional.leaky_relu(x, float(alpha)),
    "max_pool": _max_pool,
    "pad": _pad,
    "pixel_shuffle": lambda x, upscale_factor: functional.pixel_shuffle(x, int(upscale_factor)),
    "range_1d": lambda start, end, step: torch.arange(float(start), float(end), float(step)),
    "reduce_sum": lambda x, axes, keep_dims: x.sum(_ints(axes), bool(keep_dims)),
    "reduce_mean": lambda x, axes, keep_dims: x.mean(_ints(axes), bool(keep_dims)),
    "relu": functional.relu,
    "reshape": lambda x, shape: x.reshape(_ints(shape)),
    "rsqrt": lambda x, epsilon: torch.rsqrt(x + float(epsilon)),
    "shape": lambda x: torch.tensor(x.shape),
    "slice_by_index": _slice,
    "sqrt": torch.sqrt,
    "split": lambda x, split_sizes, axis: x.split(_ints(split_sizes), int(axis)),
    "tanh": torch.tanh,
    "transpose": lambda x, perm: x.permute(_ints(perm)),
    "upsample_nearest_neighbor": _upsample,
}
