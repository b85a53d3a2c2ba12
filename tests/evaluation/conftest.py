"""What all tests of evaluation share."""

import pytest

from ppcn.evaluation.timing import measure


@pytest.fixture(autouse=True)
def few_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of timing look at what is timed, not at how exactly."""
    monkeypatch.setattr(measure, "MOST", measure.FEWEST)
    monkeypatch.setattr(measure, "REST", 0)
