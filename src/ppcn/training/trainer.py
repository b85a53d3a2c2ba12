"""The trainer: a network, its moving average (EMA), its teacher and its discriminator, and one step of training."""

import copy
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from ppcn.data.groups import Group, windows
from ppcn.data.whole_and_parts import WholePhotoSource
from ppcn.errors import RecipeError
from ppcn.losses.objective import Objective, View
from ppcn.networks import NETWORKS, weights_file
from ppcn.networks.initialise import STARTS
from ppcn.networks.stages import Maps, StagedNetwork
from ppcn.networks.vgg import VGG19
from ppcn.training.cuda_graph import GraphedStep
from ppcn.training.gan import SIDE, DiscriminatorTrainer
from ppcn.training.muon import Muon, kernels_of
from ppcn.training.recipe import Recipe

Batches = Iterator[Sequence[Group]]
Forward = Callable[[Tensor], tuple[Tensor, Maps]]
Network = TypeVar("Network", bound=nn.Module)


class Trainer:
    """The networks of one recipe, on this process's device."""

    def __init__(self, fabric: Fabric, recipe: Recipe, window: int, equal_steps: bool = False) -> None:
        """Build them; ``window`` and ``equal_steps`` are as in ``TrainingData``.

        A single CUDA GPU runs equal steps as a CUDA graph, if the losses need nothing but output and target. Raises
        RecipeError and ModelError for networks, losses or files that do not exist or do not fit.
        """
        self.objective = Objective(recipe.losses, recipe.variants)
        if self.objective.needs("discriminator") and window != SIDE:
            raise RecipeError(f"The texture loss takes patches of {SIDE} pixels, not {window}.")
        if self.objective.needs("teacher") and not recipe.teacher:
            raise RecipeError("Distillation needs a teacher: give its weights with --set teacher=FILE.safetensors.")
        if recipe.start_share and recipe.start in STARTS:
            raise RecipeError(
                f"The recipe's start_share of {recipe.start_share:g} is one of trained weights: give those with --set "
                "start=FILE.safetensors."
            )
        self._fabric, self._recipe, self._window = fabric, recipe, window
        self.network = start(recipe)
        if recipe.source == WholePhotoSource.source and not hasattr(self.network, "forward_part"):
            raise RecipeError(
                f"The source '{recipe.source}' is for networks that see the whole photo, and {recipe.network} does "
                "not: take another source."
            )
        self._teacher = None
        if self.objective.needs("teacher"):
            self._teacher = weights_file.find(recipe.teacher).requires_grad_(False).to(fabric.device)
            if len(self._teacher.transferred) != len(self.network.transferred):
                raise RecipeError(f"{recipe.teacher} cannot teach a {recipe.network}: their maps do not pair up.")
        self._extractor = None
        if self.objective.needs("features"):
            path = Path(recipe.features.weights) if recipe.features.weights else None
            self._extractor = _fast(VGG19(path, recipe.features.layer)).to(fabric.device)
        self._ema = copy.deepcopy(self.network).requires_grad_(False).to(fabric.device)
        self._start = copy.deepcopy(self._ema)
        self._ema_share = torch.zeros((), device=fabric.device)  # of the network's weights in the EMA's next ones
        self.modules: dict[str, nn.Module] = {"network": self.network, "average": self._ema}
        single_gpu = fabric.device.type == "cuda" and fabric.world_size == 1
        graphable = single_gpu and equal_steps and self.objective.is_plain
        self._graphed = GraphedStep(self._generator_step) if graphable else None
        self.optimisers = _optimisers(recipe, self.network.to(fabric.device), graphable)
        self._model, *self._generator_optimisers = fabric.setup(self.network, *self.optimisers.values())
        self._model.mark_forward_method("forward_with_maps")
        if hasattr(self.network, "forward_part"):
            self._model.mark_forward_method("forward_part")
        if recipe.compiled:
            self.network.compile(dynamic=False)
        self._gan = None
        if self.objective.needs("discriminator"):
            self._gan = DiscriminatorTrainer(fabric, recipe.discriminator)
            self.modules["discriminator"] = self._gan.discriminator
            self.optimisers["discriminator_adam"] = self._gan.adam

    @property
    def batches(self) -> int:
        """Batches that a step takes: the discriminator learns from a second, independent one."""
        return 2 if self._gan else 1

    @torch.no_grad()
    def result(self) -> StagedNetwork:
        """Return what training has made so far: the EMA, mixed with the start as the recipe says."""
        result = copy.deepcopy(self._ema)
        for weight, first in zip(result.parameters(), self._start.parameters(), strict=True):
            weight.lerp_(first, self._recipe.start_share)
        return result

    def step(self, number: int, batches: Batches, learning_rate: float) -> dict[str, Tensor]:
        """Do step ``number``; return its losses before their weights, their weighted sum, and the discriminator's."""
        for optimiser in self.optimisers.values():
            for settings in optimiser.param_groups:
                if isinstance(settings["lr"], Tensor):
                    settings["lr"].fill_(learning_rate)
                else:
                    settings["lr"] = learning_rate
        self._ema_share.fill_(1 - min(self._recipe.averaging, (1 + number) / (10 + number)))
        seed = int(np.random.SeedSequence((self._recipe.seed, number)).generate_state(1)[0])
        generator = torch.Generator().manual_seed(seed)  # on the CPU: the same draws on every device and process

        groups = self._to_device(next(batches))
        if self._graphed:
            return self._graphed(groups)
        losses = self._generator_step(groups, generator)
        if self._gan:
            groups = self._to_device(next(batches))
            with torch.no_grad():
                generated, _ = self._run(self.network.forward_with_maps, groups)
            losses |= self._gan.step(generated, self._targets(groups), generator)
        return losses

    def _generator_step(self, groups: Sequence[Group], generator: torch.Generator | None = None) -> dict[str, Tensor]:
        total, losses = self.objective(self._view(groups, generator))
        self.network.zero_grad()
        self._fabric.backward(total)
        for optimiser in self._generator_optimisers:
            optimiser.step()
        with torch.no_grad():
            for average, weight in zip(self._ema.parameters(), self.network.parameters(), strict=True):
                average.lerp_(weight, self._ema_share)
        return losses | {"objective": total.detach()}

    def _view(self, groups: Sequence[Group], generator: torch.Generator | None) -> View:
        outputs, maps = self._run(self._model.forward_with_maps, groups)
        teacher_maps: Sequence[Tensor] = ()
        if self._teacher:
            with torch.no_grad():
                teacher_maps = self._run(self._teacher.forward_with_maps, groups)[1]
        return View(
            torch.cat(outputs),
            torch.cat(self._targets(groups)),
            maps,
            teacher_maps,
            extract=self._extract,
            discriminate=self._gan.logits if self._gan else None,
            processes=self._fabric.world_size,
            mean=partial(mean_over_processes, self._fabric),
            generator=generator,
        )

    def _run(self, forward: Forward, groups: Sequence[Group]) -> tuple[list[Tensor], list[Tensor]]:
        """Return the windows of a network's pictures, group by group, and those of its maps, layer by layer."""
        outputs, maps = [], []
        for group in groups:
            with self._fabric.autocast():  # Fabric itself casts in ``forward`` only
                if group.thumbnails is None:
                    picture, seen = forward(group.inputs)
                else:
                    picture, seen = self._model.forward_part(group.inputs, group.thumbnails, group.boxes), ()
            outputs.append(windows(picture.float(), self._window, group.corner))
            maps.append([windows(layer, self._window, group.corner) for layer in seen])
        return outputs, [torch.cat(layer) for layer in zip(*maps, strict=True)]

    def _targets(self, groups: Sequence[Group]) -> list[Tensor]:
        return [windows(group.targets, self._window, group.corner) for group in groups]

    def _to_device(self, groups: Sequence[Group]) -> list[Group]:
        device = self._fabric.device
        return [
            group._replace(
                inputs=group.inputs.to(device, memory_format=torch.channels_last, non_blocking=True),
                targets=group.targets.to(device, non_blocking=True),
                thumbnails=None if group.thumbnails is None else group.thumbnails.to(device, non_blocking=True),
                boxes=None if group.boxes is None else group.boxes.to(device, non_blocking=True),
            )
            for group in groups
        ]

    def _extract(self, images: Tensor) -> Tensor:
        assert self._extractor
        with self._fabric.autocast():
            return self._extractor(images.contiguous(memory_format=torch.channels_last))


