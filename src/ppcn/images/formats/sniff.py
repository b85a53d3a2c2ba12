"""What a file is, by its first bytes; names are never trusted."""

FORMATS = ("jpeg", "png", "webp", "tiff", "heic", "avif", "gif")
HEAD = 4096  # bytes that are enough to tell

_MAGIC = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),  # BigTIFF
    (b"MM\0+", "tiff"),
)
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
_OTHERS = (  # things that people hand over by mistake, and how to call them
    (b"BM", "a BMP picture"),
    (b"%PDF", "a PDF document"),
    (b"8BPS", "a Photoshop document"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"FUJIFILMCCD-RAW", "a camera's raw file"),
    (b"II*\0\x10\0\0\0CR", "a camera's raw file"),
    (b"IIU\0", "a camera's raw file"),
    (b"IIRO", "a camera's raw file"),
)


def sniff(head: bytes) -> str | None:
    """Return the format that a file's first bytes announce, one of FORMATS, or None."""
    if describe(head) is not None:
        return None
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    brands = _brands(head)
    if brands & _AVIF_BRANDS:
        return "avif"
    return "heic" if brands & _HEIC_BRANDS else None


def describe(head: bytes) -> str | None:
    """Return plain words for a kind of file that is known and no photo that can be read, such as "a PDF document"."""
    for magic, words in _OTHERS:
        if head.startswith(magic):
            return words
    if head[4:8] == b"ftyp" and not _brands(head) & (_HEIC_BRANDS | _AVIF_BRANDS | {b"mif1"}):
        return "a film"
    if head.lstrip()[:5].lower() in (b"<svg ", b"<?xml"):
        return "a drawing (SVG) or another XML file"
    if head and not any(byte < 9 for byte in head):
        return "a text file"
    return None


def _brands(head: bytes) -> set[bytes]:
    """Return the brands in the first box of a HEIF file."""
    if head[4:8] != b"ftyp":
        return set()
    box = head[8 : min(int.from_bytes(head[:4], "big"), len(head))]
    return {box[:4]} | {box[i : i + 4] for i in range(8, len(box), 4)}
