"""The items of a HEIF file: pictures and what belongs to them, and what the file says of each (ISO/IEC 14496-12)."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace

Box = tuple[bytes, int, int]  # the kind, and where the content begins and ends

IN_FILE, IN_META = 0, 1  # how an item's bytes are found
HIDDEN = 1  # a flag of an item


@dataclass
class Items:
    """What the box "meta" says, as far as it is not damaged."""

    data: bytes
    primary: int = 0
    kinds: dict[int, bytes] = field(default_factory=dict)
    """Of each item: "hvc1", "grid", "Exif" ..."""
    references: dict[bytes, list[tuple[int, list[int]]]] = field(default_factory=lambda: defaultdict(list))
    """By kind ("dimg": is made of, "auxl": belongs to): an item, and those that it refers to."""
    properties: dict[int, list[tuple[bytes, bytes]]] = field(default_factory=lambda: defaultdict(list))
    """Of each item: the kind ("ispe", "colr") and the content of each property."""
    _primary_box: Box | None = None
    _places: Box | None = None
    _own: Box | None = None
    _entries: dict[int, int] = field(default_factory=dict)  # where the flags of each item lie
    _belongings: list[tuple[int, int]] = field(default_factory=list)  # of items: where the name of a reference lies

    def property(self, item: int, kind: bytes) -> bytes | None:
        """Return the content of an item's first property of a kind."""
        return next((content for name, content in self.properties.get(item, ()) if name == kind), None)

    def content(self, item: int) -> bytes:
        """Return the bytes of an item; empty where they cannot be found, or were more than the file has."""
        with suppress(IndexError):
            extents = self._extents(item)
            if sum(size for _, size in extents) <= len(self.data):
                return b"".join(self.data[start : start + size] for start, size in extents)
        return b""

    def with_parts(self, item: int) -> list[int]:
        """Return an item and all that it is made of."""
        parts: dict[int, list[int]] = defaultdict(list)
        for whole, others in self.references[b"dimg"]:
            parts[whole] += others
        found, seen = [item], {item}
        for whole in found:
            new = set(parts[whole]) - seen
            found += new
            seen |= new
        return found

    def hiding(self, item: int) -> "Items":
        """Return the items of the file in which a picture is hidden, which decoders do not show by itself."""
        entry = self._entries.get(item)
        return self._with({entry: bytes([self.data[entry] | HIDDEN])}) if entry else self

    def showing(self, item: int) -> "Items":
        """Return the items of the file in which a picture is the primary one, not hidden, and belongs to no other."""
        if not self._primary_box:
            return self
        changes = {self._primary_box[1] + 4: item.to_bytes(_width(self.data, self._primary_box), "big")}
        if entry := self._entries.get(item):
            changes[entry] = bytes([self.data[entry] & ~HIDDEN])
        changes |= {place: b"free" for other, place in self._belongings if other == item}
        return replace(self._with(changes), primary=item)

    def _with(self, changes: dict[int, bytes]) -> "Items":
        """Return the items of the file with other bytes at some places."""
        data = bytearray(self.data)
        for place, new in changes.items():
            data[place : place + len(new)] = new
        return replace(self, data=bytes(data))

    def _extents(self, wanted: int) -> list[tuple[int, int]]:
        """Return the places and the sizes of the parts of an item (8.11.3)."""
        if not self._places:
            return []
        _, place, end = self._places
        box = Reader(self.data[place:end])
        version = box.number(1)
        box.number(3)
        sizes = box.number(1), box.number(1)
        offset_size, length_size, base_size, index_size = (half for size in sizes for half in (size >> 4, size & 15))
        if not length_size:
            return []
        for _ in range(box.number(4 if version == 2 else 2)):
            item = box.number(4 if version == 2 else 2)
            method = box.number(2) & 15 if version else IN_FILE
            box.number(2)
            base = box.number(base_size)
            if method == IN_META:
                base += self._own[1] if self._own else len(self.data)
            parts = []
            for _ in range(box.number(2)):
                box.number(index_size if version else 0)
                parts.append((base + box.number(offset_size), box.number(length_size)))
            if item == wanted:
                return parts if method in (IN_FILE, IN_META) else []
        return []