def mean_over_processes(fabric: Fabric, x: Tensor) -> Tensor:
    """Return the mean of a tensor over all processes, in each of them."""
    mean = fabric.all_reduce(x, reduce_op="mean")
    assert isinstance(mean, Tensor)
    return mean


def start(recipe: Recipe) -> StagedNetwork:
    """Return a recipe's network as training starts from it; draws from torch's global generator."""
    if recipe.network not in NETWORKS:
        raise RecipeError(f"No network is called '{recipe.network}'; there are {', '.join(NETWORKS)}.")
    if recipe.start in STARTS:
        network = NETWORKS[recipe.network]()
        STARTS[recipe.start](network)
    else:
        network = weights_file.find(recipe.start).train()
        if not isinstance(network, NETWORKS[recipe.network]):
            raise RecipeError(f"{recipe.start} is no {recipe.network} to start from.")
    return _fast(network)


def _optimisers(recipe: Recipe, network: nn.Module, graphable: bool) -> dict[str, Optimizer]:
    kernels = kernels_of(network) if recipe.optimiser.kernels == "muon" else []
    known = set(map(id, kernels))
    others = [weight for weight in network.parameters() if id(weight) not in known]
    rate = torch.zeros((), device=others[0].device) if graphable else 0.0  # every step sets it
    adam = Adam(others, lr=rate, capturable=graphable)
    return {"muon": Muon(kernels, lr=rate), "adam": adam} if kernels else {"adam": adam}


def _fast(network: Network) -> Network:
    return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
