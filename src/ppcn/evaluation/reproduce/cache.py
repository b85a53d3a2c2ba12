"""Results that are kept: one small JSON file each, found again by what they are the result of."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ppcn.files import atomic_write, sha256


@dataclass(frozen=True)
class Cache:
    """A folder of results: a run that was interrupted, or is repeated, computes only what is not there yet."""

    folder: Path

    def get(
        self, what: Mapping[str, str], compute: Callable[[], Mapping[str, Any]], names: Iterable[str] = ()
    ) -> dict[str, Any]:
        """Return the result of ``what`` (protocol with its version, sha256 of weights and of pictures), kept or new.

        A file that is damaged, of something else, or without one of the ``names`` (a metric that is new) is computed
        anew and replaced. Raises OutputError where it cannot be written.
        """
        name = hashlib.sha256(json.dumps(dict(what), sort_keys=True).encode()).hexdigest()
        path = self.folder / f"{name[:32]}.json"
        with suppress(OSError, ValueError, KeyError, TypeError):  # there is none, or it is damaged
            kept = json.loads(path.read_text("utf-8"))
            if kept["what"] == dict(what) and isinstance(kept["result"], dict) and kept["result"].keys() >= set(names):
                return kept["result"]
        result = dict(compute())
        atomic_write(path, json.dumps({"what": dict(what), "result": result}, indent=2).encode(), overwrite=True)
        return result


def digest(files: Iterable[Path]) -> str:
    """Return one sha256 of the contents of all files, in their order; raises InputError where one cannot be read."""
    total = hashlib.sha256()
    for file in files:
        total.update(bytes.fromhex(sha256(file)))
    return total.hexdigest()
