"""The report as Markdown."""

from ppcn.evaluation.reproduce.report.page import WIDTH, wrapped


def test_paragraphs_and_items_are_wrapped_and_tables_are_not():
    row = f"| {'cell ' * 40}|"
    text = wrapped("\n".join([f"- {'word ' * 60}", "", "sentence " * 40, f"1. {'note ' * 50}", row]))
    lines = text.splitlines()
    assert all(len(line) <= WIDTH or line == row for line in lines)
    assert row in lines
    assert lines[1].startswith("  word")
    assert next(line for line in lines if line.startswith("1. "))
    assert text.split().count("word") == 60
    assert wrapped(text) == text


def test_no_line_begins_a_list_where_there_was_none():
    text = wrapped(f"{'x' * (WIDTH - 1)} + mean, {'y' * (WIDTH - 8)} 2. more")
    assert [line[0] for line in text.splitlines()[1:]] != ["+"]
    assert not any(line.startswith(("+ ", "2. ")) for line in text.splitlines())
