"""What follows a photo in its file, a gain map and a film, as XMP says it (Ultra HDR 1.0, Motion Photo 1.0)."""

import re
from collections.abc import Sequence

from ppcn.images.photo import Film

GAIN_MAP, FILM = "GainMap", "MotionPhoto"  # semantics of items
_MIME = {GAIN_MAP: "image/jpeg", FILM: "video/mp4"}

_VALUE = rb"""\s*(?:=\s*["']|>\s*)"""
_ITEMS = re.compile(rb"<G?Container:Item\b.{0,600}?(?:/>|</G?Container:Item>)", re.DOTALL)
_SEMANTIC = re.compile(rb"Item:Semantic" + _VALUE + rb"(\w{1,40})")
_LENGTH, _PADDING = (re.compile(rb"Item:" + name + _VALUE + rb"(\d{1,10})") for name in (b"Length", b"Padding"))
_MICRO_VIDEO = re.compile(rb"Camera:MicroVideoOffset" + _VALUE + rb"(\d{1,10})")
_TIME = re.compile(rb"Camera:(?:MotionPhoto|MicroVideo)PresentationTimestampUs" + _VALUE + rb"(-?\d{1,18})")
_SAMSUNG = b"MotionPhoto_Data"  # before the film, in a trailer of Samsung's
_BOX = re.compile(rb"ftyp|moov|mdat|free|skip|wide|udta|uuid|meta|moof|mfra|sidx|pdin")


def parts(size: int, xmp: bytes) -> list[tuple[str, int, int]]:
    """Return semantic, start and end of all that follows a photo in a file of ``size`` bytes, as its XMP says."""
    items = [match[0] for match in _ITEMS.finditer(xmp)]
    found, end = [], size
    for item in reversed(items[1:]):
        length, padding = (int(match[1]) if (match := form.search(item)) else 0 for form in (_LENGTH, _PADDING))
        semantic = _SEMANTIC.search(item)
        if not 0 < length <= end - padding:
            return []
        found.append((semantic[1].decode() if semantic else "", end - padding - length, end - padding))
        end -= length + padding
    return found[::-1]


def film(data: bytes, xmp: bytes) -> Film | None:
    """Return the film that follows a photo: as XMP says in its new or old form, or in Samsung's trailer."""
    starts = [start for semantic, start, _ in parts(len(data), xmp) if semantic == FILM]
    starts += [len(data) - int(match[1]) for match in _MICRO_VIDEO.finditer(xmp)]
    if (place := data.rfind(_SAMSUNG)) >= 0:
        starts.append(place + len(_SAMSUNG))
    for start in starts:
        end = _end_of_boxes(data, start) if start > 0 else 0
        if end:
            return Film(data[start:end], time_of_film(xmp))
    return None


def time_of_film(xmp: bytes) -> int | None:
    """Return the moment that a motion photo shows, in microseconds, as its XMP says."""
    match = _TIME.search(xmp)
    return int(match[1]) if match else None


def description(following: Sequence[tuple[str, int]], time: int | None = None) -> bytes:
    """Return a description for XMP of what follows a photo, semantics and lengths; ``time`` is the film's."""
    entries = [("Primary", "image/jpeg", "")]
    entries += [(semantic, _MIME[semantic], f' Item:Length="{length}"') for semantic, length in following]
    items = "".join(
        f'<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="{semantic}" Item:Mime="{mime}"{length}/>'
        "</rdf:li>"
        for semantic, mime, length in entries
    )
    semantics = [semantic for semantic, _ in following]
    about = ""
    if GAIN_MAP in semantics:
        about += ' xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"'
    if FILM in semantics:
        about += ' xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" GCamera:MotionPhoto="1"'
        about += ' GCamera:MotionPhotoVersion="1"'
        if time is not None:
            about += f' GCamera:MotionPhotoPresentationTimestampUs="{time}"'
    return (
        '<rdf:Description rdf:about="" xmlns:Container="http://ns.google.com/photos/1.0/container/"'
        f' xmlns:Item="http://ns.google.com/photos/1.0/container/item/"{about}>'
        f"<Container:Directory><rdf:Seq>{items}</rdf:Seq></Container:Directory></rdf:Description>"
    ).encode()


def _end_of_boxes(data: bytes, start: int) -> int:
    """Return where an MP4 file ends that begins at a place, by its boxes; 0 if none does."""
    if data[start + 4 : start + 8] != b"ftyp":
        return 0
    place = start
    while _BOX.match(data, place + 4):
        size = int.from_bytes(data[place : place + 4], "big")
        if size == 1:
            size = int.from_bytes(data[place + 8 : place + 16], "big")
        size = size or len(data) - place
        if size < 8 or place + size > len(data):
            return 0
        place += size
    return place
