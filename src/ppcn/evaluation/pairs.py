"""Folders of pairs: a phone's pictures in one, a camera's of the same names in the other."""

from pathlib import Path

from ppcn.errors import DataError

LAYOUTS = (("iphone", "canon"), ("input", "target"))

Pair = tuple[Path, Path]


def find_pairs(folder: Path) -> list[Pair]:
    """Return the pairs of a folder that has ``iphone`` and ``canon`` or ``input`` and ``target``, by name.

    Raises DataError where a folder or a partner is missing.
    """
    for names in LAYOUTS:
        phone, camera = (folder / name for name in names)
        if phone.is_dir() and camera.is_dir():
            return match(phone, camera)
    raise DataError(f"{folder} is no folder of pairs: it needs the folders iphone and canon, or input and target.")


def match(left: Path, right: Path) -> list[Pair]:
    """Pair the files of two folders by their names without suffix, sorted.

    Raises DataError for a file without a partner, two of one name, a missing folder and an empty one.
    """
    ours, theirs = _files(left), _files(right)
    for folder, one, other in ((right, ours, theirs), (left, theirs, ours)):
        alone = sorted(one.keys() - other.keys())
        if alone:
            more = f", nor have {len(alone) - 1} more" if len(alone) > 1 else ""
            raise DataError(f"{one[alone[0]]} has no partner in {folder}{more}: both folders need the same names.")
    if not ours:
        raise DataError(f"{left} holds no pictures.")
    return [(ours[stem], theirs[stem]) for stem in sorted(ours)]


def _files(folder: Path) -> dict[str, Path]:
    """Return a folder's files by their names without suffix; hidden ones are not meant."""
    if not folder.is_dir():
        raise DataError(f"There is no folder {folder}.")
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.stem in found:
            raise DataError(f"{found[path.stem]} and {path.name} have the same name: keep one of them.")
        found[path.stem] = path
    return found
