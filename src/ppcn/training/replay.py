"""A step of training as one launch."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from ppcn.data.groups import Group

Parts = dict[str, Tensor]
WARM = 3  # steps before the recording, in which optimisers and libraries make what they keep


class Replay:
    """A step that is recorded as a CUDA graph, and played from then on.

    A step of a small network is thousands of short kernels, which a GPU computes faster than Python launches them. The
    step must do the same whatever the pictures are, in tensors that stay where they are: a learning rate is one.
    """

    def __init__(self, step: Callable[[Sequence[Group]], Parts]) -> None:
        self._step, self._done = step, 0
        self._graph = torch.cuda.CUDAGraph()

    def __call__(self, groups: Sequence[Group]) -> Parts:
        """Do a step with pictures on the GPU, as many and as large as those of the step before; return its losses."""
        self._done += 1
        if self._done <= WARM:
            return self._aside(groups)
        if self._done == WARM + 1:
            self._groups = [
                group._replace(inputs=group.inputs.clone(), targets=group.targets.clone()) for group in groups
            ]
            with torch.cuda.graph(self._graph):
                self._parts = self._step(self._groups)
        for recorded, group in zip(self._groups, groups, strict=True):
            recorded.inputs.copy_(group.inputs)
            recorded.targets.copy_(group.targets)
        self._graph.replay()
        return {name: part.clone() for name, part in self._parts.items()}

    def _aside(self, groups: Sequence[Group]) -> Parts:
        """Do a step as ever, but in a stream of its own, as it will be recorded in one."""
        own, usual = torch.cuda.Stream(), torch.cuda.current_stream()
        own.wait_stream(usual)
        with torch.cuda.stream(own):
            parts = self._step(groups)
        usual.wait_stream(own)
        return parts
