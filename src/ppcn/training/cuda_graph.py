"""A training step as a CUDA graph."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from ppcn.data.groups import Group

Losses = dict[str, Tensor]
WARM_UP = 3  # steps before the capture, in which optimisers and libraries allocate what they keep


class GraphedStep:
    """A step that is captured as a CUDA graph, and replayed from then on.

    A step of a small network is thousands of short kernels, which a GPU computes faster than Python launches them. The
    step must do the same whatever the pictures are, in tensors that stay where they are: a learning rate is one.
    """

    def __init__(self, step: Callable[[Sequence[Group]], Losses]) -> None:
        self._step, self._done = step, 0
        self._graph = torch.cuda.CUDAGraph()

    def __call__(self, groups: Sequence[Group]) -> Losses:
        """Do a step with pictures on the GPU, as many and as large as those of the step before; return its losses."""
        self._done += 1
        if self._done <= WARM_UP:  # plainly, in a stream of its own, as captures need it
            own, usual = torch.cuda.Stream(), torch.cuda.current_stream()
            own.wait_stream(usual)
            with torch.cuda.stream(own):
                losses = self._step(groups)
            usual.wait_stream(own)
            return losses
        if self._done == WARM_UP + 1:
            self._groups = [
                group._replace(inputs=group.inputs.clone(), targets=group.targets.clone()) for group in groups
            ]
            with torch.cuda.graph(self._graph):
                self._losses = self._step(self._groups)
        for captured, group in zip(self._groups, groups, strict=True):
            captured.inputs.copy_(group.inputs)
            captured.targets.copy_(group.targets)
        self._graph.replay()
        return {name: loss.clone() for name, loss in self._losses.items()}
