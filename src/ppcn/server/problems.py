"""Errors as ``application/problem+json`` (RFC 9457): ``detail`` is the plain sentence that the command would print."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = 2  # seconds


class Problem(Exception):
    """An answer that is no result: a status, a sentence, and headers."""

    def __init__(self, status: HTTPStatus, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers


def busy(reason: str) -> Problem:
    """Return the problem of a request that may be sent again soon."""
    sentence = f"{reason}: try again in {RETRY_AFTER} seconds."
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, sentence, {"Retry-After": str(RETRY_AFTER)})


def answer(status: int, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """Return the response for a problem."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JSONResponse(body, status, headers, MEDIA_TYPE)


def responses(*examples: tuple[HTTPStatus, str]) -> dict[int | str, dict[str, Any]]:
    """Return problems as OpenAPI describes them, each with its sentence as an example."""
    schema = {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": "What is wrong and what to do, in one plain sentence."},
        },
    }
    return {
        status.value: {
            "description": status.phrase,
            "content": {
                MEDIA_TYPE: {
                    "schema": schema,
                    "example": {
                        "type": "about:blank",
                        "title": status.phrase,
                        "status": status.value,
                        "detail": sentence,
                    },
                }
            },
        }
        for status, sentence in examples
    }


def handle_problems(app: FastAPI) -> None:
    """Have every error of an app answered as a problem."""

    @app.exception_handler(Problem)
    def own(_: Request, problem: Problem) -> JSONResponse:
        return answer(problem.status, problem.detail, problem.headers)

    @app.exception_handler(RequestValidationError)
    def options(_: Request, error: RequestValidationError) -> JSONResponse:
        wrong = [f"{'.'.join(map(str, entry['loc'][1:]))}: {entry['msg'].lower()}" for entry in error.errors()]
        return answer(HTTPStatus.UNPROCESSABLE_ENTITY, f"Wrong options: {'; '.join(wrong)}.")

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> JSONResponse:
        sentences = {
            HTTPStatus.NOT_FOUND: f"There is nothing at {request.url.path}: see /docs for what there is.",
            HTTPStatus.METHOD_NOT_ALLOWED: f"{request.url.path} does not take {request.method}: see /docs.",
        }
        status = HTTPStatus(error.status_code)
        return answer(status, sentences.get(status, str(error.detail)), dict(error.headers or {}))

    @app.exception_handler(Exception)
    def bug(*_: Any) -> JSONResponse:
        return answer(HTTPStatus.INTERNAL_SERVER_ERROR, "An error of the server, which its log describes.")
