"""What holds for every page: its width, its links, and that it names nothing of the machine it was written on."""

import pkgutil
import re
from pathlib import Path

import pytest
from blocks import DOCS, ROOT, blocks

WIDTH = 120
# Outside of the site, which checks its own links.
OUTSIDE = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")]
OUTSIDE += [ROOT / folder / "README.md" for folder in ("dped-weights", "photographs", "samples")]
PAGES = [*OUTSIDE, *sorted(DOCS.rglob("*.md"))]
PRINTED = DOCS / "results.md"  # by `ppcn reproduce`: rows of its tables are as wide as they are

# Where the paths that pages name begin.
PLACES = [ROOT, DOCS, ROOT / "web", *(ROOT / "src/ppcn" / folder for folder in ("", "evaluation", "images", "runtime"))]
MADE = {"src/ppcn/server/static", "ppcn.check", "ppcn.stages", "ppcn.weights"}  # by the build; keys, not modules

_SOURCE = r"(?:[\w-]+/)*[\w-]+\.(?:py|cpp|h|ts|svg)\b"
_ROOTS = (
    "benchmarks|cli|data|docs|evaluation|exporting|images|losses|metrics|native|networks|photographs|recipes|runtime|"
    "samples|server|src|tests|training|weights"
)
_FOLDER = rf"(?:{_ROOTS})/[\w/-]*(?!\.)\b/?"
_PATH = re.compile(rf"(?<![\w./*-])(?:{_SOURCE}|{_FOLDER})")
_NAME = re.compile(r"(?<![\w./-])ppcn(?:\.[A-Za-z_]\w*)+")
_OWN = {".py", ".toml"}  # files that make a folder one of the package
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_PRIVATE = re.compile(r"(?<![\w.])(?:\.\./shared/|/(?:work|tmp|home|root|Users)/)")

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md"], ids=lambda page: str(page.relative_to(ROOT)))
def test_lines_end_at_120_columns(page: Path) -> None:
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        row = page == PRINTED and line.startswith("|")
        assert len(line) <= WIDTH or row, f"{page.name}:{number} has {len(line)} columns"


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


@pages
def test_every_path_and_name_of_ours_is_one_of_today(page: Path) -> None:
    text = re.sub(_LINK, "]", page.read_text("utf-8"))
    example = {block.title for block in blocks(page)}  # what a guide adds
    paths = [path for path in _PATH.findall(text) if path not in example | MADE and not _exists(path)]
    names = [name for name in _NAME.findall(text) if _file(name) not in example and name not in MADE]
    assert paths + [name for name in names if not _resolves(name)] == []


def test_contributing_lists_every_folder_of_the_package() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    tree = text[text.index("    src/ppcn/\n") : text.index("    native/ ")]
    listed, parents = set(), {}
    for indent, name in re.findall(r"^( {6}| {8})([\w-]+)/ ", tree, re.M):
        parents[len(indent)] = name
        listed.add(name if len(indent) == 6 else f"{parents[6]}/{name}")
    package = ROOT / "src/ppcn"
    files = [path.relative_to(package).parent.parts[:2] for path in package.rglob("*") if path.suffix in _OWN]
    folders = {"/".join(parts[:depth]) for parts in files for depth in (1, 2)} - {""}
    assert listed == {folder for folder in folders if not folder.startswith("server/")}  # the page is built into it


def _exists(path: str) -> bool:
    if "/" in path:
        return any((place / path).exists() for place in PLACES)
    folders = ("src", "native", "tests", "docs", "benchmarks", "samples", "photographs", "web/src")
    return any(any((ROOT / folder).rglob(path)) for folder in folders) or (ROOT / "web" / path).exists()


def _file(name: str) -> str:
    return f"src/{name.replace('.', '/')}.py"


def _resolves(name: str) -> bool:
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True
