"""The training loop."""

import math
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import torch
from lightning_fabric import Fabric
from torch import Tensor
from torch.utils.data import DataLoader

from ppcn.cores import cores
from ppcn.data.source import TrainingData
from ppcn.errors import CheckpointError, DivergenceError, PpcnError
from ppcn.files import atomic_write, sha256
from ppcn.networks import weights_file
from ppcn.training import checkpoints
from ppcn.training.log import RunLog
from ppcn.training.recipe import Recipe, as_toml, parse
from ppcn.training.trainer import Trainer, mean_over_processes
from ppcn.training.validation import of_enhancement, of_super_resolution

DIVERGED = 10  # times the objective of the first report
VALIDATION = {"enhancement": of_enhancement, "super-resolution": of_super_resolution}


def run(recipe: Recipe, out: Path, resume: bool = False, quiet: bool = False) -> Path:
    """Train as the recipe says and return the file of the resulting weights, ``out/NETWORK.safetensors``.

    ``out`` also gets ``recipe.toml``, ``log.jsonl``, TensorBoard's events, ``trained-on.txt`` (sha256 and name of every
    training file), ``NETWORK.best.safetensors`` (by PSNR on held-out pairs) and ``checkpoint.safetensors``, from
    which ``resume`` goes on: to the same weights, bit for bit, as without the stop. Several processes (``torchrun``)
    share each batch and train the same network as one would. Sets torch's seed and threads. Raises RecipeError,
    DataError and ModelError before anything starts, CheckpointError for a damaged checkpoint or one of another recipe,
    and DivergenceError, naming the step and the loss.
    """
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(recipe.threads)
    fabric = _fabric(recipe)
    data = recipe.open_data((fabric.global_rank, fabric.world_size), fabric.device)
    trainer = Trainer(fabric, recipe, data.window, data.equal_steps)
    validate = VALIDATION[data.task](data.held_out)

    checkpoint = out / "checkpoint.safetensors"
    weights, best = out / f"{recipe.network}.safetensors", out / f"{recipe.network}.best.safetensors"
    state = checkpoints.RunState(0, 0.0, as_toml(recipe))
    if resume and checkpoint.exists():
        state = checkpoints.read_state(checkpoint)
        if _essence(parse(state.recipe)) != _essence(recipe):
            raise CheckpointError(f"{checkpoint} is of another recipe, {out / 'recipe.toml'}: choose another folder.")
        checkpoints.restore(checkpoint, trainer.modules, trainer.optimisers)
    if fabric.is_global_zero:
        atomic_write(out / "recipe.toml", as_toml(recipe).encode(), overwrite=True)
        if not state.step:
            lines = [f"{sha256(path)}  {path.name}\n" for path in data.files]
            atomic_write(out / "trained-on.txt", "".join(lines).encode(), overwrite=True)

    batches = _Timed(_loader(recipe, data, trainer.batches, state.step, fabric.device))
    began = time.monotonic() - state.seconds
    recent: list[dict[str, Tensor]] = []
    active = fabric.is_global_zero
    with RunLog(out, recipe.steps, done=state.step, seconds=state.seconds, quiet=quiet, active=active) as log:
        for step in range(state.step, recipe.steps):
            recent.append(trainer.step(step, batches, learning_rate(recipe, step)))
            done, last = step + 1, step + 1 == recipe.steps
            log.advance(done)
            validates = done % recipe.validate_every == 0 or last
            if validates or done % recipe.report_every == 0:
                losses = _means(fabric, recent, done, state.first)
                if math.isnan(state.first):
                    state = replace(state, first=losses["objective"])
                recent.clear()
                seconds = time.monotonic() - began
                log.report(done, seconds, losses, group="loss")
                log.report(done, seconds, {"waiting": batches.share(), "learning_rate": learning_rate(recipe, step)})
            if validates and fabric.is_global_zero:
                network = trainer.result()
                figures = validate(network)
                log.report(done, time.monotonic() - began, figures, group="validation")
                for number, sheet in enumerate(validate.sheets(network)):
                    log.pictures(done, f"held back {number}", sheet)
                if figures.get(validate.decides, -math.inf) > state.best:
                    state = replace(state, best=figures[validate.decides])
                    weights_file.save(network, best, overwrite=True)
                weights_file.save(network, weights, overwrite=True)
                state = replace(state, step=done, seconds=time.monotonic() - began)
                checkpoints.save(checkpoint, trainer.modules, trainer.optimisers, state)
    return weights


