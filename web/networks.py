"""Write the shipped networks as the page takes them: python web/networks.py, with ppcn installed."""

import shutil
from pathlib import Path

import ppcn
from ppcn import registry
from ppcn.runtime.backends.network_file import network_file
from ppcn.runtime.operations.enhance import BORDER

WEIGHTS = Path(ppcn.__file__).parent / "weights"
FOLDER = Path(__file__).parents[1] / "build/networks"


def write_networks() -> None:
    """Write a file for each network that ppcn itself ships, and remove all others."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    for path in WEIGHTS.glob("*.toml"):
        card = registry.find(path.stem)
        border = BORDER if card.task == "enhancement" else 0
        (FOLDER / f"{card.name}.ppcn").write_bytes(network_file(card.onnx(), border, halves=True))


if __name__ == "__main__":
    write_networks()
