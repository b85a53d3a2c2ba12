"""Who may use the API where no proxy decides: pages of which origins, and those who know a token."""

from collections.abc import Sequence
from http import HTTPStatus
from secrets import compare_digest
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.middleware.cors import CORSMiddleware

from ppcn.server.problems import Problem, responses

BEARER = HTTPBearer(scheme_name="token", auto_error=False)
NO_TOKEN = (
    HTTPStatus.UNAUTHORIZED,
    "This server asks for a token, and the request has none or a wrong one: send Authorization: Bearer TOKEN.",
)


def allow_origins(app: FastAPI, origins: Sequence[str]) -> None:
    """Let pages of other origins, such as https://example.org, use an app (CORS)."""
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization"],
            expose_headers=["Ppcn-Lost", "Ppcn-Model", "Retry-After", "Server-Timing"],
        )


def guarded(token: str | None) -> dict[str, Any]:
    """Return the arguments of a router for those who know the ``token`` only; without one, for everybody."""
    if token is None:
        return {}

    async def check(given: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)]) -> None:
        if not (given and compare_digest(given.credentials.encode(), token.encode())):
            raise Problem(*NO_TOKEN, {"WWW-Authenticate": "Bearer"})

    return {"dependencies": [Depends(check)], "responses": responses(NO_TOKEN)}
