import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from builders import photo

from ppcn.images.formats import FORMATS, NAMES, SUFFIXES, WRITABLE, result_format
from ppcn.images.formats.sniff import HEAD, describe, sniff
from ppcn.images.read import read
from ppcn.images.write import encode

ROOT = Path(__file__).parents[3]


def test_each_format_is_declared_by_the_file_of_its_name():
    assert list(FORMATS) == list(NAMES)
    for name, format in FORMATS.items():
        assert format.name == name
        assert re.fullmatch(r"image/[\w+-]+", format.media_type)
        assert all(SUFFIXES[suffix] is format and re.fullmatch(r"\.[a-z0-9]+", suffix) for suffix in format.suffixes)


def test_the_table_needs_no_decoder():
    code = "import sys, ppcn.outputs, ppcn.images.formats.sniff; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "ppcn.images.formats.jpeg" in modules
    assert not {"numpy", "pyvips", "pi_heif", "PIL"} & set(modules)


@pytest.mark.parametrize("format", WRITABLE.values(), ids=WRITABLE)
def test_what_is_written_is_recognised_and_held_as_declared(format):
    for space in ("grey", "rgb", "cmyk"):
        for alpha in (False, True):
            for deep in (False, True):
                data = encode(photo(6, 9, space, alpha=alpha, deep=deep), format.name)
                again = read(data)
                assert sniff(data[:HEAD]) is format
                assert again.format == format.name
                assert again.alpha == (alpha and format.alpha)
                assert (again.space == "cmyk") == (space == "cmyk" and format.cmyk)
                assert (again.peak > 255) == (deep and format.sixteen_bits)


def test_signatures_exclude_each_other():
    heads = {
        "jpeg": b"\xff\xd8\xff\xe0",
        "png": b"\x89PNG\r\n\x1a\n\0",
        "webp": b"RIFF\0\0\0\0WEBPVP8 ",
        "tiff": b"MM\0*\0",
        "heic": b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic",
        "avif": b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf",
        "gif": b"GIF89a\1",
        "jxl": b"\0\0\0\x0cJXL \r\n\x87\n",
        "jpeg2000": b"\0\0\0\x0cjP  \r\n\x87\n",
        "bmp": b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0",
        "pnm": b"P6\n4 4\n255\n",
        "raw": b"II*\0\x10\0\0\0CR",
    }
    assert list(heads) == list(NAMES)
    for name, head in heads.items():
        matching = [other.name for other in FORMATS.values() if re.match(other.signature, head, re.DOTALL)]
        assert matching == [name]


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"RIFF\0\0\0\0WAVE", "of a kind that is not known here"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "a film"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1miaf", "of a kind that is not known here"),
        (b" \r\n<?XML ", "a drawing (SVG) or another XML file"),
        (b"plain\r\ntext\n", "a text file"),
        (b"plain\n\1", "of a kind that is not known here"),
    ],
)
def test_other_files_are_described(head: bytes, words: str):
    assert sniff(head) is None
    assert describe(head) == words


def test_results_of_formats_that_are_read_only():
    assert result_format("tiff", alpha=False).name == "tiff"
    assert result_format("heic", alpha=False).name == "jpeg"
    assert result_format("gif", alpha=True).name == "png"


def test_the_table_of_the_page_is_current():
    made = runpy.run_path(str(ROOT / "web/formats.py"))["table"]()
    assert (ROOT / "web/src/photo/formats.ts").read_text() == made, "run `make web-formats`"
    assert all(f'"{name}"' in made for name in FORMATS)
