"""Recognising a file by its first bytes; names are never trusted."""

import re

from ppcn.images.formats import FORMATS
from ppcn.images.formats.format import Format

HEAD = 4096  # bytes that suffice

# What people hand over by mistake: a regular expression as in ``Format.signature``, and what to call it.
OTHERS = (
    (rb"%PDF", "a PDF document"),
    (rb"8BPS", "a Photoshop document"),
    (rb"PK\x03\x04", "a ZIP archive"),
    (rb".{4}ftyp(?!(?:.{4}){0,30}?mif1)", "a film"),
    (rb"[ \t-\r]*<(?:[sS][vV][gG] |\?[xX][mM][lL])", "a drawing (SVG) or another XML file"),
    (rb"[^\x00-\x08]+$", "a text file"),
)
UNKNOWN = "of a kind that is not known here"


def sniff(head: bytes) -> Format | None:
    """Return the format whose signature a file's first ``HEAD`` bytes have."""
    return next((format for format in FORMATS.values() if re.match(format.signature, head, re.DOTALL)), None)


def describe(head: bytes) -> str:
    """Return plain words for a file of no format of ours, such as "a PDF document"."""
    return next((words for pattern, words in OTHERS if re.match(pattern, head, re.DOTALL)), UNKNOWN)