def learning_rate(recipe: Recipe, step: int) -> float:
    """Return the learning rate of a step, counted from 0: a line up, then the recipe's schedule."""
    settings = recipe.optimiser
    if step < settings.warmup:
        return settings.learning_rate * (step + 1) / settings.warmup
    if settings.schedule == "steps":
        return settings.learning_rate * settings.drop ** (step // settings.drop_every)
    done = (step - settings.warmup) / max(1, recipe.steps - settings.warmup)
    return settings.learning_rate * (1 + math.cos(math.pi * done)) / 2


def _fabric(recipe: Recipe) -> Fabric:
    """Return what runs the recipe on this machine: one process, or one of those that ``torchrun`` has started."""
    local = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    nodes = int(os.environ.get("WORLD_SIZE", "1")) // local
    precision = "bf16-mixed" if recipe.precision == "bfloat16" and _knows_bfloat16() else "32-true"
    fabric = Fabric(devices=local, num_nodes=nodes, precision=precision)
    fabric.launch()
    return fabric


def _knows_bfloat16() -> bool:
    """Tell whether this machine computes in bfloat16: where it is emulated, it takes up to 50 times as long."""
    if torch.accelerator.is_available():
        return True
    return torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported()


def _loader(recipe: Recipe, data: TrainingData, batches: int, step: int, device: torch.device) -> DataLoader:
    # Item k is a function of the seed and k alone: that makes resuming, and any number of workers, exact.
    on_cpu = data.device == "cpu"
    return DataLoader(
        data.steps,
        batch_size=None,
        sampler=range(step * batches, recipe.steps * batches),
        num_workers=min(recipe.workers, cores()) if on_cpu else 0,
        pin_memory=on_cpu and device.type == "cuda",
        generator=torch.Generator(),  # else it draws from torch's own, once a start
    )


class _Timed:
    """An iterator that knows what share of the time was spent waiting for it."""

    def __init__(self, items: Iterable) -> None:
        self._items = iter(items)
        self._since, self._waited = time.monotonic(), 0.0

    def __iter__(self) -> Iterator:
        return self

    def __next__(self):
        began = time.monotonic()
        try:
            item = next(self._items)
        except PpcnError as error:  # of a worker: torch puts its traceback before the sentence
            raise type(error)(str(error).rpartition(f"{type(error).__name__}: ")[2]) from None
        self._waited += time.monotonic() - began
        return item

    def share(self) -> float:
        """Return the share since the last call."""
        now = time.monotonic()
        share = self._waited / (now - self._since)
        self._since, self._waited = now, 0.0
        return share


def _means(fabric: Fabric, recent: Sequence[Mapping[str, Tensor]], done: int, first: float) -> dict[str, float]:
    """Return the means of the last steps' losses; raises DivergenceError for one that is no number, or too large."""
    names = list(recent[0])
    table = torch.stack([torch.stack([parts[name] for name in names]) for parts in recent])
    table = mean_over_processes(fabric, table).cpu()
    wrong = (~table.isfinite()).nonzero()
    if len(wrong):
        row, column = wrong[0].tolist()
        raise DivergenceError(
            f"The loss {names[column]} is no longer a number at step {done - len(recent) + row}: lower the learning "
            "rate; --resume goes on from the last checkpoint."
        )
    means = dict(zip(names, table.mean(0).tolist(), strict=True))
    if means["objective"] > DIVERGED * abs(first):
        largest = max(means, key=lambda name: means[name] if name != "objective" else -math.inf)
        raise DivergenceError(
            f"The objective has grown from {first:.4g} to {means['objective']:.4g} at step {done}, {largest} most of "
            "all: lower the learning rate."
        )
    return means


def _essence(recipe: Recipe) -> Recipe:
    """Return a recipe without what may change when a run is resumed, because the weights do not depend on it."""
    return replace(recipe, data="", workers=0, features=replace(recipe.features, weights=""))
