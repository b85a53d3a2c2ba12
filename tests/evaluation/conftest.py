"""What all tests of evaluation share."""

import pytest

from ppcn.evaluation.timing import measure


@pytest.fixture
def few_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time each case three times, without a rest: for tests of what is timed, not of how exactly."""
    monkeypatch.setattr(measure, "MOST", measure.FEWEST)
    monkeypatch.setattr(measure, "REST", 0)
