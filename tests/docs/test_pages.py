"""What holds for every page: its width, its links, and that it names nothing of the machine it was written on."""

import re
from pathlib import Path

import pytest
from blocks import DOCS, ROOT

WIDTH = 120
# Outside of the site, which checks its own links.
OUTSIDE = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")]
OUTSIDE += [ROOT / folder / "README.md" for folder in ("dped-weights", "photographs", "samples")]
PAGES = [*OUTSIDE, *sorted(DOCS.rglob("*.md"))]
PRINTED = DOCS / "results.md"  # by `ppcn reproduce`: rows of its tables are as wide as they are

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_PRIVATE = re.compile(r"(?<![\w.])(?:\.\./shared/|/(?:work|tmp|home|root|Users)/)")

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


@pages
def test_lines_end_at_120_columns(page: Path) -> None:
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        assert len(line) <= WIDTH or page == PRINTED, f"{page.name}:{number} has {len(line)} columns"


@pages
def test_no_path_of_a_machine_is_named(page: Path) -> None:
    assert not _PRIVATE.search(page.read_text("utf-8"))


@pytest.mark.parametrize("page", OUTSIDE, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(page.read_text("utf-8")):
        if link.startswith("https:"):
            continue
        target, _, anchor = link.partition("#")
        path = page.parent / target
        assert path.is_file(), link
        assert not anchor or anchor in _anchors(path), link


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 120


@pytest.mark.parametrize("page", sorted((DOCS / "formats").glob("*.md")), ids=lambda page: page.name)
def test_a_contract_is_short(page: Path) -> None:
    assert len(page.read_text("utf-8").splitlines()) <= 150
