"""The files of the built page: compressed where the build has made such copies, and kept by browsers."""

import os
from http import HTTPStatus
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

CODINGS = {"br": ".br", "gzip": ".gz"}  # the best first -> what the build adds to a file's name
HASHED = "assets"  # the folder whose files have a hash of their content in their names
FOREVER = "public, max-age=31536000, immutable"


class PageFiles(StaticFiles):
    """Files that can be read; for any other method there is nothing."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file; browsers ask again for each but those whose names change with their content."""
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = FOREVER if Path(path).parts[:1] == (HASHED,) else "no-cache"
        return response

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Return a file, or its compressed copy where the client takes one."""
        accepted = _accepted(Headers(scope=scope).get("accept-encoding", ""))
        for coding, suffix in CODINGS.items():
            copy = Path(f"{full_path}{suffix}")
            if coding in accepted and copy.is_file():
                response = super().file_response(copy, copy.stat(), scope, status_code)
                response.headers["content-encoding"] = coding
                break
        else:
            response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["vary"] = "Accept-Encoding"
        return response


def _accepted(header: str) -> set[str]:
    """Return the codings that a client takes: those of Accept-Encoding whose weight is not 0."""
    entries = (entry.replace(" ", "").lower().partition(";q=") for entry in header.split(","))
    return {coding for coding, _, weight in entries if weight.strip("0.") or not weight}
