"""Everything that is wrong with a file ends in an InputError of one sentence."""

import io
import random
import re
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from builders import builtin_profile, camera_exif, png, quarters, saved
from PIL import Image

from ppcn.errors import InputError
from ppcn.images.colour.srgb import to_srgb
from ppcn.images.metadata import tiff_directory, xmp
from ppcn.images.read import read

HEIC = (Path(__file__).parent / "data" / "display_p3_turned.heic").read_bytes()
PICTURES = {
    "jpeg": saved(quarters(), "JPEG", exif=b"Exif\0\0" + camera_exif(), icc_profile=builtin_profile("p3")),
    "progressive": saved(quarters(), "JPEG", progressive=True),
    "png": saved(quarters(), "PNG", icc_profile=builtin_profile("p3")),
    "webp": saved(quarters(), "WEBP", icc_profile=builtin_profile("p3")),
    "tiff": saved(quarters(), "TIFF", compression="tiff_lzw"),
    "avif": saved(quarters(), "AVIF"),
    "gif": saved(quarters(), "GIF"),
    "heic": HEIC,
}


def complaint(source: bytes | Path, **how: Any) -> str:
    """Return the error's message, which has to be one plain sentence."""
    with pytest.raises(InputError) as caught:
        read(source, **how)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 300
    return message


