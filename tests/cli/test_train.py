import pytest

from ppcn import training


@pytest.fixture
def calls(monkeypatch):
    """What the library is called with, instead of training."""
    calls = []
    monkeypatch.setattr(training, "load", lambda *given: ("recipe", *given))
    monkeypatch.setattr(training, "run", lambda *given, **options: calls.append((given, options)))
    monkeypatch.setattr(training, "run_folds", lambda *given, **options: calls.append((given, options)))
    return calls


def test_train(run, calls, tmp_path):
    assert run("train", "mine", "--set", "seed=2", "--set", "data=x", "-o", tmp_path).status == 0
    assert run("train", "mine", "--resume", "-q", "-o", tmp_path).status == 0
    assert calls == [
        ((("recipe", "mine", ("seed=2", "data=x")), tmp_path), {"resume": False, "quiet": False}),
        ((("recipe", "mine", ()), tmp_path), {"resume": True, "quiet": True}),
    ]


def test_train_folds(run, calls, tmp_path):
    assert run("train", "mine", "--folds", "--set", "seed=2", "--resume", "-o", tmp_path).status == 0
    assert calls == [(("mine", ("seed=2",), tmp_path), {"resume": True, "quiet": False})]
