"""From a training run to the files of a shipped network: weights, ONNX, card, list of training files."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import tomli_w

from ppcn.errors import CheckpointError, InputError
from ppcn.exporting.onnx import to_onnx
from ppcn.files import atomic_write
from ppcn.networks.weights_file import load


def add(
    run: Path,
    into: Path,
    *,
    name: str,
    recipe: str,
    command: str,
    data: str,
    figures: Sequence[str],
    licence: str,
    note: str = "",
) -> Path:
    """Write ``NAME.safetensors``, ``NAME.onnx``, ``NAME.trained-on.txt`` and the card ``NAME.toml`` into a folder.

    ``run`` is the folder of a finished training run, ``recipe`` its recipe's name, ``command`` what trained it,
    ``data`` says in words on what. Each of ``figures`` is ``SET=FILE``: the JSON that ``ppcn evaluate ... --json``
    printed for a set. ``note``, if there is one, is printed whenever the network runs.
    Raises CheckpointError for a folder without a run, and InputError for figures that cannot be read.
    """
    tables = _figures(figures)
    network = name.partition(".")[0]
    try:
        weights = (run / f"{network}.safetensors").read_bytes()
        trained_on = (run / "trained-on.txt").read_bytes()
        last = json.loads((run / "log.jsonl").read_text("utf-8").splitlines()[-1])
    except (OSError, IndexError) as error:
        raise CheckpointError(f"{run} is not the folder of a training run of {network} ({error}).") from error
    module = load(weights)
    graph = to_onnx(module)
    scale = max(stage.scale for stage in module.stages())
    card = {
        "name": name,
        "network": network,
        "task": "super-resolution" if scale > 1 else "enhancement",
        "scale": scale,
        "licence": licence,
        **({"note": note} if note else {}),
        "sha256": {"onnx": _sha256(graph), "safetensors": _sha256(weights)},
        "training": {
            "recipe": recipe,
            "command": command,
            "date": date.today().isoformat(),
            "data": data,
            "steps": last["step"],
            "seconds": round(last["seconds"]),
        },
        "figures": tables,
    }
    files = {"safetensors": weights, "onnx": graph, "trained-on.txt": trained_on, "toml": tomli_w.dumps(card).encode()}
    for suffix, content in files.items():
        atomic_write(into / f"{name}.{suffix}", content, overwrite=True)
    return into / f"{name}.toml"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _figures(given: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return a table a set, of its numbers over all; one of pairs not all distinct makes two, SET and SET_N."""
    tables = {}
    for entry in given:
        name, _, file = entry.partition("=")
        try:
            figures = json.loads(Path(file).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(
                f"The figures {entry} cannot be read: give SET=FILE, as evaluate --json printed it."
            ) from error
        numbers = {key: round(value, 4) for key, value in figures.items() if isinstance(value, int | float)}
        tables[name] = {key: value for key, value in numbers.items() if "distinct" not in key}
        if figures.get("n_distinct", figures["n"]) != figures["n"]:
            tables[f"{name}_{figures['n_distinct']}"] = {
                key.removesuffix("_distinct"): value for key, value in numbers.items() if "distinct" in key
            }
    return tables
