"""The declaration of a file format."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

from ppcn.errors import needed
from ppcn.images.photo import Photo
from ppcn.images.unreadable import CheckSize


@dataclass(frozen=True)
class Format:
    """A file format: how it is recognised, what it holds, and how it is read and written.

    Each file of this folder that is named in the table declares one, ``FORMAT``. Importing it must be fast: ``load``
    and ``save`` import NumPy, libvips and other decoders when they are called.
    """

    name: str
    """The same as the file's: "jpeg"."""
    title: str
    """What sentences call it: "JPEG"."""
    media_type: str
    suffixes: tuple[str, ...]
    """In small letters, with the dot; results get the first one."""
    signature: bytes
    """A regular expression, for Python and for JavaScript, that matches the first bytes of such files alone."""
    load: Callable[[bytes, CheckSize], Photo]
    """Decodes the first frame, upright. It calls the check before it decodes, and raises ``Unreadable``."""
    save: Callable[[Photo, int], bytes] | None = None
    """Encodes a photo that the format can hold at a quality from 1 to 100; None for formats that are only read."""
    quality: int | None = None
    """The default of lossy formats; None for those that lose nothing."""
    largest_side: int | None = None
    """In pixels; None for no limit that matters."""
    encoding: int = 0
    """Bytes that a pixel takes while it is encoded, beside those of the photo: for encoders that hold all of it in
    forms of their own."""
    largest_block: int | None = None
    """The most bytes of EXIF, or of a text, that a file can hold; None for no limit."""
    texts: tuple[str, ...] | None = ()
    """The keywords of the texts that a file can hold; None for any."""
    alpha: bool = False
    cmyk: bool = False
    sixteen_bits: bool = False
    grey: bool = False
    iptc: bool = False
    gain_map: bool = False
    film: bool = False
    """Whether a file can hold an alpha channel, CMYK, more than 8 bits a channel, grey with a profile, IPTC, a gain
    map, and the film of a motion photo."""
    needs: str = ""
    """The module of an optional library that reads and writes such files; empty where none is needed."""
    extra: str = ""
    """The optional part of the installation, such as "raw", that brings this library."""
    without_browser: str = ""
    """What the web page calls a file that no browser decodes; empty for formats that browsers (or the page) decode."""

    @property
    def missing(self) -> str:
        """What to say where the library that such files need is not installed; empty where it is."""
        return "" if not self.needs or find_spec(self.needs) else needed(self.needs, self.extra)
