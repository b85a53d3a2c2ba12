"""The training loop."""

import copy
import json
import math
import time
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import torch
from torch import nn
from torch.optim import Adam
from torch.utils.data import DataLoader

from ppcn.data.degraded import DegradedPhotographs
from ppcn.data.photographs import find, sha256, targets
from ppcn.errors import CheckpointError, PpcnError, RecipeError
from ppcn.losses.objective import Objective
from ppcn.networks import NETWORKS, weights_file
from ppcn.networks.initialise import STARTS
from ppcn.training import checkpoints
from ppcn.training.recipe import Recipe, as_toml, parse
from ppcn.training.validation import Validation


def run(recipe: Recipe, out: Path, resume: bool = False) -> Path:
    """Train as the recipe says and return the file of the averaged weights, ``out/NETWORK.safetensors``.

    ``out`` also gets ``recipe.toml``, ``log.jsonl``, ``trained-on.txt`` (sha256 and name of every training file) and
    ``checkpoint.safetensors``, from which ``resume`` goes on: to the same weights, bit for bit, as without the stop.
    Raises RecipeError and DataError before anything starts, CheckpointError for a damaged checkpoint or one of another
    recipe, and PpcnError, naming the step, where the loss is no longer a number.
    """
    if recipe.network not in STARTS:
        raise RecipeError(f"No network to train is called '{recipe.network}'; there are {', '.join(STARTS)}.")
    if not recipe.data:
        raise RecipeError("The recipe names no folder of photographs: give it with --set data=FOLDER.")
    objective = Objective(recipe.losses)
    photographs = find(Path(recipe.data), targets())
    validate = Validation(Path(recipe.data))
    data = DegradedPhotographs(photographs, recipe.mixture, recipe.seed)

    torch.manual_seed(recipe.seed)
    torch.set_num_threads(recipe.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network = NETWORKS[recipe.network]()
    STARTS[recipe.network](network)
    network = network.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = copy.deepcopy(network).requires_grad_(False)
    adam = Adam(network.parameters(), lr=recipe.optimiser.learning_rate)

    out.mkdir(parents=True, exist_ok=True)
    checkpoint, weights = out / "checkpoint.safetensors", out / f"{recipe.network}.safetensors"
    progress = checkpoints.Progress(0, 0.0, as_toml(recipe))
    if resume and checkpoint.exists():
        progress = checkpoints.restore(checkpoint, network, average, adam)
        if _essence(parse(progress.recipe)) != _essence(recipe):
            raise CheckpointError(f"{checkpoint} is of another recipe, {out / 'recipe.toml'}: choose another folder.")
    (out / "recipe.toml").write_text(as_toml(recipe), encoding="utf-8")
    (out / "trained-on.txt").write_text("".join(f"{sha256(path)}  {path.name}\n" for path in photographs))

    # Step k's pairs are a function of the seed and k alone: that makes resuming, and any number of workers, exact.
    loader = DataLoader(
        data,
        batch_size=None,
        sampler=range(progress.step, recipe.steps),
        num_workers=recipe.workers,
        generator=torch.Generator(),  # else it draws from torch's own, once a start
    )
    began = time.monotonic() - progress.seconds
    recent: list[dict[str, float]] = []
    for step, groups in enumerate(loader, progress.step):
        for setting in adam.param_groups:
            setting["lr"] = learning_rate(recipe, step)

        adam.zero_grad()
        for inputs, wanted in groups:
            images = inputs.to(device).contiguous(memory_format=torch.channels_last)
            with torch.autocast(device.type, torch.bfloat16, enabled=recipe.precision == "bfloat16"):
                outputs = network(images)
            loss, parts = objective(outputs.float(), wanted.to(device))
            if not math.isfinite(loss.item()):
                raise PpcnError(f"The loss is no longer a number at step {step}: {parts}; lower the learning rate.")
            (loss / len(groups)).backward()
            recent.append(parts)
        adam.step()
        _follow(average, network, min(recipe.averaging, (1 + step) / (10 + step)))

        done, seconds, last = step + 1, time.monotonic() - began, step + 1 == recipe.steps
        if done % recipe.report_every == 0 or last:
            _report(
                out / "log.jsonl", done, seconds, {name: fmean(parts[name] for parts in recent) for name in recent[0]}
            )
            recent.clear()
        if done % recipe.validate_every == 0 or last:
            _report(out / "log.jsonl", done, seconds, validate(average))
            checkpoints.save(checkpoint, network, average, adam, replace(progress, step=done, seconds=seconds))
            weights_file.save(average, weights, overwrite=True)
    return weights


def learning_rate(recipe: Recipe, step: int) -> float:
    """Return the learning rate of a step, counted from 0: a line up, then half a cosine down to zero."""
    highest, warmup = recipe.optimiser.learning_rate, recipe.optimiser.warmup
    if step < warmup:
        return highest * (step + 1) / warmup
    return highest * (1 + math.cos(math.pi * (step - warmup) / max(1, recipe.steps - warmup))) / 2


def _essence(recipe: Recipe) -> Recipe:
    """Return a recipe without what may change when a run is resumed, because the weights do not depend on it."""
    return replace(recipe, data="", workers=0)


@torch.no_grad()
def _follow(average: nn.Module, network: nn.Module, decay: float) -> None:
    for slow, fast in zip(average.parameters(), network.parameters(), strict=True):
        slow.lerp_(fast, 1 - decay)


def _report(log: Path, step: int, seconds: float, figures: dict[str, float]) -> None:
    rounded = {name: round(value, 5) for name, value in figures.items()}
    line = json.dumps({"step": step, "seconds": round(seconds, 1)} | rounded)
    with log.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    print(line, flush=True)
