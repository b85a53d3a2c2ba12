"""What the OpenAPI document says of an endpoint for photos: what is sent, and all answers."""

from http import HTTPStatus
from typing import Any

from ppcn.images.formats import WRITABLE
from ppcn.server import problems, uploads
from ppcn.server.endpoints import QueryOptions

BINARY = {"type": "string", "format": "binary"}
RESULT = {
    "description": "The photo. Ppcn-Lost names what it could not keep, such as a gain map.",
    "content": {format.media_type: {"schema": BINARY} for format in WRITABLE.values()},
}
PROBLEMS = (
    (HTTPStatus.BAD_REQUEST, "The form cannot be read (Missing boundary in multipart): send one file in it."),
    (HTTPStatus.NOT_FOUND, "No network for /v1/enhance is installed here: `ppcn models` lists them."),
    (HTTPStatus.REQUEST_TIMEOUT, "The photo has not arrived within 60 seconds: send a smaller file."),
    (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The photo has more than 64 megabytes, which is the limit here."),
    (HTTPStatus.UNPROCESSABLE_ENTITY, "The given data is empty; copy it again from where it came from."),
    (HTTPStatus.SERVICE_UNAVAILABLE, "All workers are busy and 16 photos wait: try again in 2 seconds."),
)
ANSWERS = {200: RESULT, **problems.responses(*PROBLEMS)}


def body(options: type[QueryOptions]) -> dict[str, Any]:
    """Return the body: a photo, or a form with a photo and options."""
    fields = options.model_json_schema()["properties"]
    for schema in fields.values():
        if schema["default"] is None:  # which nobody can send
            del schema["default"]
    form = {
        "type": "object",
        "required": ["photo"],
        "properties": {"photo": BINARY, **fields},
        "additionalProperties": False,
    }
    content = {uploads.FORM: {"schema": form}, "application/octet-stream": {"schema": BINARY}}
    return {"required": True, "content": content}