def test_sentences(tmp_path: Path):
    missing = tmp_path / "nothing.jpg"
    assert complaint(missing) == f"{missing} does not exist; check the name."
    assert "is a folder" in complaint(tmp_path)
    empty = tmp_path / "empty.jpg"
    empty.touch()
    assert complaint(empty) == f"{empty} is empty; copy it again from where it came from."
    text = tmp_path / "text.jpg"
    text.write_text("This is not a photo.\n" * 1000)
    assert complaint(text).startswith(f"{text} is a text file; photos are JPEG")
    assert complaint(b"\0\1\2\3" * 20).startswith("The given data is of a kind that is not known here; photos are")
    assert "Photoshop" in complaint(b"8BPS\0\1" + bytes(100))
    assert "PDF" in complaint(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    assert "SVG" in complaint(b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')
    assert "film" in complaint(b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + bytes(100))


def test_raw_files_are_not_mistaken_for_their_thumbnails():
    tags = {254: 1}
    buffer = io.BytesIO()
    Image.fromarray(quarters()).save(buffer, "TIFF", tiffinfo=tags)
    assert "raw" in complaint(buffer.getvalue())


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    photo = tmp_path / "a.jpg"
    photo.write_bytes(PICTURES["jpeg"])
    monkeypatch.setattr(Path, "open", refuse)
    assert "permission denied" in complaint(photo)


def test_a_bomb_is_refused_before_it_is_decoded():
    start = time.perf_counter()
    message = complaint(png(100_000, 100_000, 8, 2, bytes(1000)))
    assert "100000x100000" in message
    assert "limit of 200" in message
    sides = re.compile(rb"(?<=[\x00\x01]\x01[\x03\x04]\x00\x01\x00\x00\x00)..", re.DOTALL)
    tiff = sides.sub(b"\xff\xff", PICTURES["tiff"], count=2)
    assert "65535x65535" in complaint(tiff)
    assert time.perf_counter() - start < 2


def test_the_limit_is_the_callers():
    for kind, data in PICTURES.items():
        assert "megapixels" in complaint(data, max_megapixels=0.003), kind
        assert read(data, max_megapixels=0.0031).pixels.size, kind


@pytest.mark.parametrize("kind", PICTURES)
def test_cut_short_is_refused(kind: str):
    data = PICTURES[kind]
    whole = read(data)
    for end in [*range(1, len(data) - 1, max(1, len(data) // 60)), len(data) - 3]:
        try:
            photo = read(data[:end])
        except InputError:
            continue
        assert np.array_equal(photo.pixels, whole.pixels), f"{end} of {len(data)} bytes gave another picture"


@pytest.mark.parametrize("kind", PICTURES)
def test_damage_never_raises_anything_else(kind: str):
    chance = random.Random(kind)
    for _ in range(60):
        data = bytearray(PICTURES[kind])
        for _ in range(chance.choice((1, 3, 10))):
            data[chance.randrange(4, len(data))] = chance.randrange(256)
        try:
            photo = read(bytes(data), max_megapixels=1)
        except InputError as error:
            assert "\n" not in str(error)  # noqa: PT017
            continue
        to_srgb(photo)


def test_a_grey_heic_that_claims_ten_bits_is_not_decoded():
    """pi-heif 1.4 would write beyond its memory, and the process would end somewhere else, later."""
    data = bytearray((Path(__file__).parent / "data" / "grey.heic").read_bytes())
    assert read(bytes(data)).space == "grey"
    depth = data.index(b"hvcC") + 4 + 17
    assert data[depth] == 0xF8
    data[depth] = 0xFA
    assert "not supported" in complaint(bytes(data))


def test_metadata_of_any_length_takes_linear_time():
    """A hundred thousand elements that are never closed, and tags that share their bytes, took hours and gigabytes."""
    unclosed = b"<Container:Directory " * 100_000
    assert xmp.without_lost_parts(unclosed) == unclosed
    size, count = 1_000_000, 65_000
    tags = b"".join(struct.pack("<HHII", tag, 7, size, 8) for tag in range(count))
    overlapping = b"II*\0" + struct.pack("<IH", 8, count) + tags + bytes(size)
    assert len(tiff_directory.parse(overlapping).values) == 1


def test_nothing_is_printed():
    code = (
        "import sys; from pathlib import Path; from ppcn.images.read import read; from ppcn.errors import InputError\n"
        "for size in range(40, 2000, 40):\n"
        "    try: read(sys.stdin.buffer.peek(100000)[:size])\n"
        "    except InputError: pass\n"
    )
    for kind in ("jpeg", "png", "tiff"):
        done = subprocess.run([sys.executable, "-c", code], input=PICTURES[kind], capture_output=True, check=True)
        assert (done.stdout, done.stderr) == (b"", b"")


def test_bytes_that_a_decoder_quotes_need_not_be_text():
    turned = saved(quarters(), "AVIF", exif=b"Exif\0\0" + camera_exif())
    assert read(turned).pixels.size
    assert "is damaged" in complaint(turned.replace(b"irot", b"\xcarot"))


@pytest.mark.parametrize("how", [{}, {"quality": 100, "subsampling": 0}, {"optimize": True}])
@pytest.mark.parametrize("grey", [False, True])
def test_a_jpeg_without_its_end_is_whole(how: dict[str, Any], *, grey: bool):
    data = saved(quarters()[:, :, 0] if grey else quarters(), "JPEG", **how)
    assert data.endswith(b"\xff\xd9")
    assert np.array_equal(read(data[:-2]).pixels, read(data).pixels)
    for cut in (5, 9, len(data) // 8):
        assert "incomplete" in complaint(data[:-cut])
        assert "incomplete" in complaint(data[:-cut] + bytes(cut))


def test_what_is_whole_and_not_read_is_not_called_damaged():
    header = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    apples = png(8, 8, 8, 2, bytes(200)).replace(
        b"\0\0\0\x0dIHDR" + header, b"\0\0\0\0CgBI" + bytes(4) + b"\0\0\0\x0dIHDR" + header
    )
    assert "Apple's own kind" in complaint(apples)
    pixels = np.zeros((16, 16))
    for data, words in ((pixels.astype(np.complex64), "complex numbers"), (pixels.astype(np.float32), "not supported")):
        file = io.BytesIO()
        tifffile.imwrite(file, data)
        assert words in complaint(file.getvalue())
    file = io.BytesIO()
    tifffile.imwrite(file, pixels.astype(np.uint16))
    bits = bytearray(file.getvalue())
    entry = struct.pack("<HHIH", 258, 3, 1, 16)
    bits[bits.index(entry) + 8] = 12
    assert "12 bits a channel" in complaint(bytes(bits))
