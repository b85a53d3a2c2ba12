"""What results keep of a photo, as a table: what is expected, and the page of the docs that says so.

``make kept`` writes the page.
"""

import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "kept.md"
COLUMNS = {"jpeg": "JPEG", "png": "PNG", "webp": "WebP", "tiff": "TIFF", "avif": "AVIF", "jxl": "JPEG XL"}
KEPT, NEAR, NAMED, GONE = "kept", "nearly kept", "lost, named", "lost"
APPLIED, WHITE, SRGB, PROFILE, EIGHT, TEN = (
    "applied", "laid on white", "becomes sRGB", "to a profile", "becomes 8", "becomes 10",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A part of a photo: the kinds of files that have it (see ``kinds``), and what becomes of it in each format."""

    sources: tuple[str, ...]
    cells: tuple[str, ...]


def _same(word: str) -> tuple[str, ...]:
    return (word,) * len(COLUMNS)


LOSSY = (NEAR, KEPT, NEAR, KEPT, NEAR, NEAR)
IN_JPEG = (KEPT, *(NAMED,) * 5)
ORIENTED = tuple(f"JPEG, orientation {number}" for number in range(2, 9))
PARTS = {
    "pixels": Part(("JPEG", "JPEG, progressive", "PNG", "PNG, palette", "WebP", "TIFF", "TIFF, LZW", "BigTIFF", "AVIF",
                    "GIF", "HEIC of a phone", "JPEG XL", "JPEG 2000", "BMP", "PNM"), LOSSY),
    "pixels of grey": Part(("JPEG, grey", "PNG, grey", "HEIC, grey"), LOSSY),
    "pixels of CMYK": Part(("JPEG, CMYK", "TIFF, CMYK"), (NEAR, SRGB, SRGB, KEPT, SRGB, SRGB)),
    "16 bits a channel": Part(("PNG, 16 bits", "PNG, grey of 16 bits", "TIFF, 16 bits", "HEIC, 10 bits", "DNG"),
                              (EIGHT, KEPT, EIGHT, KEPT, TEN, EIGHT)),
    "alpha": Part(("PNG, alpha", "WebP, alpha", "TIFF, alpha", "AVIF, alpha", "HEIC, alpha", "JPEG XL, alpha"),
                  (WHITE, *(KEPT,) * 5)),
    "alpha of 16 bits": Part(("PNG, alpha of 16 bits",), (WHITE, KEPT, EIGHT, KEPT, TEN, EIGHT)),
    "orientation": Part((*ORIENTED, "HEIC of a phone", "HEIC, turned by EXIF"), _same(APPLIED)),
    "profile, Display P3": Part(("JPEG of a phone", "PNG, EXIF", "WebP, lossy", "TIFF, EXIF", "AVIF", "JPEG XL",
                                 "HEIC of a phone"), _same(KEPT)),
    "profile, Adobe RGB": Part(("JPEG, Adobe RGB",), _same(KEPT)),
    "colours named by numbers": Part(("PNG, cICP",), _same(PROFILE)),
    "EXIF with a maker note": Part(("JPEG of a phone", "PNG, EXIF", "WebP, lossy", "TIFF, EXIF", "AVIF", "JPEG XL"),
                                   _same(KEPT)),
    "camera in EXIF": Part(("HEIC of a phone", "DNG"), _same(KEPT)),
    "EXIF's thumbnail": Part(("JPEG of a phone", "PNG, EXIF", "WebP, lossy", "AVIF", "JPEG XL"), _same(GONE)),
    "GPS": Part(("JPEG of a phone", "PNG, EXIF", "WebP, lossy", "TIFF, EXIF", "AVIF", "JPEG XL", "HEIC of a phone"),
                _same(KEPT)),
    "XMP": Part(("JPEG of a phone", "PNG, XMP", "WebP, lossy", "TIFF, XMP", "AVIF", "JPEG XL"), _same(KEPT)),
    "XMP beyond 64 KiB": Part(("JPEG, XMP of 200 KB",), _same(KEPT)),
    "EXIF beyond 64 KiB": Part(("PNG, EXIF of 100 KB",), (NAMED, *(KEPT,) * 5)),
    "comments": Part(("JPEG, comment", "PNG, comment", "GIF, comment"), (KEPT, KEPT, *(NAMED,) * 4)),
    "IPTC": Part(("JPEG of a phone", "PNG, IPTC", "TIFF, IPTC"), (KEPT, NAMED, NAMED, KEPT, NAMED, NAMED)),
    "resolution (DPI)": Part(("JPEG of a phone", "PNG, EXIF", "TIFF, EXIF"), (KEPT, KEPT, GONE, KEPT, GONE, GONE)),
    "gain map": Part(("JPEG, gain map of ISO", "JPEG, gain map of Ultra HDR", "JPEG, gain map of Apple",
                      "HEIC, gain map of Apple", "HEIC, gain map of ISO", "AVIF, gain map of ISO"), IN_JPEG),
    "film of a motion photo": Part(("JPEG, film of Google", "JPEG, film of Google, older", "JPEG, film of Samsung",
                                    "HEIC, film"), IN_JPEG),
    "depth map in XMP": Part(("JPEG, depth map in XMP",), _same(KEPT)),
    "depth map as a picture": Part(("JPEG, depth map of Google", "JPEG, depth map of Apple", "HEIC, depth map"),
                                   _same(NAMED)),
    "portrait mask": Part(("JPEG, portrait mask of Apple", "HEIC, portrait mask"), _same(NAMED)),
    "Content Credentials": Part(("JPEG, Content Credentials", "PNG, Content Credentials"), _same(NAMED)),
    "place on the map": Part(("TIFF, GeoTIFF",), _same(NAMED)),
    "further frames, pages, pictures": Part(("JPEG, two pictures", "PNG, two frames", "WebP, two frames",
                                             "AVIF, two frames", "GIF, two frames", "TIFF, two pages"), _same(NAMED)),
    "time of the file": Part(("JPEG", "PNG", "HEIC of a phone"), _same(KEPT)),
}  # fmt: skip


def page() -> str:
    """Return the page."""
    titles = list(COLUMNS.values())
    rows = [["", *titles], ["---"] * (1 + len(titles)), *([name, *part.cells] for name, part in PARTS.items())]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    sources = "\n".join(
        textwrap.fill(f"- {name}: {'; '.join(part.sources)}.", 120, subsequent_indent="  ")
        for name, part in PARTS.items()
    )
    return f"""# What each format keeps

This page is made by `make kept` from the table that `tests/corpus` checks. A photo of each kind is made by code, goes
through `process_file`, as in every command, with a strength of 0, and the result is read by programs that are not ours:
Pillow, exiftool, libultrahdr and libjxl. [What is kept of a photo](photos.md) has the reasons and the exceptions.

{table}

*Nearly kept* are pixels in a format that loses some: the mean difference is below 6 of 255. *Named* is what
the command and the server say. The resolution stays in EXIF where a photo has it there, too.

## The photos

{sources}
"""


def main() -> None:
    """Write the page, or check it with ``--check``."""
    if "--check" in sys.argv:
        sys.exit(None if PAGE.read_text("utf-8") == page() else f"{PAGE.name} is not up to date: run make kept.")
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
