"""What every test of a fault starts with and ends with."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from scenes import Scene


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """An empty folder of photos; whatever happens, originals are untouched and results whole at the end."""
    made = Scene(tmp_path)
    made.photos.mkdir()
    yield made
    made.check()
