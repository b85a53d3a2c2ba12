"""Files with a gain map, as outside writers make them."""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from builders import saved
from PIL import Image

RDF = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" {}</rdf:Description>'
    "</rdf:RDF></x:xmpmeta>"
)
XMP, ISO = b"http://ns.adobe.com/xap/1.0/\0", b"urn:iso:std:iso:ts:21496:-1\0"
STOPS = 3.0


@dataclass
class Scene:
    """A photo, the gain of each of its pixels in stops, and the light of both pictures, HxWx3."""

    photo: np.ndarray
    gain: np.ndarray
    offset: float = 1 / 64

    @property
    def hdr(self) -> np.ndarray:
        return (light(self.photo / 255) + self.offset) * 2**self.gain - self.offset


def light(values: np.ndarray) -> np.ndarray:
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def scene(height: int = 96, width: int = 128, channels: int = 1) -> Scene:
    """A gradient with a bright sun, whose gain falls off smoothly."""
    y, x = np.mgrid[:height, :width] / (height, width)[0]
    sun = np.exp(-((y - 0.4) ** 2 + (x - 0.6) ** 2) / 0.03)
    photo = np.stack([0.2 + 0.3 * x / x.max() + 0.5 * sun, 0.25 + 0.2 * y + 0.5 * sun, 0.3 + 0.6 * sun], 2)
    gain = sun[..., None] * np.array([1, 0.9, 0.7])[:channels] * STOPS
    return Scene((photo.clip(0, 1) * 255).round().astype(np.uint8), gain)


def segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def coded(gain: np.ndarray, low: float, high: float, gamma: float, shrink: int) -> np.ndarray:
    """The values of a map, ``shrink`` times smaller."""
    values = (((gain - low) / (high - low)) ** gamma * 255).round().astype(np.uint8)
    height, width = (side // shrink for side in gain.shape[:2])
    image = Image.fromarray(values[..., 0] if values.shape[2] == 1 else values)
    return np.asarray(image.resize((width, height), Image.Resampling.BOX))


def iso(low: float, high: float, gamma: float, offset: float, channels: int = 1) -> bytes:
    """ISO 21496-1, annex C, as libultrahdr writes it."""
    numbers = [0.0, STOPS, *([low, high, gamma, offset, offset] * channels)]
    parts = b"".join(struct.pack(">iI", round(number * 1000), 1000) for number in numbers)
    return b"\0\0\0\0" + bytes([0x40 | (0x80 if channels > 1 else 0)]) + parts


def adobe(low: float, high: float, gamma: float, offset: float, *, listed: bool = False) -> bytes:
    values = {"GainMapMin": low, "GainMapMax": high, "Gamma": gamma, "OffsetSDR": offset, "OffsetHDR": offset}
    if listed:
        text = "".join(
            f"<hdrgm:{name}><rdf:Seq>{f'<rdf:li>{value}</rdf:li>' * 3}</rdf:Seq></hdrgm:{name}>"
            for name, value in values.items()
        )
        return RDF.format(f'hdrgm:Version="1.0" hdrgm:HDRCapacityMax="{STOPS}">{text}').encode()
    text = " ".join(f'hdrgm:{name}="{value}"' for name, value in values.items())
    return RDF.format(f'hdrgm:Version="1.0" {text} hdrgm:HDRCapacityMax="{STOPS}">').encode()


def file(
    photo: np.ndarray, values: np.ndarray, *about: bytes, index: bool = True, said: bool = True, xmp: bytes = b"", **how
) -> bytes:
    """A JPEG file with a map behind it, as an outside writer makes it: the index is big-endian.

    ``said`` False leaves out the segment that says that it is a gain map.
    """
    second = saved(values, "JPEG", quality=98, subsampling=0)
    second = second[:2] + b"".join(about) + second[2:]
    first = saved(photo, "JPEG", quality=98, subsampling=0, **how)
    head = segment(0xE1, XMP + xmp.replace(b"LENGTH", str(len(second)).encode())) if xmp else b""
    head += segment(0xE2, ISO + b"\0\0\0\0") if said else b""
    if index:
        size = len(first) + len(head) + 4 + 86
        table = struct.pack(">IIII", 0x030000, size, 0, 0)
        table += struct.pack(">IIII", 0, len(second), size - 2 - len(head) - 8, 0)
        entries = struct.pack(">HHI4s", 0xB000, 7, 4, b"0100") + struct.pack(">HHII", 0xB001, 4, 1, 2)
        entries += struct.pack(">HHII", 0xB002, 7, 32, 50)
        head += segment(0xE2, b"MPF\0MM\0*\0\0\0\x08\0\x03" + entries + bytes(4) + table)
    return first[:2] + head + first[2:] + second


def in_iso(gain: np.ndarray, *, low: float = 0, gamma: float = 1, shrink: int = 2):
    values = coded(gain, low, STOPS, gamma, shrink)
    return values, segment(0xE2, ISO + iso(low, STOPS, gamma, 1 / 64, gain.shape[2]))


def in_adobe(gain: np.ndarray, *, low: float = 0, gamma: float = 1, shrink: int = 2, listed: bool = False):
    values = coded(gain, low, STOPS, gamma, shrink)
    return values, segment(0xE1, XMP + adobe(low, STOPS, gamma, 1 / 64, listed=listed))


def in_apple(gain: np.ndarray, *, shrink: int = 2):
    """1 + (headroom - 1) light(v) is the gain, without offsets."""
    values = (2**gain - 1) / (2**STOPS - 1)
    encoded = np.where(values <= 0.0031308, values * 12.92, 1.055 * values ** (1 / 2.4) - 0.055)
    said = 'xmlns:HDRGainMap="http://ns.apple.com/HDRGainMap/1.0/" HDRGainMap:HDRGainMapVersion="65536" '
    said += f'HDRGainMap:HDRGainMapHeadroom="{2**STOPS}">'
    return coded(encoded, 0, 1, 1, shrink), segment(0xE1, XMP + RDF.format(said).encode())


def in_heic(headroom: float = 0) -> bytes:
    """A HEIC file as an iPhone writes it: the ramp of alpha of a test file becomes an auxiliary gain map.

    ``headroom`` is what its XMP says, if it is to say something.
    """
    data = (Path(__file__).parent / "data" / "alpha.heic").read_bytes()
    old, new = b"urn:mpeg:hevc:2015:auxid:1\0", b"urn:com:apple:photo:2020:aux:hdrgainmap\0"
    grown = len(new) - len(old)
    for kind in (b"meta", b"iprp", b"ipco", b"auxC"):
        at = data.index(kind) - 4
        data = data[:at] + struct.pack(">I", struct.unpack_from(">I", data, at)[0] + grown) + data[at + 4 :]
    place = data.index(b"mdat") + 4
    located = data.index(b"iloc")
    table = data[located : located + struct.unpack_from(">I", data, located - 4)[0] - 4]
    for at in range(len(table) - 3):  # every offset of an item's bytes lies behind the beginning of "mdat"
        (offset,) = struct.unpack_from(">I", table, at)
        if place <= offset < len(data):
            table = table[:at] + struct.pack(">I", offset + grown) + table[at + 4 :]
    data = data[:located] + table + data[located + len(table) :]
    data = data.replace(old, new)
    if not headroom:
        return data
    said = f'xmlns:HDRGainMap="http://ns.apple.com/HDRGainMap/1.0/" HDRGainMap:HDRGainMapHeadroom="{headroom}">'
    packet = RDF.format(said).encode()
    return data + struct.pack(">I4s", 8 + len(packet), b"free") + packet
