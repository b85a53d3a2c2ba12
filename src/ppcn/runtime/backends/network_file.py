"""A network as a file that the compiled kernel reads without ONNX (docs/formats/network.md): what the page ships."""

from ppcn.runtime.backends.loader import STAGES, stage_specs
from ppcn.runtime.engine.stage import StageSpec
from ppcn.runtime.engine.statistics import STATISTICS
from ppcn.runtime.lowering.lowering import lower, map_channels
from ppcn.runtime.lowering.onnx_graph import metadata, parse
from ppcn.runtime.lowering.program import Program
from ppcn.runtime.lowering.tensors import CODES, Tensors
from ppcn.runtime.lowering.words import Words

SIGNATURE, VERSION = b"ppcn", 1


def network_file(model: bytes, border: int, *, halves: bool = False) -> bytes:
    """Return an ONNX file of ppcn's as the kernel's own.

    ``border``: pixels of a mirrored border that a picture has to have; ``halves``: weights are float16. Raises
    UnsupportedError where the kernel does not know an operator, and errors of ``stage_specs``.
    """
    stages = stage_specs(metadata(model)[STAGES], model)
    words = Words()
    words.number(VERSION, border, len(stages))
    return SIGNATURE + words.data() + b"".join(_stage(graph, spec, halves) for spec, graph in stages)


def _stage(graph: bytes, spec: StageSpec, halves: bool) -> bytes:
    parsed = parse(graph)
    program = Program(map_channels(parsed, spec.statistic_inputs, place=spec.place), halves=halves)
    lowered = lower(parsed, spec.statistic_inputs, program, picture=spec.last, place=spec.place)
    tensors = Tensors({name: parsed.inputs[name] for name in lowered.statistics}, parsed.constants, lowered.folded)
    affine = [
        [(CODES[operator], tensors.tensor(name), first) for operator, name, first in step.affine]
        for step in lowered.pointwise_steps
    ]
    grids = [tensors.tensor(name) for name in lowered.grids]

    head, tail = Words(), Words(halves=halves)
    statistic = 0 if spec.statistic is None else 1 + list(STATISTICS).index(spec.statistic)
    head.number(spec.halo, spec.scale, spec.row_multiple, statistic, spec.observes)
    tail.number(len(lowered.statistics), len(tensors.constants))
    for constant in tensors.constants:
        tail.numbers(constant.shape)
        tail.reals(constant)
    tail.number(len(tensors.operations))
    for operation in tensors.operations:
        tail.number(CODES[operation.operator])
        tail.numbers(operation.operands)
        tail.numbers(operation.numbers)
    tail.number(len(affine))
    for operators in affine:
        tail.number(len(operators))
        for operator in operators:
            tail.number(*operator)
    tail.numbers(grids)
    return head.data() + program.data(lowered.outputs) + tail.data()
