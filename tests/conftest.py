"""What tests in several places need."""

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of photos and released checkpoints that lies beside the repository on some machines."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared (test photos and released checkpoints), which is not part of the repository")
    return SHARED
