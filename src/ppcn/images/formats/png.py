"""PNG (ISO/IEC 15948), through libvips but for its metadata chunks."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace

from ppcn.images.formats import libvips
from ppcn.images.formats.format import Format
from ppcn.images.metadata.iptc import from_resources
from ppcn.images.metadata.texts import as_text
from ppcn.images.metadata.tiff_directory import byte_order
from ppcn.images.photo import Photo, Texts
from ppcn.images.unreadable import CheckSize, Unreadable

START = 8  # bytes of signature
XMP_KEY = b"XML:com.adobe.xmp"
RAW_PROFILE = b"Raw profile type "
LARGEST_TEXT = 1 << 24  # bytes of all texts: compressed ones can be a bomb


def load(data: bytes, check: CheckSize) -> Photo:
    """Decode a PNG file; of an animated one, the first frame."""
    chunks: dict[bytes, bytes] = {}
    texts: list[tuple[bytes, bytes]] = []
    room = LARGEST_TEXT
    for kind, start, end in _chunks(data):
        content = data[start + 8 : end - 4]
        chunks.setdefault(kind, b"" if kind == b"IDAT" else content)
        if kind in (b"tEXt", b"zTXt", b"iTXt"):
            key, text = _text(kind, content, room)
            texts.append((key, text))
            room = max(room - len(text), 1)
    if b"CgBI" in chunks:
        raise Unreadable("is a PNG file of Apple's own kind (CgBI), as apps hold them; save it as an ordinary PNG")
    first = dict(reversed(texts))
    profiles = {
        key.removeprefix(RAW_PROFILE).lower(): _raw_profile(text)
        for key, text in first.items()
        if key.startswith(RAW_PROFILE)
    }
    exif = chunks.get(b"eXIf") or profiles.get(b"exif") or profiles.get(b"app1") or b""
    photo = libvips.load(
        data, "pngload_buffer", check,
        further=("further frames",) if b"acTL" in chunks else (),
        dpi=_dpi(chunks.get(b"pHYs", b"")),
        exif=exif if byte_order(exif.removeprefix(b"Exif\0\0")) else None,
        xmp=first.get(XMP_KEY) or profiles.get(b"xmp"),
        iptc=from_resources(profiles.get(b"iptc", b"")),
        texts=tuple(
            (as_text(key), as_text(text))
            for key, text in texts
            if key and text and key != XMP_KEY and not key.startswith(RAW_PROFILE)
        ),
    )  # fmt: skip
    return replace(photo, icc=photo.icc or _profile(chunks, grey=photo.space == "grey"))


def save(photo: Photo, _: int) -> bytes:
    """Encode with the depth of the photo."""
    data = libvips.save(
        photo, "pngsave_buffer", compression=6, filter="paeth", bitdepth=8 * photo.pixels.itemsize, keep="icc"
    )
    return with_metadata(data, exif=photo.exif, xmp=photo.xmp, dpi=photo.dpi, texts=photo.texts)


def _text(kind: bytes, content: bytes, most: int) -> tuple[bytes, bytes]:
    """Return the key and the text of a chunk of text; no text where it is damaged, or longer than ``most`` bytes."""
    key, _, text = content.partition(b"\0")
    compressed = kind == b"zTXt" or (kind == b"iTXt" and text[:1] == b"\1")
    text = {b"tEXt": text, b"zTXt": text[1:], b"iTXt": text[2:].split(b"\0", 2)[-1]}[kind]
    if not compressed:
        return key, text
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(text, most)
    except zlib.error:
        return key, b""
    return key, b"" if unpacker.unconsumed_tail else text


def _text_chunk(key: str, text: str) -> bytes:
    """Return the chunk of a text: in Latin-1, which all programs read, or in UTF-8."""
    name = key.encode("latin-1", "replace")[:79] + b"\0"
    try:
        return _chunk(b"tEXt", name + text.encode("latin-1"))
    except UnicodeEncodeError:
        return _chunk(b"iTXt", name + bytes(4) + text.encode())


def _raw_profile(text: bytes) -> bytes:
    """Return what ImageMagick hides in a text: a name, a length, and hexadecimal digits."""
    try:
        return bytes.fromhex(text.split(None, 2)[2].decode("ascii"))
    except (IndexError, ValueError):
        return b""


def _profile(chunks: dict[bytes, bytes], *, grey: bool) -> bytes | None:
    """Return an ICC profile for the colours that chunks name by numbers, unless they are sRGB's."""
    from ppcn.images.colour import cicp

    if len(named := chunks.get(b"cICP", b"")) == 4:
        return cicp.profile_for({(named[0], named[1])}, grey=grey)
    gamma, corners = (chunks.get(kind, b"") for kind in (b"gAMA", b"cHRM"))
    if b"sRGB" in chunks or len(gamma) != 4:
        return None
    numbers = [number / 100_000 for number in struct.unpack(">8I", corners)] if len(corners) == 32 else None
    return cicp.profile_of_gamma(int.from_bytes(gamma, "big") / 100_000, numbers, grey=grey)


def _dpi(chunk: bytes) -> tuple[float, float] | None:
    """Return the resolution that a PNG file states in metres, if it does."""
    across, down, unit = struct.unpack(">IIB", chunk) if len(chunk) == 9 else (0, 0, 0)
    return (across * 0.0254, down * 0.0254) if unit == 1 and across and down else None


def with_metadata(
    data: bytes, *, exif: bytes | None, xmp: bytes | None, dpi: tuple[float, float] | None, texts: Texts = ()
) -> bytes:
    """Return a PNG file with these chunks behind its header, and no other pHYs (libvips states one that it made up)."""
    pieces = [data[:START]]
    for kind, start, end in _chunks(data):
        if kind != b"pHYs":
            pieces.append(data[start:end])
        if kind == b"IHDR":
            if dpi:
                pieces.append(_chunk(b"pHYs", struct.pack(">IIB", *(round(value / 0.0254) for value in dpi), 1)))
            if exif:
                pieces.append(_chunk(b"eXIf", exif))
            if xmp:
                pieces.append(_chunk(b"iTXt", XMP_KEY + b"\0" * 5 + xmp))
            pieces += [_text_chunk(key, text.replace("\0", "")) for key, text in texts]
    return b"".join(pieces)


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield the kind, the start and the end of every whole chunk."""
    start = START
    while start + 12 <= len(data):
        end = start + 12 + int.from_bytes(data[start : start + 4], "big")
        if end > len(data):
            return
        yield data[start + 4 : start + 8], start, end
        start = end


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


FORMAT = Format(
    name="png",
    title="PNG",
    media_type="image/png",
    suffixes=(".png", ".apng"),
    signature=rb"\x89PNG\r\n\x1a\n",
    load=load,
    save=save,
    alpha=True,
    sixteen_bits=True,
    grey=True,
    texts=None,
)
