import logging
import os
import sys
import warnings

import pytest

from ppcn.cli.silence import silenced


def noise():
    print("printed")
    os.write(1, b"written")
    os.write(2, b"written")
    logging.getLogger("ppcn.test").error("logged")
    warnings.warn("warned", stacklevel=2)


def noisy_failure():
    noise()
    raise KeyError


def test_all_that_is_printed_inside_is_dropped(capfd, monkeypatch):
    for name, descriptor in (("stdout", 1), ("stderr", 2)):  # pytest's own would not go through the descriptors
        monkeypatch.setattr(sys, name, open(descriptor, "w", closefd=False))  # noqa: SIM115
    with pytest.raises(KeyError), silenced():
        noisy_failure()
    assert capfd.readouterr() == ("", "")
    with pytest.warns(UserWarning, match="warned"):
        noise()
    sys.stdout.flush()
    printed = capfd.readouterr()
    assert "printed" in printed.out
    assert "written" in printed.out
    assert "written" in printed.err
    assert logging.root.manager.disable == logging.NOTSET


def test_a_program_may_have_no_streams(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    before = os.fstat(1)
    with silenced():
        noise()
        assert os.fstat(1) != before
    assert os.fstat(1) == before
