"""Motion photos: the film is kept bit by bit, and can be found again."""

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from builders import quarters, saved
from PIL import Image
from ultra_hdr import ISO, RDF, XMP, in_iso, scene, segment

from ppcn.images.read import read
from ppcn.images.write import encode, lost_parts

HEIC = Path(__file__).parents[1] / "data"


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


@pytest.mark.parametrize("name", FILES)
def test_the_film_is_kept_bit_by_bit(name):
    film = mp4(large=name == "large boxes")
    photo = read(FILES[name])
    assert photo.lost == ()
    assert photo.film
    assert photo.film.data == film
    assert photo.film.time == (None if name == "samsung" else 123456)
    data = encode(photo, "jpeg")
    assert found_in(data) == film
    again = read(data)
    assert again.film
    assert (again.film.data, again.lost) == (film, ())
    assert again.film.time == photo.film.time
    assert found_in(encode(again, "jpeg")) == film


def test_a_gain_map_lies_between_photo_and_film():
    original = scene()
    values, about = in_iso(original.gain)
    second = saved(values, "JPEG", quality=98)
    second = second[:2] + about + second[2:]
    said = google(gain_map=second).replace("xmlns:Item", 'xmlns:hdrgm="x" hdrgm:Version="1.0" xmlns:Item')
    first = saved(original.photo, "JPEG", quality=98)
    head = segment(0xE1, XMP + RDF.format(said).encode()) + segment(0xE2, ISO + b"\0\0\0\0")
    photo = read(first[:2] + head + first[2:] + second + FILM)
    assert (photo.lost, bool(photo.gain_map), bool(photo.film)) == ((), True, True)
    data = encode(photo, "jpeg")
    assert found_in(data) == FILM
    again = read(data)
    assert again.gain_map
    assert again.film


def test_a_heic_photo_s_film_follows_the_jpeg():
    data = (HEIC / "display_p3_turned.heic").read_bytes() + box(b"mpvd", FILM)
    photo = read(data)
    assert photo.film
    assert "motion photo" not in photo.lost
    assert found_in(encode(photo, "jpeg")) == FILM


def test_it_is_lost_in_other_formats_and_left_out_with_metadata():
    photo = read(FILES["google"])
    assert lost_parts(photo, "jpeg") == ()
    for format in ("png", "webp", "tiff", "avif"):
        assert lost_parts(photo, format) == ("motion photo",)
        assert FILM not in encode(photo, format)
    assert lost_parts(photo, "png", strip_metadata=True) == ()
    assert FILM[:100] not in encode(photo, "jpeg", strip_metadata=True)


@pytest.mark.parametrize(
    "data",
    [
        jpeg(google()),  # cut off
        jpeg(google()) + FILM[:-1],
        jpeg(google()) + FILM[9:] + bytes(9),
        jpeg(micro_video().replace(f'"{len(FILM)}"', '"0"')) + FILM,
        jpeg(micro_video().replace(f'"{len(FILM)}"', '"9999999999"')) + FILM,
    ],
)
def test_films_that_are_not_whole_are_lost(data):
    photo = read(data)
    assert photo.film is None
    assert photo.lost == ("motion photo",)
    assert read(encode(photo, "jpeg")).lost == ()


def test_a_film_is_found_again_where_xmp_is_as_large_as_a_segment():
    own = f'xmlns:dc="http://purl.org/dc/elements/1.1/" dc:title="{"x" * 64200}" '
    photo = read(jpeg(own + google()) + FILM)
    assert photo.film
    assert found_in(encode(photo, "jpeg")) == FILM
