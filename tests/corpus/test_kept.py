"""Each part of a photo of each kind, in each format of results: kept, changed or lost, as other programs see it."""

import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import pyvips
import tifffile
from builders import quarters
from kept import APPLIED, COLUMNS, EIGHT, GONE, KEPT, NAMED, NEAR, PAGE, PARTS, PROFILE, SRGB, TEN, WHITE, page
from kinds import IN_XMP, KINDS, LONG_TEXT, P3, adobe_rgb, data_of
from motion_photo import FILM, found_in
from outside import EXIFTOOL, MODEL, Seen, by_exiftool
from PIL import ImageOps

import ppcn
from ppcn.images.formats import FORMATS, WRITABLE
from ppcn.outputs import Output
from ppcn.runtime.operations.enhance import Enhance
from ppcn.runtime.operations.pipeline import Pipeline
from ppcn.runtime.operations.process import Options, process_file

TIME = 1_500_000_000
CLOSE = 6  # of 255: the mean difference of what counts as nearly kept


@dataclass(frozen=True)
class Result:
    """A kind of photo, its result in a format, and what was named as lost."""

    kind: str
    format: str
    path: Path
    lost: tuple[str, ...]

    @property
    def data(self) -> bytes:
        return self.path.read_bytes()

    @property
    def seen(self) -> Seen:
        return Seen(self.data)

    @property
    def photo(self) -> Seen:
        return Seen(data_of(self.kind))


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Result]:
    """All results, by kind and format, each made once."""
    folder = tmp_path_factory.mktemp("corpus")
    pipeline = Pipeline(Enhance(ppcn.load_model("student.open"), strength=0))
    wanted = {source for part in PARTS.values() for source in part.sources}
    made = {}
    for number, name in enumerate(wanted):
        photo = folder / f"{number}.{KINDS[name].suffix}"
        photo.write_bytes(data_of(name))
        os.utime(photo, (TIME, TIME))
        for format in COLUMNS:
            target = folder / f"{number}-{format}{FORMATS[format].suffixes[0]}"
            written = process_file(Output(photo, target), pipeline, Options())
            made[name, format] = Result(name, format, written.path, written.lost)
    return made


def kept_if(kept: bool) -> str:
    return KEPT if kept else GONE


def named(name: str, kept: bool, result: Result) -> str:
    """Return what became of a part that ought to be named where it is lost."""
    if kept:
        return KEPT if name not in result.lost else "kept, and named as lost"
    return NAMED if name in result.lost else GONE


def compared(result: Result, mode: str, wanted: np.ndarray) -> str:
    """Return how much of the pixels, in one of Pillow's modes, is that of others of 8 bits."""
    found = result.seen.pixels(mode)
    if found.shape != wanted.shape:
        return f"{found.shape} instead of {wanted.shape}"
    difference = np.abs(found.astype(float) - wanted)
    if FORMATS[result.format].quality is None:
        return kept_if(difference.max() <= result.kind.startswith("AVIF"))  # of which Pillow's decoder rounds otherwise
    return NEAR if difference.mean() < CLOSE else GONE


def pixels(result: Result) -> str:
    return compared(result, "RGB", result.photo.pixels("RGB"))


def grey(result: Result) -> str:
    seen = result.seen.image
    if result.format in ("jpeg", "png", "tiff", "jxl") and seen.mode != "L":
        return seen.mode
    return compared(result, "L", result.photo.pixels("L"))


def cmyk(result: Result) -> str:
    if result.seen.image.mode == "CMYK":
        return compared(result, "CMYK", result.photo.pixels("CMYK"))
    return SRGB if result.seen.image.mode == "RGB" else GONE


def deep(result: Result) -> str:
    """Of what Pillow reads with 8 bits, those are compared; TIFF and grey PNG whole."""
    image = result.seen.image
    if image.mode == "I;16" and result.photo.image.mode == "I;16":
        return kept_if(np.array_equal(np.asarray(image), np.asarray(result.photo.image)))
    if result.format == "tiff" and result.kind.startswith("TIFF"):
        wanted = tifffile.imread(io.BytesIO(data_of(result.kind)))
        return kept_if(np.array_equal(tifffile.imread(io.BytesIO(result.data)), wanted))
    return {8: EIGHT, 10: TEN, 16: KEPT}.get(result.seen.bits, GONE)


def alpha(result: Result) -> str:
    image = result.seen.image
    if image.mode == "RGBA":
        if "16" in result.kind:
            return {8: EIGHT, 10: TEN, 16: KEPT}[result.seen.bits]
        found, wanted = (seen.pixels("RGBA")[:, :, 3].astype(float) for seen in (result.seen, result.photo))
        return kept_if(np.abs(found - wanted).mean() < 1)
    if "16" in result.kind and image.format == "TIFF":
        return kept_if(tifffile.imread(io.BytesIO(result.data)).shape[2] == 4 and result.seen.bits == 16)
    clear = result.photo.pixels("RGBA")[:, :, 3] < 2
    return WHITE if clear.any() and result.seen.pixels("RGB")[clear].mean() > 250 else GONE


def orientation(result: Result) -> str:
    if "HEIC" in result.kind:
        wanted = np.rot90(quarters(), -1)
    else:
        wanted = np.asarray(ImageOps.exif_transpose(result.photo.image))
    found = result.seen.pixels("RGB")
    upright = found.shape == wanted.shape and np.abs(found.astype(float) - wanted).mean() < CLOSE
    return APPLIED if upright and result.seen.exif.get(0x0112, 1) == 1 else GONE