class Reader:
    """Numbers, one after the other, big-endian; raises ``IndexError`` behind the end."""

    def __init__(self, data: bytes) -> None:
        self.data, self.place = data, 0

    def number(self, size: int) -> int:
        """Return the next number, of ``size`` bytes."""
        start, self.place = self.place, self.place + size
        if self.place > len(self.data):
            raise IndexError
        return int.from_bytes(self.data[start : self.place], "big")


def items_of(data: bytes) -> Items:
    """Return the items of a HEIF file. What is damaged is left out."""
    found = Items(data)
    for kind, start, end in contents(data):
        if kind == b"meta":
            for box in contents(data, start + 4, end):
                with suppress(IndexError):
                    _read(found, box)
            break
    return found


def _read(found: Items, box: Box) -> None:
    kind, start, end = box
    data = found.data
    if kind == b"pitm":
        place = start + 4
        found.primary, found._primary_box = int.from_bytes(data[place : place + _width(data, box)], "big"), box
    elif kind == b"iloc":
        found._places = box
    elif kind == b"idat":
        found._own = box
    elif kind == b"iinf":
        for name, at, _ in contents(data, start + (6 if data[start] == 0 else 8), end):
            if name == b"infe" and data[at] >= 2:
                size = 4 if data[at] == 3 else 2
                item = int.from_bytes(data[at + 4 : at + 4 + size], "big")
                found.kinds[item], found._entries[item] = data[at + 6 + size : at + 10 + size], at + 3
    elif kind == b"iref":
        size = _width(data, box)
        for name, at, stop in contents(data, start + 4, end):
            reader = Reader(data[at:stop])
            item, count = reader.number(size), reader.number(2)
            count = min(count, (stop - at - reader.place) // size)
            found.references[name].append((item, [reader.number(size) for _ in range(count)]))
            if name == b"auxl":
                found._belongings.append((item, at - 4))
    elif kind == b"iprp":
        _read_properties(found, start, end)


def _width(data: bytes, box: Box) -> int:
    """Return how many bytes an item's number has in a box whose version says it."""
    return 4 if data[box[1]] else 2


def _read_properties(found: Items, start: int, end: int) -> None:
    """Read properties, then which items have which (ISO/IEC 23008-12, 9.3)."""
    known: list[tuple[bytes, bytes]] = []
    for kind, at, stop in contents(found.data, start, end):
        if kind == b"ipco":
            known += [(name, found.data[first:last]) for name, first, last in contents(found.data, at, stop)]
        elif kind == b"ipma":
            box = Reader(found.data[at:stop])
            version, flags = box.number(1), box.number(3)
            for _ in range(box.number(4)):
                item = box.number(4 if version else 2)
                for _ in range(box.number(1)):
                    index = box.number(2) & 0x7FFF if flags & 1 else box.number(1) & 0x7F
                    found.properties[item] += known[index - 1 : index] if index else []


def contents(data: bytes, start: int = 0, stop: int | None = None) -> Iterator[Box]:
    """Yield the kind of every box between two places, and where its content begins and ends."""
    stop = len(data) if stop is None else min(stop, len(data))
    for kind, place, end in boxes(data, start, stop):
        yield kind, place + (16 if data[place : place + 4] == b"\0\0\0\1" else 8), min(end, stop)


def boxes(data: bytes, start: int = 0, stop: int | None = None) -> Iterator[Box]:
    """Yield the kind, the start and the end of every box between two places; the end of one may lie anywhere."""
    stop = len(data) if stop is None else stop
    place = start
    while start <= place <= stop - 8:
        size = int.from_bytes(data[place : place + 4], "big")
        if size == 1:
            size = int.from_bytes(data[place + 8 : place + 16], "big")
        end = place + size if size else stop
        yield data[place + 4 : place + 8], place, end
        if end < place + 8:
            return
        place = end
