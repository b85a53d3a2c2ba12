"""A photo in memory: its pixels as stored, and its metadata."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:  # formats are declared without NumPy
    from numpy.typing import NDArray

Space = Literal["grey", "rgb", "cmyk"]
COLOURS: dict[str, int] = {"grey": 1, "rgb": 3, "cmyk": 4}
Channels = tuple[float, float, float]
Texts = tuple[tuple[str, str], ...]  # keywords, as PNG has them, and texts
COMMENT = "Comment"  # the keyword of a text in formats that have no keywords


@dataclass(frozen=True)
class Gains:
    """What the values of a map mean, as ISO 21496-1 has it: red, green, blue; logarithms to base 2.

    A value v from 0 to 1 is the gain ``minimum`` + (``maximum`` - ``minimum``) v^(1 / ``gamma``). Screens that show up
    to 2^``alternate_headroom`` times white apply it whole, those below 2^``base_headroom`` not at all.
    """

    minimum: Channels = (0, 0, 0)
    maximum: Channels = (1, 1, 1)
    gamma: Channels = (1, 1, 1)
    offset_base: Channels = (1 / 64, 1 / 64, 1 / 64)
    offset_alternate: Channels = (1 / 64, 1 / 64, 1 / 64)
    base_headroom: float = 0.0
    alternate_headroom: float = 1.0
    in_base_colours: bool = True  # whether gains belong to the primaries of the photo, or of the map's own profile


@dataclass(frozen=True, eq=False)
class GainMap:
    """A map, upright, uint8 HxWxC (C 1 or 3), what it means, its ICC profile, and what the photo was that it is of.

    ``base`` is the unedited photo's colours at the map's size, HxWx1 or HxWx3, uint8 or uint16.
    """

    pixels: "NDArray[Any]"
    gains: Gains
    icc: bytes | None
    base: "NDArray[Any]"


@dataclass(frozen=True)
class Film:
    """The film of a motion photo, an MP4 file, and the moment in it that the photo shows, in microseconds."""

    data: bytes
    time: int | None = None


@dataclass(frozen=True, eq=False)
class Photo:
    """Upright pixels, and the metadata of the file that they come from.

    ``pixels`` are uint8 or uint16, HxWxC: 1, 3 or 4 colours (grey, RGB, CMYK) and, if ``alpha``, one channel more; of a
    picture that comes from no file they may be floats in [0, 1].
    ``format`` names the one of ``formats.FORMATS`` that they were read from; it is empty for a picture of no file.
    ``icc``, ``exif`` (without "Exif\\0\\0"), ``xmp`` and ``iptc`` (the record, IIM) are the bytes as stored, except
    that the orientation says upright and the EXIF thumbnail is gone. ``dpi`` is (across, down). ``gain_map`` is that of
    the photo as it was read: it is made to follow when the photo is written. ``film`` is that of a motion photo, as it
    was. ``texts`` are titles, comments and the like, which stand in the file by themselves. ``lost`` names, in plain
    words, what the file held and a Photo does not: "gain map", "depth map", "motion photo", "further frames", "further
    pages", "further pictures", "bits beyond 8 a channel", "Content Credentials" and the like.
    ``change`` is the mean absolute difference of the colours, from 0 to 1, that an enhancement made; None if none was.
    """

    pixels: "NDArray[Any]"
    space: Space = "rgb"
    alpha: bool = False
    format: str = ""
    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    iptc: bytes | None = None
    dpi: tuple[float, float] | None = None
    gain_map: GainMap | None = None
    film: Film | None = None
    texts: Texts = ()
    lost: tuple[str, ...] = ()
    change: float | None = None

    def __post_init__(self) -> None:
        expected = COLOURS[self.space] + self.alpha
        known = self.pixels.dtype in ("uint8", "uint16") or self.pixels.dtype.kind == "f"
        if not known or self.pixels.ndim != 3 or self.pixels.shape[2] != expected:
            raise ValueError(
                f"a {self.space} photo{' with alpha' if self.alpha else ''} needs uint8, uint16 or float pixels of the "
                f"shape HxWx{expected}, not {self.pixels.dtype} {self.pixels.shape}"
            )

    @property
    def width(self) -> int:
        """Width in pixels."""
        return self.pixels.shape[1]

    @property
    def height(self) -> int:
        """Height in pixels."""
        return self.pixels.shape[0]

    @property
    def peak(self) -> int:
        """The largest value that a channel can take: 255 or 65535, or 1 where they are floats."""
        from ppcn.images.depth import peak

        return peak(self.pixels.dtype)

    @property
    def colours(self) -> "NDArray[Any]":
        """The pixels without the alpha channel (a view)."""
        return self.pixels[:, :, : COLOURS[self.space]]
