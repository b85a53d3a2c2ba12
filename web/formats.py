"""Write the page's table of file formats from the library's: PYTHONPATH=src python web/formats.py."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ppcn.images.formats import FORMATS
from ppcn.images.formats.sniff import OTHERS, UNKNOWN

TABLE = Path(__file__).parent / "src/photo/formats.ts"


def table() -> str:
    """Return the table as TypeScript."""
    formats = (
        {
            "name": format.name,
            "title": format.title,
            "mediaType": format.media_type,
            "suffixes": format.suffixes,
            "signature": format.signature.decode("ascii"),
            "withoutBrowser": format.without_browser,
        }
        for format in FORMATS.values()
    )
    others = ((signature.decode("ascii"), words) for signature, words in OTHERS)
    return f"""// Made by web/formats.py from ppcn/images/formats: change those.
export const FORMATS = {_rows(formats)} as const;

export const OTHERS = {_rows(others)} as const;

export const UNKNOWN = {json.dumps(UNKNOWN)};
"""


def _rows(rows: Iterable[Any]) -> str:
    return "[\n" + "".join(f"  {json.dumps(row)},\n" for row in rows) + "]"


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