def further(result: Result) -> str:
    single = getattr(result.seen.image, "n_frames", 1) == 1
    return NAMED if single and any(name.startswith("further") for name in result.lost) else GONE


def gain_map(result: Result) -> str:
    """Found by the index of pictures, and rendered by libultrahdr."""
    found = b"hdrgm:GainMapMax" in result.seen.second
    return named("gain map", found and pyvips.Image.uhdrload_buffer(result.data).uhdr2scRGB().numpy().max() > 1, result)


def film(result: Result) -> str:
    kept = b"MotionPhoto" in result.seen.xmp and found_in(result.data) == FILM
    return named("motion photo", kept, result)


CAMERAS = {"HEIC of a phone": "iPhone", "DNG": "Model 7"}
CHECKS: dict[str, Callable[[Result], str]] = {
    "pixels": pixels,
    "pixels of grey": grey,
    "pixels of CMYK": cmyk,
    "16 bits a channel": deep,
    "alpha": alpha,
    "alpha of 16 bits": alpha,
    "orientation": orientation,
    "profile, Display P3": lambda result: kept_if(result.seen.image.info.get("icc_profile") == P3),
    "profile, Adobe RGB": lambda result: kept_if(result.seen.image.info.get("icc_profile") == adobe_rgb()),
    "colours named by numbers": lambda result: PROFILE if result.seen.image.info.get("icc_profile") else GONE,
    "EXIF with a maker note": lambda result: kept_if(result.seen.has_exif),
    "camera in EXIF": lambda result: kept_if(result.seen.exif.get(MODEL) == CAMERAS[result.kind]),
    "EXIF's thumbnail": lambda result: kept_if(b"THUMBNAIL" in result.data),
    "GPS": lambda result: kept_if(result.seen.has_gps),
    "XMP": lambda result: kept_if(b"A lake" in result.seen.xmp),
    "XMP beyond 64 KiB": lambda result: kept_if(
        LONG_TEXT.encode() in result.seen.xmp or result.data.count(b"A lake, at noon.") > 11_990
    ),
    "EXIF beyond 64 KiB": lambda result: named("EXIF beyond 64 KiB", result.seen.exif.get(MODEL) == "Model 7", result),
    "comments": lambda result: named("comments", result.seen.comment == "A lake", result),
    "IPTC": lambda result: named(
        "IPTC record", result.seen.iptc == {(2, 120): b"A lake", (2, 90): b"Ulm"}, result
    ),
    "resolution (DPI)": lambda result: kept_if(result.seen.dpi == (300, 300)),
    "gain map": gain_map,
    "film of a motion photo": film,
    "depth map in XMP": lambda result: named(
        "depth map", f'GDepth:Data="{IN_XMP}"'.encode() in result.seen.xmp, result
    ),
    "depth map as a picture": lambda result: named("depth map", False, result),
    "portrait mask": lambda result: named("portrait mask", False, result),
    "Content Credentials": lambda result: named("Content Credentials", b"c2pa" in result.data, result),
    "place on the map": lambda result: named("place on the map", 33922 in result.seen.exif, result),
    "further frames, pages, pictures": further,
    "time of the file": lambda result: kept_if(result.path.stat().st_mtime == TIME),
}  # fmt: skip
# The tags by which exiftool tells a part, with their values.
TAGS = {
    "EXIF with a maker note": {"Model": "Model 7", "DateTimeOriginal": "2020:01:02 03:04:05"},
    "GPS": {"GPSLatitudeRef": "N"},
    "XMP": {"Source": "A lake"},
    "XMP beyond 64 KiB": {"Source": LONG_TEXT},
    "comments": {"Comment": "A lake"},
    "depth map in XMP": {"Far": 9, "Near": 0.5},
    "IPTC": {"City": "Ulm"},
    "profile, Display P3": {"ProfileConnectionSpace": "XYZ "},
    "EXIF's thumbnail": {"ThumbnailLength": 13},
}


@pytest.mark.parametrize("name", PARTS)
def test_each_format_keeps_what_the_table_says(results: dict[tuple[str, str], Result], name: str):
    part = PARTS[name]
    wanted = {(source, *pair) for source in part.sources for pair in zip(COLUMNS, part.cells, strict=True)}
    found = {(source, format, CHECKS[name](results[source, format])) for source in part.sources for format in COLUMNS}
    assert sorted(found - wanted) == sorted(wanted - found)


@pytest.mark.skipif(not EXIFTOOL, reason="needs exiftool")
def test_exiftool_finds_the_same(results: dict[tuple[str, str], Result]):
    """But in JPEG XL, whose metadata pylibjxl compresses in a way that it reads only with a module of Perl's."""
    tags = by_exiftool(result.path for result in results.values())
    for name, wanted in TAGS.items():
        part = PARTS[name]
        for source in part.sources:
            for format, cell in zip(COLUMNS, part.cells, strict=True):
                found = tags[results[source, format].path.name]
                for tag, value in wanted.items() if format != "jxl" else ():
                    same = found.get(tag) == (pytest.approx(value) if isinstance(value, float) else value)
                    assert same == (cell == KEPT), f"{source} as {format}: {tag} is {found.get(tag)!s:.80}"


def test_every_kind_is_used_and_every_part_is_checked():
    assert {name: format.title for name, format in WRITABLE.items()} == COLUMNS
    assert CHECKS.keys() == PARTS.keys()
    assert not {source for part in PARTS.values() for source in part.sources} - KINDS.keys()
    assert KINDS.keys() == {source for part in PARTS.values() for source in part.sources}


def test_the_page_is_current():
    assert PAGE.read_text("utf-8") == page(), "run `make kept`"
