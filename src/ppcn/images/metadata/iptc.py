"""IPTC's record of a photo (IIM 4.2), as Photoshop's image resources hold it in JPEG and PNG."""

SIGNATURE, RECORD = b"8BIM", b"\x04\x04"


def from_resources(data: bytes) -> bytes | None:
    """Return the record inside image resources, or None."""
    place = 0
    while data[place : place + 4] == SIGNATURE and place + 12 <= len(data):
        start = place + 6 + (data[place + 6] + 2) // 2 * 2  # behind the resource's name
        end = start + 4 + int.from_bytes(data[start : start + 4], "big")
        if data[place + 4 : place + 6] == RECORD:
            return data[start + 4 : end] or None
        place = end + end % 2
    return None


def to_resources(record: bytes) -> bytes:
    """Return image resources that hold nothing but a record."""
    return SIGNATURE + RECORD + b"\0\0" + len(record).to_bytes(4, "big") + record + b"\0" * (len(record) % 2)
