"""What holds for the command line as a whole."""

import sys

import pytest

from ppcn import cli


@pytest.mark.parametrize("name", cli.EXTRAS)
def test_every_command_explains_itself(run, name):
    ran = run(name, "--help")
    assert ran.status == 0
    assert f" {name} [OPTIONS]" in ran.out
    assert f"  {name} " in run("--help").out


def test_usage_errors(run):
    for arguments in (["enhance"], ["enhance", "a", "--strength", "2"], ["evaluate", "enhancement", "--pairs", "."]):
        ran = run(*arguments)
        assert ran.status == 2
        assert "Usage:" in ran.err


def test_a_slip_of_the_pen_is_answered_with_the_nearest_name(run):
    ran = run("enhnce")
    assert ran.status == 2
    assert "No such command 'enhnce'" in ran.err


def test_a_missing_extra_is_named(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    run("serve").refused("For `ppcn serve`, uvicorn is needed", "pip install 'ppcn[serve]'")


def test_every_extra_exists():
    from importlib import metadata

    assert set(cli.EXTRAS.values()) <= set(metadata.metadata("ppcn").get_all("Provides-Extra") or ())


def test_a_missing_module_of_our_own_is_a_bug(monkeypatch):
    monkeypatch.setitem(sys.modules, "ppcn.server.app", None)
    monkeypatch.setattr(sys, "argv", ["ppcn", "serve"])
    with pytest.raises(ModuleNotFoundError, match=r"ppcn\.server\.app"):
        cli.main()
