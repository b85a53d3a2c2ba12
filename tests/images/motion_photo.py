"""Motion photos, as phones write them: a JPEG file with a film behind it."""

import io
import struct

import numpy as np
from builders import quarters, saved
from PIL import Image
from ultra_hdr import RDF, XMP, segment


def box(kind: bytes, content: bytes, *, large: bool = False) -> bytes:
    if large:
        return struct.pack(">I4sQ", 1, kind, 16 + len(content)) + content
    return struct.pack(">I4s", 8 + len(content), kind) + content


def mp4(*, large: bool = False) -> bytes:
    noise = np.random.default_rng(3).bytes(5000)
    return box(b"ftyp", b"mp42\0\0\0\0isommp42") + box(b"mdat", noise, large=large) + box(b"moov", noise[:300])


FILM = mp4()
CAMERA = 'xmlns:{0}="http://ns.google.com/photos/1.0/camera/" '


def google(film: bytes = FILM, prefix: str = "GCamera", padding: int = 0, gain_map: bytes = b"") -> str:
    """The description of Motion Photo 1.0."""
    items = [
        ("Primary", "image/jpeg", 0),
        ("GainMap", "image/jpeg", len(gain_map)),
        ("MotionPhoto", "video/mp4", len(film)),
    ]
    listed = "".join(
        f'<rdf:li rdf:parseType="Resource"><Container:Item Item:Mime="{mime}" Item:Semantic="{semantic}" '
        f'Item:Length="{length}" Item:Padding="{padding if semantic == "MotionPhoto" else 0}"/></rdf:li>'
        for semantic, mime, length in items
        if semantic != "GainMap" or gain_map
    )
    return (
        f'{CAMERA.format(prefix)}xmlns:Container="http://ns.google.com/photos/1.0/container/" '
        f'xmlns:Item="http://ns.google.com/photos/1.0/container/item/" {prefix}:MotionPhoto="1" '
        f'{prefix}:MotionPhotoVersion="1" {prefix}:MotionPhotoPresentationTimestampUs="123456">'
        f"<Container:Directory><rdf:Seq>{listed}</rdf:Seq></Container:Directory>"
    )


def jpeg(said: str = "") -> bytes:
    photo = saved(quarters(), "JPEG", quality=95)
    return photo[:2] + (segment(0xE1, XMP + RDF.format(said).encode()) if said else b"") + photo[2:]


def micro_video(film: bytes = FILM) -> str:
    """As phones wrote it before: only the offset from the end."""
    return (
        f'{CAMERA.format("GCamera")}GCamera:MicroVideo="1" GCamera:MicroVideoVersion="1" '
        f'GCamera:MicroVideoOffset="{len(film)}" GCamera:MicroVideoPresentationTimestampUs="123456">'
    )


def in_elements(film: bytes = FILM) -> str:
    return (
        f"{CAMERA.format('GCamera')}> <GCamera:MicroVideo>1</GCamera:MicroVideo> "
        f"<GCamera:MicroVideoOffset>{len(film)}</GCamera:MicroVideoOffset>"
        f"<GCamera:MicroVideoPresentationTimestampUs>123456</GCamera:MicroVideoPresentationTimestampUs>"
    )


FILES = {
    "google": jpeg(google()) + FILM,
    "another prefix": jpeg(google(prefix="Camera")) + FILM,
    "padded": jpeg(google(padding=24)) + FILM + bytes(24),
    "micro video": jpeg(micro_video()) + FILM,
    "elements": jpeg(in_elements()) + FILM,
    "large boxes": jpeg(google(mp4(large=True))) + mp4(large=True),
    "samsung": jpeg()
    + b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data"
    + FILM
    + b"SEFH\x6a\0\0\0\1\0\0\0"
    + bytes(12)
    + b"SEFT",
    "samsung and google": jpeg(google()) + b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data" + FILM,
}


def found_in(data: bytes) -> bytes:
    """The film as the XMP of a written file says."""
    with Image.open(io.BytesIO(data)) as image:
        packet = image.info["xmp"].decode()
    assert 'GCamera:MotionPhoto="1"' in packet
    assert packet.count("Container:Directory>") == 2
    length = int(packet.split('Item:Semantic="MotionPhoto"')[1].split('Item:Length="')[1].split('"')[0])
    return data[-length:]
