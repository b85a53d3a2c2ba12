"""Motion photos: the film is kept bit by bit, and can be found again."""

from pathlib import Path

import pytest
from builders import saved
from motion_photo import FILES, FILM, box, found_in, google, in_elements, jpeg, micro_video, mp4
from ultra_hdr import ISO, RDF, XMP, in_iso, scene, segment

from ppcn.images.read import read
from ppcn.images.write import encode, lost_parts

HEIC = Path(__file__).parents[1] / "data"


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


@pytest.mark.parametrize("cut", [0, 1000, len(FILM)])
def test_elements_of_xmp_point_to_a_film_that_is_there_alone(cut):
    """As exiftool writes them: with the film they stay as they are said, without it none is left."""
    listed = google().partition(">")[2]
    said = in_elements() + "<GCamera:MotionPhoto>1</GCamera:MotionPhoto>" + listed
    photo = read(jpeg(said) + FILM[: len(FILM) - cut])
    assert bool(photo.film) == (not cut)
    data = encode(photo, "jpeg")
    assert (b"GCamera:" in data) == (b"Container:" in data) == (not cut)
    assert photo.lost == (("motion photo",) if cut else ())
    if not cut:
        assert found_in(data) == FILM


def test_a_film_is_found_again_where_xmp_is_as_large_as_a_segment():
    own = f'xmlns:dc="http://purl.org/dc/elements/1.1/" dc:title="{"x" * 64200}" '
    photo = read(jpeg(own + google()) + FILM)
    assert photo.film
    assert found_in(encode(photo, "jpeg")) == FILM
