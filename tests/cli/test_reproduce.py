import pytest

from ppcn import registry


@pytest.fixture(autouse=True)
def no_networks(monkeypatch):
    monkeypatch.setattr(registry, "cards", list)


def test_reproduce(run, save, tmp_path):
    save(tmp_path / "data/Set5/a.png", size=(48, 40))
    ran = run("reproduce", "all", "--data", tmp_path / "data", "-o", tmp_path / "out")
    assert ran.status == 0
    assert "table1: 2 figures; 70 missing" in ran.out
    assert str(tmp_path / "out/report.html") in ran.out
    assert (tmp_path / "out/table3.json").exists()
    again = run("reproduce", "table1", "--data", tmp_path / "data", "-o", tmp_path / "out", "-q")
    assert (again.status, again.out, again.err) == (0, "", "")


def test_slips(run, tmp_path):
    for arguments, words in (
        (["table5"], "'table5' is not one of 'table1', 'table2'"),
        ([], "Missing argument"),
        (["all", "--data", tmp_path / "none"], "none' does not exist"),
    ):
        ran = run("reproduce", *arguments, "-o", tmp_path / "out")
        assert ran.status == 2
        assert "Usage:" in ran.err
        assert words in ran.err
    assert not (tmp_path / "out").exists()
    (tmp_path / "file").write_text("")
    run("reproduce", "table1", "-o", tmp_path / "file/out").refused("file/out")
