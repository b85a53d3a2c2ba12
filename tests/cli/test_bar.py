from ppcn.cli.bar import progress_bar


def test_a_bar_is_shown_on_a_terminal_alone(capsys, monkeypatch):
    for terminal, quiet in ((False, False), (True, False), (True, True)):
        monkeypatch.setattr("rich.console.Console.is_terminal", terminal)
        with progress_bar("Scoring", quiet=quiet) as show:
            show(0.5)
            show(1, "Timing")
        shown = capsys.readouterr()
        assert shown.out == ""
        assert bool(shown.err) == (terminal and not quiet)
        assert ("Timing" in shown.err and "100%" in shown.err) == (terminal and not quiet)
