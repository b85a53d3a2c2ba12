"""What holds for the command line as a whole."""

import pytest

from ppcn import cli


@pytest.mark.parametrize("name", cli.NAMES)
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
