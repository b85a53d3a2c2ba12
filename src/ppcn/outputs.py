"""Planning results: which file a photo's result goes to."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ppcn.errors import InputError
from ppcn.files import walk
from ppcn.images.formats import SUFFIXES, result_format


def find_photos(folder: Path, *, recursive: bool = False) -> list[Path]:
    """Return the photos in a folder, by their suffix, sorted; hidden files and folders are passed by.

    Raises ``InputError`` if there are none, or if the folder cannot be read.
    """
    photos = sorted(path for path in walk(folder, recursive=recursive) if path.suffix.lower() in SUFFIXES)
    if not photos:
        deeper = "" if recursive else "; look into its folders with --recursive"
        raise InputError(f"{folder} is a folder without photos ({', '.join(SUFFIXES)}){deeper}.")
    return photos


@dataclass(frozen=True)
class Output:
    """A photo and the file that its result goes to; ``alpha_target`` is another one in case the photo has alpha."""

    source: Path
    target: Path
    alpha_target: Path | None = None

    def for_alpha(self) -> "Output":
        """Return the output for a photo with alpha: that of a format which is read only is then PNG, not JPEG."""
        return replace(self, target=self.alpha_target or self.target)


def plan_outputs(
    inputs: Sequence[Path],
    output: Path | None = None,
    *,
    recursive: bool = False,
    suffix: str | None = None,
    tag: str = "enhanced",
) -> list[Output]:
    """Return what to read and where to write, for photos and folders of photos.

    Without ``output`` a result lies beside its photo as NAME.tag.EXT. ``output`` is a file if there is one input, a
    file too, and it has the suffix of a photo; else a folder, in which names (and folders below an input folder) stay.
    ``suffix`` (such as ".png") asks for a format; without it the photo's own stays, except that formats which are read
    only (HEIC, GIF) become ".jpg". Photos whose results would have the same name get ``a.heic.jpg``. Finished results
    are no inputs.

    Raises ``InputError`` for a folder without photos.
    """
    if (
        output is not None
        and len(inputs) == 1
        and not inputs[0].is_dir()
        and output.suffix.lower() in SUFFIXES
        and not output.is_dir()
    ):
        return [Output(inputs[0], output)]
    pairs: list[tuple[Path, Path]] = []  # photo, and its name inside the output folder
    for entry in inputs:
        if entry.is_dir():
            photos = find_photos(entry, recursive=recursive)
            pairs += [(photo, Path(*photo.relative_to(entry).parts)) for photo in photos]
        else:
            pairs.append((entry, Path(entry.name)))
    if output is None:
        planned = _named([(photo, photo) for photo, _ in pairs], suffix, f".{tag}")
    else:
        planned = _named([(photo, output / name) for photo, name in pairs if output not in photo.parents], suffix, "")
    results = {made.target for made in planned} | {made.alpha_target for made in planned}
    return [made for made in planned if made.source not in results or made.source == made.target]


def _named(wanted: list[tuple[Path, Path]], suffix: str | None, tag: str) -> list[Output]:
    """Give every result a suffix and a name of its own; names that differ in case only count as equal."""
    taken = Counter(key for _, name in wanted for key in _claims(name, suffix))
    used: set[str] = set()
    planned = []
    for photo, name in wanted:
        end, alpha_end = _ends(name, suffix)
        target = _with_end(name, end)
        if target != name and any(taken[key] > 1 for key in _claims(name, suffix)):
            target = name.with_name(name.name + end)
        stem = target.stem + tag
        target, number = target.with_name(stem + end), 1
        while str(target).lower() in used:
            number += 1
            target = target.with_name(f"{stem}.{number}{end}")
        used.add(str(target).lower())
        planned.append(Output(photo, target, target.with_suffix(alpha_end) if alpha_end else None))
    return planned


def _ends(name: Path, suffix: str | None) -> tuple[str, str | None]:
    """Return the suffix of a result, and the other one that it gets if the photo has alpha."""
    given = SUFFIXES.get(name.suffix.lower())
    if suffix is not None:
        return (name.suffix if given == SUFFIXES[suffix] else suffix), None
    if given is None:
        return result_format(None, alpha=False).suffixes[0], None
    if given.save:
        return name.suffix, None
    return result_format(given.name, alpha=False).suffixes[0], result_format(given.name, alpha=True).suffixes[0]


def _with_end(name: Path, end: str) -> Path:
    """Return a name with another suffix; what is no suffix of a photo belongs to the name."""
    return name.with_suffix(end) if name.suffix.lower() in SUFFIXES else name.with_name(name.name + end)


def _claims(name: Path, suffix: str | None) -> set[str]:
    """Return the names, in small letters, that a result may take."""
    return {str(_with_end(name, end)).lower() for end in _ends(name, suffix) if end}
