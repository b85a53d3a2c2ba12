"""The whole report: its files, and going on after an interruption."""

import json
import re
from html.parser import HTMLParser
from pkgutil import resolve_name

import pytest

from ppcn import registry
from ppcn.evaluation.reproduce import NAMES, PARTS, reproduce


@pytest.fixture(autouse=True)
def no_networks(monkeypatch):
    monkeypatch.setattr(registry, "cards", list)


class Page(HTMLParser):
    """What a page links to, and which of its tags stay open."""

    def __init__(self):
        super().__init__()
        self.links, self.ids, self.open = [], [], []

    def handle_starttag(self, tag, attrs):
        self.links += [value for name, value in attrs if name in ("href", "src", "srcset", "action")]
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in ("meta", "br", "img", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_report(data, tmp_path):
    output = tmp_path / "out"
    parts = reproduce(["table3", "table1"], output, data=data)
    assert [part.name for part in parts] == ["table1", "table3"]
    assert {path.name for path in output.iterdir()} == {
        *("cache", "report.html", "report.md"),
        *("table1.json", "table3.json"),
    }
    for part in parts:
        kept = json.loads((output / f"{part.name}.json").read_text())
        assert kept["made"]["programs"].startswith("ppcn ")
        assert len(kept["columns"]) == len(kept["rows"][0]["cells"])
        for row in kept["rows"]:
            for cell in row["cells"].values():
                assert (cell["ours"] is None) == ("missing" in cell)
    text = (output / "report.md").read_text()
    assert text.count("\n## ") == 2
    assert "22.54" in text


def test_the_page_needs_nothing_else(data, tmp_path):
    (data / "sr_test/B100").rename(data / "sr_test/BSD100")
    awkward = data.rename(tmp_path / "<b>&data")
    reproduce(NAMES, tmp_path / "out", data=awkward)
    html = (tmp_path / "out/report.html").read_text()
    page = Page()
    page.feed(html)
    assert page.open == []
    assert page.links
    assert all(link.startswith("data:") or (link[0] == "#" and link[1:] in page.ids) for link in page.links)
    assert any(link.startswith("data:image/") for link in page.links)
    assert len(set(page.ids)) == len(page.ids)
    html = re.sub(r"data:image/[a-z]+;base64,[\w+/=]+", "", html)
    assert not re.search(r"https?:|//[a-z]|url\((?!#)|@import", html)


def test_the_report_names_no_path(data, tmp_path):
    (data / "sr_test/Set14").mkdir()
    (data / "dped400/canon/a.png").unlink()
    reference = data.rename(tmp_path / "<b>&data") / "reference"
    reproduce(NAMES, tmp_path / "out", data=tmp_path / "<b>&data", reference=reference)
    for path in (tmp_path / "out").iterdir():
        if path.is_file():
            text = path.read_text()
            assert str(tmp_path) not in text
            assert "&data" not in text
            assert "&amp;data" not in text
    text = (tmp_path / "out/report.md").read_text()
    assert "DATA has no folder Urban100." in text
    assert "DATA/sr_test/Set14 holds no pictures." in text
    assert "There is no checkpoint REFERENCE/enhancement/teacher.ckpt." in text


def test_an_interrupted_run_goes_on(data, tmp_path):
    done = []

    def interrupt(what, share):
        done.append(what)
        if "one gamma" in what and share == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reproduce(["table3"], tmp_path / "out", data=data, progress=interrupt)
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "out/cache").iterdir()}
    assert kept
    again = []
    reproduce(["table3"], tmp_path / "out", data=data, progress=lambda what, _: again.append(what))
    assert not any("untouched" in what for what in again)
    assert any("one gamma" in what for what in again)
    assert all(path.stat().st_mtime_ns == time for path, time in kept.items())
    reproduce(["table3"], tmp_path / "out", data=data, progress=lambda what, _: pytest.fail(what))


def test_unknown_names_are_refused(tmp_path):
    for names in (["table5"], []):
        with pytest.raises(ValueError, match="expected some of table1, table2"):
            reproduce(names, tmp_path)


def test_every_part_has_a_maker_of_its_own():
    makers = [resolve_name(f"ppcn.evaluation.reproduce.parts.{PARTS[name]}") for name in NAMES]
    assert all(map(callable, makers))
    assert len(set(makers)) == len(NAMES) == len(PARTS) == 14
